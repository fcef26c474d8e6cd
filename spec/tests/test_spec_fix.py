"""``--fix`` edits the text: comments, order, style and line ends stay; what it might spoil is left alone."""

from __future__ import annotations

import os
import random
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner
from cross_room.lint_examples import BASE, Example, bad

from cynod_spec.base.errors import UsageError
from cynod_spec.cli.commands import spec
from cynod_spec.lint import check
from cynod_spec.lint.catalogue import all_rules
from cynod_spec.lint.fixes import Add, Drop, Fix, Put
from cynod_spec.lint.fixing import apply

RULES = {rule.id: rule for rule in all_rules()}

CASES: dict[str, tuple[str, Fix, str]] = {
    "add to a block": (
        "a:\n  b: 1  # one\nc: 2\n",
        Add(("a",), "d", True),
        "a:\n  b: 1  # one\n  d: true\nc: 2\n",
    ),
    "add after a text": (
        "a:\n  b: |\n    x\n\n# c\nc: 2\n",
        Add(("a",), "d", 3),
        "a:\n  b: |\n    x\n  d: 3\n\n# c\nc: 2\n",
    ),
    "add to a flow": ("a: {b: 1} # x\n", Add(("a",), "d", False), "a: {b: 1, d: false} # x\n"),
    "add to an item": ("- a: 1\n- b: 1\n", Add(("0",), "c", 2), "- a: 1\n  c: 2\n- b: 1\n"),
    "add without a last line end": ("a:\n  b: 1", Add(("a",), "d", 2), "a:\n  b: 1\n  d: 2"),
    "add as JSON": ('{"a": {"b": 1}}', Add(("a",), "d", "x"), '{"a": {"b": 1, "d": "x"}}'),
    "add a pattern": ("a: {b: 1}\n", Add(("a",), "p", "^[0-9]{2}$"), "a: {b: 1, p: '^[0-9]{2}$'}\n"),
    "put a plain text": ("a: http://b.c/d # e\n", Put(("a",), "https://b.c/d"), "a: https://b.c/d # e\n"),
    "put in quotes": ("a: 'http://b'\n", Put(("a",), "https://b"), "a: 'https://b'\n"),
    "put in double quotes": ('a: "http://b"\n', Put(("a",), "https://b"), 'a: "https://b"\n'),
    "put a truth": ("a: {b: false}\n", Put(("a", "b"), True), "a: {b: true}\n"),
    "drop from a block": ("a: 1\nb: # b\n  c: 1\n# d\nd: 2\n", Drop(("b",)), "a: 1\n# d\nd: 2\n"),
    "drop the first of a flow": ("a: {b: 1, c: 2}\n", Drop(("a", "b")), "a: {c: 2}\n"),
    "drop the last of a flow": ("a: [1, 2, 3]\n", Drop(("a", "2")), "a: [1, 2]\n"),
    "drop an item": ("a:\n  - b\n  - c\n", Drop(("a", "0")), "a:\n  - c\n"),
    "with carriage returns": (
        "a:\r\n  b: 1\r\nc: 2\r\n",
        Add(("a",), "d", 2),
        "a:\r\n  b: 1\r\n  d: 2\r\nc: 2\r\n",
    ),
    "behind accents": ("é: {à: 'ü', b: 1}\n", Drop(("é", "b")), "é: {à: 'ü'}\n"),
}
LEFT: dict[str, tuple[str, Fix]] = {
    "an alias": ("a: &x {b: 1}\nc: *x\n", Add(("c",), "d", 2)),
    "an anchor, which others use": ("a: &x {b: 1}\nc: *x\n", Add(("a",), "d", 2)),
    "a merged member": ("a: &x {b: 1}\nc: {<<: *x}\n", Put(("c", "b"), 2)),
    "the only member": ("a:\n  b: 1\n", Drop(("a", "b"))),
    "an empty mapping": ("a: {}\n", Add(("a",), "b", 1)),
    "a place that is not there": ("a: 1\n", Drop(("b",))),
    "no YAML": ("a: [", Drop(("a",))),
}


@pytest.mark.parametrize("name", CASES)
def test_the_rest_of_the_text_stays(name: str) -> None:
    before, fix, after = CASES[name]
    assert apply(before, [fix], "x.json" if "JSON" in name else "x.yaml") == (after, 1)


@pytest.mark.parametrize("name", LEFT)
def test_what_would_change_more_is_left_to_a_human(name: str) -> None:
    text, fix = LEFT[name]
    assert apply(text, [fix], "x.yaml") == (text, 0)


