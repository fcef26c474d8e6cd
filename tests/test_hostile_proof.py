"""A hostile target and a hostile document: nothing of theirs runs, every file parses, nothing is forged.

Every text that a target or an author controls is drawn from 200 payloads. What a run or a command writes is
parsed and compared with what the contract says; the lines of a report are executed in a jail, against the
same target, one that has changed its answers meanwhile, and one that was honest until then. Canaries tell
what was taken for code.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from cross_room import documents
from cross_room import report_judge as judge
from cross_room.hostile_desk import (
    accepted,
    check_bundles,
    check_diff,
    check_generated,
    check_lint,
    check_listings,
    desk,
)
from cross_room.hostile_document import KINDS, written
from cross_room.hostile_texts import FIELDS
from cross_room.hostile_trial import MANY_DIGITS, NINE_DIGITS, chosen, trial

from cynod_spec import load_contract

pytestmark = pytest.mark.slow

PROBED = ("TOK-15", "TOK-18", "IDE-1", "AUZ-2", "BEA-3")  # what a few requests each can tell
OBSERVED = ("TOK-2", "IDE-6", "ENV-1", "ERR-2", "WHK-1")
SCRIPTS = 12  # files of lines that the usual run executes
SEEDS = (1, 2, 3)


def asked(clauses: Sequence[str]) -> list[str]:
    return [word for clause in clauses for word in ("--clause", clause)]


def told(seed: int, found: Sequence[str]) -> str:
    return f"seed {seed}, {len(found)} faults\n" + "\n".join(dict.fromkeys(found))


def test_a_sample_of_a_hostile_target(tmp_path: Path) -> None:
    quick = (*asked(PROBED), "--max-requests", "400", "--timeout", "2")
    with trial(tmp_path, 1) as made:
        made.texts.chance = 0
        for digits in (MANY_DIGITS, NINE_DIGITS):
            made.texts.fraction = digits
            made.run_and_judge(*asked(("PAG-6",)))
            made.execute_with_times("other-times")
        made.run_and_judge(*quick)
        honest = (made.report_folder / "report.html").read_text(encoding="utf-8")
        made.texts.chance = 0.2  # honest in the run, hostile at replay
        made.execute("honest-then-hostile", chosen(made.scripts(), 1, SCRIPTS))
        made.texts.chance = 0.1
        made.run_and_judge(*quick, honest=honest)
        made.texts.change(2)
        made.execute("changed", chosen(made.scripts(), 1, SCRIPTS))
    assert not made.found, made.outcome()


@pytest.mark.soak
@pytest.mark.parametrize("seed", SEEDS)
def test_a_target_whose_texts_are_hostile(seed: int, tmp_path: Path) -> None:
    everything = ("--profile", "quick", "--tier", "destructive", "--timeout", "3")
    with trial(tmp_path, seed) as made:
        made.texts.chance = 0
        for digits in (MANY_DIGITS, NINE_DIGITS):
            made.texts.fraction = digits
            made.run_and_judge(*asked(("PAG-6",)))
            made.execute_with_times("other-times")
        made.run_and_judge(*everything)
        honest = (made.report_folder / "report.html").read_text(encoding="utf-8")
        made.texts.chance = 0.2
        made.execute("honest-then-hostile", made.scripts())
        made.texts.chance = 0.03
        made.run_and_judge(*everything, honest=honest)
        made.execute("the-same", made.scripts())
        made.texts.change(seed + 100)
        made.texts.chance = 0.2
        made.execute("changed", made.scripts())
        made.texts.chance = 0
        made.execute("hostile-then-honest", made.scripts())
        made.texts.chance = 0.1
        _, out, _ = made.conform(*asked((*PROBED, *OBSERVED)), "--max-requests", "500", on_terminal=True)
        made.tell("the terminal", judge.terminal(out))
    assert not made.found, made.outcome()


@pytest.mark.soak
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("only", FIELDS)
def test_a_target_of_which_one_kind_of_text_is_hostile(only: str, seed: int, tmp_path: Path) -> None:
    quick = (*asked((*PROBED, *OBSERVED)), "--max-requests", "1000", "--timeout", "2")
    with trial(tmp_path, seed, (only,), 0.4) as made:
        made.run_and_judge(*quick)
        made.execute("the-same", made.scripts())
        made.texts.change(seed + 100)
        made.execute("changed", made.scripts())
    assert not made.found, made.outcome()


def check_document(kind: str, seed: int, folder: Path) -> None:
    with desk(folder, seed) as (made, author):
        found = accepted(made, author, kind, 60)
        if found is not None:
            path, twin, document = found
            shipped = folder / "shipped.json"
            shipped.write_text(written(documents.load()), encoding="utf-8")
            named = folder / author.file_name()
            named.write_bytes(path.read_bytes())
            check_lint(made, named)
            check_diff(made, shipped, named, twin)
            check_diff(made, named, shipped, twin)
            check_listings(made, named)
            check_bundles(made, path, document, author)
            check_generated(made, path, twin)
    assert not made.found, told(seed, made.found)


def test_a_sample_of_a_hostile_document(tmp_path: Path) -> None:
    with desk(tmp_path, 1) as (made, author):
        found = accepted(made, author, "messages", 40)
        assert found is not None
        path, twin, _ = found
        named = tmp_path / author.file_name()
        named.write_bytes(path.read_bytes())
        shipped = tmp_path / "shipped.json"
        shipped.write_text(written(documents.load()), encoding="utf-8")
        check_lint(made, named)
        check_diff(made, shipped, named, twin)
        check_listings(made, named)
    assert not made.found, told(1, made.found)


@pytest.mark.soak
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_document_of_which_one_kind_of_text_is_hostile(kind: str, seed: int, tmp_path: Path) -> None:
    check_document(kind, seed, tmp_path)


@pytest.mark.soak
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("kind", ["texts", "messages", "values", "clauses", "members", "operations"])
def test_a_run_against_a_hostile_document(kind: str, seed: int, tmp_path: Path) -> None:
    with desk(tmp_path, seed) as (made, author):
        found = accepted(made, author, kind, 40)
    assert found is not None
    with trial(tmp_path / "run", seed, chance=0) as run:
        run.contract = load_contract(str(found[0]))
        run.run_and_judge("--spec", str(found[0]), "--max-requests", "400", "--no-cache")
        run.execute("the-same", run.scripts())
    assert not run.found, run.outcome()
