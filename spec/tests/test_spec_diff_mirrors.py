"""What is seen from one document to another is seen the other way by the mirrors, and verdicts are sound.

Sound: what partners send and the old document admits, the new one admits too, unless a change is breaking;
what the new one lets them receive, the old one promised, unless a change is not safe.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from cross_room.diff_cases import CASES, MARK, SMALL
from cross_room.evolutions import READ, SENT, Pair, at, mixed, pairs, reduced

from cynod_spec.base.location import SourceLocation
from cynod_spec.diff import compare
from cynod_spec.diff.changes import Change, Direction
from cynod_spec.diff.rows import NOT_MIRRORED
from cynod_spec.source.document import Source
from cynod_spec.source.reading import read

pytestmark = pytest.mark.slow

VERSION = "3.1.0"
Seen = Counter[tuple[object, ...]]


def written(folder: Path, name: str, text: str) -> Source:
    """*text* as the document *name*."""
    (folder / name).write_text(text, "utf-8")
    return read(folder / name)


def forwards(changes: tuple[Change, ...]) -> Seen:
    """What is expected of the way back: mirrors, places swapped."""
    return Counter(
        (change.rule.mirror, *_places(change.direction, change.new, change.old)) for change in changes
    )


def backwards(changes: tuple[Change, ...]) -> Seen:
    """What the way back saw."""
    return Counter((change.rule.id, *_places(change.direction, change.old, change.new)) for change in changes)


def _places(direction: Direction, old: SourceLocation, new: SourceLocation) -> tuple[object, ...]:
    return direction, old.pointer, old.line, old.column, new.pointer, new.line, new.column


def assert_mirrored(old: Source, new: Source) -> None:
    """Both ways correspond; the rules aside that say why they do not."""
    there, back = compare(old, new).changes, compare(new, old).changes
    assert forwards(there) == backwards(back)
    assert not {change.rule.id for change in there} & NOT_MIRRORED.keys()


@pytest.mark.parametrize(
    "pair", [p for v in ("3.0.3", VERSION) for p in list(pairs(v))[::12]], ids=lambda p: p.name
)
def test_one_change_is_mirrored(pair: Pair, tmp_path: Path) -> None:
    assert_mirrored(
        *(written(tmp_path, f"{n}.json", json.dumps(d)) for n, d in (("a", pair.old), ("b", pair.new)))
    )


@pytest.mark.parametrize("seed", range(25))
def test_several_changes_are_mirrored(seed: int, tmp_path: Path) -> None:
    pair = mixed(VERSION, seed, size=8)
    assert_mirrored(
        *(written(tmp_path, f"{n}.json", json.dumps(d)) for n, d in (("a", pair.old), ("b", pair.new)))
    )


@pytest.mark.parametrize("seed", range(25))
def test_several_changes_of_a_contract_are_mirrored(seed: int, tmp_path: Path) -> None:
    old, new = contracts(seed)
    assert_mirrored(written(tmp_path, "old.yaml", old), written(tmp_path, "new.yaml", new))


def contracts(seed: int) -> tuple[str, str]:
    """The small contract before and after several changes at once, those that fit together."""
    draw = random.Random(seed)
    old = new = SMALL
    cases = [case for case in CASES if case.base == SMALL and case.rule != "clause-declared-added"]
    for case in draw.sample(cases, 8):  # without the one that could leave no clause at all
        if all(text.count(stands) == 1 for stands, _, _ in case.edits for text in (old, new)):
            for stands, before, after in case.edits:
                old = old.replace(stands, before.replace(MARK, ""))
                new = new.replace(stands, after.replace(MARK, ""))
    return old, new


# Soundness

GOOD: dict[str, Any] = {
    "id": "a",
    "label": "abc",
    "kind": "A",
    "count": 12,
    "rate": 1.5,
    "size": 1,
    "date": "2026-11-02",
    "tags": ["a", "b", "c"],
    "free": [1],
    "open": {"a": "x"},
    "closed": {"a": "x"},
    "base": {"x": "x"},
    "pet": {"meow": "x"},
    "plain": "A",
}
VALUES: tuple[Any, ...] = (
    *(None, True, 0, 1, 2, 3, 6, 12, 60, 150, 2_200_000_000, 0.5, -1, "", "A", "B", "C", "D", "ab", "123"),
    *(
        "a" * 25,
        "a" * 50,
        "a" * 90,
        "2026-11-02",
        [],
        ["a"],
        ["a", "a", "a"],
        ["a"] * 7,
        ["a"] * 15,
        [1],
        [1, 1],
    ),
    *(list("abcdef"), list("abcdefghijkl"), {}, {"a": "x"}, {"a": "x", "b": True}, {"a": "x", "c": "x"}),
    *({"b": True}, {"a": 1}, {"z": 1}, {"x": "x"}, {"x": 1}, {"x": "x", "y": 1}, {"y": "x"}),
    *({"meow": "x"}, {"bark": "x"}, {"fin": "x"}, {"meow": "x", "kind": "x"}),
)


def instances() -> list[dict[str, Any]]:
    """A good item, and items that differ from it in one member."""
    varied = [{**GOOD, name: value} for name in GOOD for value in VALUES]
    fewer = [{key: value for key, value in GOOD.items() if key != name} for name in GOOD]
    return [GOOD, *varied, *fewer, {**GOOD, "more": "x"}, {**GOOD, "more": 1}]


def validator(document: dict[str, Any], path: tuple[str | int, ...]) -> Any:
    """The validator of the schema at *path*."""
    schema = at(document, path) | {"components": document["components"]}
    return jsonschema_rs.validator_for({"$schema": "https://json-schema.org/draft/2020-12/schema", **schema})


def test_the_good_item_is_good() -> None:
    assert validator(reduced(VERSION), SENT).is_valid(GOOD)


def unweighed(pair: Pair) -> bool:
    """Whether JSON Schema weighs it otherwise.

    Who may send or read a member it does not know; and a new optional member refuses values that nobody
    described so far, which nobody had a reason to send either.
    """
    adds = pair.name.endswith((" member more", " member less, back")) and "closed" not in pair.name
    return "only" in pair.name or adds


@pytest.mark.parametrize(
    ("side", "path", "direction"),
    [("sent", SENT, "request"), ("read", READ, "response")],
    ids=["sent", "received"],
)
def test_verdicts_about_schemas_are_sound(
    side: str, path: tuple[str | int, ...], direction: Direction, tmp_path: Path
) -> None:
    items = instances()
    told = 0
    for pair in pairs(VERSION):
        if not pair.name.startswith((f"{VERSION} {side} ", f"{VERSION} base ")) or unweighed(pair):
            continue
        before, after = validator(pair.old, path), validator(pair.new, path)
        # What was fine and is no more: for requests from the old document to the new one, else backwards
        fine, now = (before, after) if direction == "request" else (after, before)
        broken = [item for item in items if fine.is_valid(item) and not now.is_valid(item)]
        old, new = (
            written(tmp_path, f"{n}.json", json.dumps(d)) for n, d in (("a", pair.old), ("b", pair.new))
        )
        severities = {c.severity for c in compare(old, new).changes if c.direction == direction}
        if broken:
            told += 1
            enough = {"breaking"} if direction == "request" else {"breaking", "risky"}
            assert severities & enough, f"{pair.name}: {broken[0]}"
    assert told > 40