def test_several_fixes_are_written_at_once_and_those_that_can_when_not_all_can() -> None:
    text = "a: {b: 1}\nc:\n  d: &x {e: 1}\n  f: *x\n"
    fixes = [Add(("a",), "g", 2), Add(("c",), "h", 3), Add(("c", "f"), "i", 4)]
    assert apply(text, fixes[:2], "x.yaml")[1] == 2
    changed, count = apply(text, fixes, "x.yaml")
    assert count == 2
    assert changed == "a: {b: 1, g: 2}\nc:\n  d: &x {e: 1}\n  f: *x\n  h: 3\n"


def test_the_command_mends_and_says_how_much(tmp_path: Path) -> None:
    path = bad(RULES["server-insecure"]).written(tmp_path)
    done = CliRunner().invoke(spec, ["lint", str(path), "--fix"])
    assert done.exit_code == 0
    assert "mended 1" in done.stderr
    assert "0 errors, 0 warnings" in done.stdout
    again = path.read_bytes()
    assert CliRunner().invoke(spec, ["lint", str(path), "--fix"]).exit_code == 0
    assert path.read_bytes() == again


def test_a_document_that_is_a_link_is_mended_where_it_stands(tmp_path: Path) -> None:
    path = bad(RULES["server-insecure"]).written(tmp_path)
    path.chmod(0o640)
    link = tmp_path / "link.yaml"
    link.symlink_to(path)
    before = path.read_bytes()
    done = CliRunner().invoke(spec, ["lint", str(link), "--fix"])
    assert "mended 1" in done.stderr
    assert link.is_symlink()
    assert path.read_bytes() != before
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_document_that_cannot_be_written_stays_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = bad(RULES["server-insecure"]).written(tmp_path)
    before = path.read_bytes()

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    done = CliRunner().invoke(spec, ["lint", str(path), "--fix"])
    monkeypatch.undo()
    assert isinstance(done.exception, UsageError)
    assert path.read_bytes() == before


def spoilt(seed: int) -> str:
    """The example with the bad examples of as many fixable rules as fit in it together."""
    text = BASE
    rules = [rule for rule in RULES.values() if rule.fixable]
    random.Random(seed).shuffle(rules)
    for rule in rules[: len(rules) - seed % 3]:
        try:
            text = bad(rule, text).text
        except AssertionError:  # another bad example took its place
            continue
    return text


@pytest.mark.slow
@pytest.mark.parametrize(
    "seed", [0, 1, *(pytest.param(seed, marks=pytest.mark.soak) for seed in range(2, 12))]
)
def test_one_run_mends_all_that_can_be_mended(seed: int, tmp_path: Path) -> None:
    text = spoilt(seed)
    path = Example("# kept\n" + text, []).written(tmp_path)
    assert sum(each.fix is not None for each in check(path)) >= 5
    CliRunner().invoke(spec, ["lint", str(path), "--fix"])
    mended = path.read_bytes()
    assert mended.startswith(b"# kept\n")
    assert [each for each in check(path) if each.fix] == []
    CliRunner().invoke(spec, ["lint", str(path), "--fix"])
    assert path.read_bytes() == mended


def test_a_fix_that_another_one_makes_possible_is_written_in_the_same_run(tmp_path: Path) -> None:
    allowed = "x-cynod-allow: [{rule: server-slash, reason: Avant., }]"
    text = BASE.replace(
        "url: https://api.bikes.example/v2\n", f"url: http://api.bikes.example/v2\n    {allowed}\n"
    )
    path = Example(text, []).written(tmp_path)
    done = CliRunner().invoke(spec, ["lint", str(path), "--fix"])
    assert "0 errors, 0 warnings" in done.stdout
    assert "url: https://api.bikes.example/v2\n" in path.read_text("utf-8")
    assert path.read_text("utf-8").count("server-slash") == 0


def test_items_of_one_list_are_dropped_where_they_stand() -> None:
    text = "a: &x {b: 1}\nc: *x\nd: [" + ", ".join(f"i{n}" for n in range(12)) + "]\n"
    fixes: list[Fix] = [Drop(("d", "2")), Drop(("d", "10")), Add(("c",), "e", 1)]
    changed, count = apply(text, fixes, "x.yaml")
    assert count == 2
    assert "i2," not in changed
    assert "i10" not in changed
    assert "i11" in changed
