"""The record of a mutation run: what it keeps, how a run goes on, and the score of it."""

from __future__ import annotations

import importlib
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from mutation.loading import substitute
from mutation.mutants import MODULES, ROOT, Module, ModuleList, Mutant, mutants_of
from mutation.reach import Reached
from mutation.record import Record
from mutation.review import SURVIVORS, Review, Reviewed
from mutation.score import Score
from mutation.trial import Trial

PACKAGE = ROOT / "sandbox" / "cynod_sandbox"
NAME = "cynod_sandbox.handlers.health"


@pytest.fixture
def mutants() -> list[Mutant]:
    """A few mutants of a small module."""
    return list(mutants_of(Module.read(NAME), ModuleList.read().operators))[:6]


def test_every_module_of_the_sandbox_is_listed_once_with_a_reason_where_it_is_left_out() -> None:
    listed = ModuleList.read()
    names = {
        ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
        for path in PACKAGE.rglob("*.py")
        if path.name != "__init__.py"
    }
    packages = tuple(name.removesuffix("*") for name in listed.left_out if name.endswith(".*"))
    assert set(listed.mutated) <= names
    left_out = {name for name in names if name in listed.left_out or name.startswith(packages)}
    assert left_out | set(listed.mutated) == names
    assert not left_out & set(listed.mutated)
    assert len(set(listed.mutated)) == len(listed.mutated)
    assert {name for name in listed.left_out if not name.endswith(".*")} <= names
    assert all(listed.left_out.values())


def test_a_run_goes_on_where_another_stopped(tmp_path: Path, mutants: list[Mutant]) -> None:
    path = tmp_path / "record.sqlite"
    record = Record(path)
    record.add(mutants[:3])
    record.put(mutants[0], Trial("killed", "quick", ("ERR-1",), seconds=2.5))
    record.close()
    again = Record(path)
    again.add(mutants)
    assert again.trials() == {mutants[0].id: Trial("killed", "quick", ("ERR-1",), seconds=2.5)}
    again.put(mutants[0], Trial("survived", "full"))
    again.put(mutants[5], Trial("timeout", "quick"))
    assert again.trials() == {
        mutants[0].id: Trial("survived", "full"),
        mutants[5].id: Trial("timeout", "quick"),
    }
    again.close()


def test_a_result_of_another_source_does_not_count(mutants: list[Mutant]) -> None:
    module = mutants[0].module
    changed = Module(module.name, module.path, f"{module.source}\n")
    (same,) = [each for each in mutants_of(changed, [mutants[0].operator]) if each.name == mutants[0].name]
    assert same.id != mutants[0].id


def test_a_mutant_is_reached_when_its_statement_runs() -> None:
    source = "def f(a):\n    if (\n        a < 1\n    ):\n        return 2\n    return (\n        3\n    )\n"
    module = Module("m", Path("m.py"), source)
    found = {mutant.start[0]: mutant for mutant in mutants_of(module, ["core/NumberReplacer"])}
    assert list(found) == [3, 5, 7]

    def reached(*lines: int) -> list[int]:
        ran = Reached({module.path: lines})
        return [line for line, mutant in found.items() if ran.runs(mutant)]

    assert reached(1, 2) == [3]
    assert reached(5) == [5]
    assert reached(6) == [7]
    assert reached(1) == []
    assert not Reached({}).runs(found[3])


def test_the_score_leaves_out_what_is_equivalent_and_what_did_not_start(mutants: list[Mutant]) -> None:
    endings = [
        Trial("killed", "quick", ("ERR-1",)), Trial("killed", "full", ("VAL-1",)), Trial("crashed", "quick"),
        Trial("survived", "full"), Trial("undecided", "full"), Trial("refused", "quick"),
    ]  # fmt: skip
    trials = dict(zip(mutants, endings, strict=True))
    before, after = mutants[3].change
    same = Reviewed(NAME, mutants[3].function, before, after, why="it is the same")
    review = Review(equivalent=[same], blind_spots=[])
    score = Score.of(trials, review)
    assert (score.killed, score.trivial, score.equivalent, score.judged) == (2, 2, 1, 3)
    assert [mutant for mutant, _ in score.not_seen] == [mutants[4]]
    lines = list(score.lines(review))
    assert lines[-1].startswith(
        "seen 2 of 3 that are not equivalent: 66.7%; 1 equivalent, 2 that did not start"
    )
    assert any("not reviewed yet" in line for line in lines)


def test_a_review_without_a_change_is_of_all_that_is_in_the_function(mutants: list[Mutant]) -> None:
    first = mutants[0]
    assert first.function == "read"
    before, after = first.change
    assert Reviewed(NAME, "read").covers(first)
    assert Reviewed(NAME, "read", before, after).covers(first)
    assert not Reviewed(NAME, "rea").covers(first)
    assert not Reviewed(NAME, "read", after, before).covers(first)
    assert not Reviewed("cynod_sandbox.handlers.cards", "read").covers(first)


def test_every_reviewed_survivor_is_a_mutant_with_a_reason_or_a_check() -> None:
    review = Review.read()
    assert SURVIVORS.parent == MODULES.parent
    assert all(each.why and not each.check for each in review.equivalent)
    assert all(each.check and not each.why for each in review.blind_spots)
    keys = [replace(each, why="", check="") for each in (*review.equivalent, *review.blind_spots)]
    assert len(set(keys)) == len(keys)
    assert all(each.function for each in keys if not each.before and not each.after)
    mutated = ModuleList.read().mutated
    for each in (*review.equivalent, *review.blind_spots):
        assert each.module in mutated
        lines = [line.strip() for line in Module.read(each.module).source.splitlines()]
        assert all(line in lines for line in each.before.splitlines()), each


def test_a_module_comes_from_another_source(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "mutated_example.py").write_text("VALUE = 1\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "meta_path", sys.meta_path[:])
    substitute("mutated_example", "VALUE = 2\n")
    module = importlib.import_module("mutated_example")
    assert module.VALUE == 2
    assert module.__file__ == str(tmp_path / "mutated_example.py")
    with pytest.raises(RuntimeError, match="imported already"):
        substitute("mutated_example", "")
    monkeypatch.delitem(sys.modules, "mutated_example")
