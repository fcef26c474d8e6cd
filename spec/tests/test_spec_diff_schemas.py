"""Schemas in the diff: spellings of one schema are no change; what differs is judged soundly both ways."""

from __future__ import annotations

import pytest
from cross_room.diff_schemas import DIFFERENT, SAME, document

from cynod_spec.diff import compare
from cynod_spec.diff.changes import SEVERITIES, Change, Direction, Severity
from cynod_spec.source import Source

WORDS = ("document-rewritten", "text-changed")  # rules that no value is refused or admitted by


def changes(old: Source, new: Source) -> list[Change]:
    """What changes between both but for words."""
    return [change for change in compare(old, new).changes if change.rule.id not in WORDS]


def told(found: list[Change]) -> str:
    """*found* as a failed test shows it."""
    return "\n".join(
        f"{each.severity} {each.direction} {each.rule.id}: {each.message('en')}" for each in found
    )


def worst(found: list[Change], direction: Direction) -> Severity:
    """The most severe of *found* in *direction*."""
    severities = [change.severity for change in found if change.direction == direction]
    return min(severities, key=SEVERITIES.index, default="safe")


@pytest.mark.parametrize("name", SAME)
def test_spellings_of_one_schema_are_no_change(name: str) -> None:
    one, other = map(document, SAME[name])
    for old, new in ((one, other), (other, one)):
        found = changes(old, new)
        assert not found, told(found)


@pytest.mark.parametrize("name", DIFFERENT)
def test_a_difference_is_judged_by_who_sends_and_who_receives(name: str) -> None:
    case = DIFFERENT[name]
    found = changes(document(case.old), document(case.new))
    assert found
    assert (worst(found, "request"), worst(found, "response")) == (case.request, case.response), told(found)


OLDER = {  # OpenAPI 3.0 → the same in 3.1
    "nullable": ({"type": "string", "nullable": True}, {"anyOf": [{"type": "string"}, {"type": "null"}]}),
    "not nullable": ({"type": "string", "nullable": False}, {"type": "string"}),
    "a bound left out": (
        {"type": "number", "minimum": 0, "exclusiveMinimum": True},
        {"type": "number", "exclusiveMinimum": 0},
    ),
    "a bound kept": (
        {"type": "number", "maximum": 9, "exclusiveMaximum": False},
        {"type": "number", "maximum": 9},
    ),
    "items of any kind": ({"type": "array", "items": {}}, {"type": "array"}),
    "nullable reference in parts": (
        {"type": "object", "nullable": True, "properties": {"a": {"type": "string"}}},
        {"oneOf": [{"type": "null"}, {"type": "object", "properties": {"a": {"type": "string"}}}]},
    ),
}


@pytest.mark.parametrize("name", OLDER)
def test_a_schema_of_openapi_3_0_is_the_same_in_3_1(name: str) -> None:
    older, newer = OLDER[name]
    found = changes(document(older, "3.0.3"), document(newer))
    assert [change.rule.id for change in found] == ["openapi-version-changed"], told(found)
