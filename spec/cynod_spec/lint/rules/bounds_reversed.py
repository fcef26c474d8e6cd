"""Bounds between which nothing lies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from cynod_spec.lint.registry import Found, Subject, rule
from cynod_spec.lint.subjects import types
from cynod_spec.schema.composition import branches
from cynod_spec.source.node import Node

_COUNTS: Final = (
    ("minLength", "maxLength"),
    ("minItems", "maxItems"),
    ("minProperties", "maxProperties"),
    ("minContains", "maxContains"),
)
_BOUNDS: Final = frozenset(
    (
        *(keyword for pair in _COUNTS for keyword in pair),
        *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "required"),
    )
)


@dataclass(frozen=True, slots=True)
class _Bound:
    node: Node
    keyword: str
    value: float
    is_open: bool = False  # the value itself is excluded


@rule(
    "bounds-reversed",
    says="no value lies between {low_keyword} {low} and {high_keyword} {high}",
    hint="exchange them, or correct one of them",
    good="old_total: {type: integer, ",
    bad="old_total: {type: integer, minimum: 100, ⟦maximum⟧: 10, ",
)
def bounds_reversed(subject: Subject) -> Iterator[Found]:
    """A schema allows at least one value: the lower bound of a pair is not above the upper one.

    The bounds of what a schema refers to, and of its ``allOf``, count with its own.
    """
    reported: set[tuple[str, ...]] = set()
    for node in subject.traversal.schemas:
        if _BOUNDS.isdisjoint(node.value) and "allOf" not in node.value:
            continue
        parts = list(branches(node))
        for low, high in _reversed(parts):
            key = (low.node.pointer, low.keyword, high.node.pointer, high.keyword)
            if key not in reported:
                reported.add(key)
                words = {"low_keyword": low.keyword, "low": _written(low.value)}
                words |= {"high_keyword": high.keyword, "high": _written(high.value)}
                yield high.node.place(high.keyword), words


def _reversed(parts: list[Node]) -> Iterator[tuple[_Bound, _Bound]]:
    for lower, upper in _COUNTS:
        low = _strictest(
            [*_plain(parts, lower), *_required(parts, lower), *_held(parts, lower)], is_lower=True
        )
        high = _strictest([*_plain(parts, upper), *_listed(parts, upper)], is_lower=False)
        is_refused = (low and high) and (low.keyword, high.keyword) == ("required", "additionalProperties")
        if low and high and low.value > high.value and not is_refused:  # required-refused says that
            yield low, high
    low = _strictest(list(_limits(parts, "minimum", "exclusiveMinimum")), is_lower=True)
    high = _strictest(list(_limits(parts, "maximum", "exclusiveMaximum")), is_lower=False)
    if low and high and _is_empty(low, high, is_integer="integer" in types(parts[0])):
        yield low, high


def _strictest(bounds: list[_Bound], *, is_lower: bool) -> _Bound | None:
    pick = max if is_lower else min
    return pick(bounds, key=lambda each: (each.value, each.is_open is is_lower), default=None)


def _plain(parts: list[Node], keyword: str) -> Iterator[_Bound]:
    for part in parts:
        if _is_number(value := part.value.get(keyword)):
            yield _Bound(part, keyword, value)


def _required(parts: list[Node], keyword: str) -> Iterator[_Bound]:
    """How many members an object has at least, because they are required."""
    if keyword == "minProperties":
        for part in parts:
            listed = part.value.get("required")
            if isinstance(listed, list) and all(isinstance(name, str) for name in listed):
                yield _Bound(part, "required", len(set(listed)))


def _held(parts: list[Node], keyword: str) -> Iterator[_Bound]:
    """How many items an array has at least, because so many must be of a kind."""
    if keyword == "minItems":
        for part in parts:
            if "contains" in part.value and _is_number(value := part.value.get("minContains")):
                yield _Bound(part, "minContains", value)


def _listed(parts: list[Node], keyword: str) -> Iterator[_Bound]:
    """How many items or members there are at most: those described one by one, where no others may be."""
    for part in parts:
        if keyword == "maxItems" and part.value.get("items") is False:
            listed = part.value.get("prefixItems", [])
            if isinstance(listed, list):
                yield _Bound(part, "items", len(listed))
        if keyword == "maxProperties" and part.value.get("additionalProperties") is False:
            named = part.value.get("properties", {})
            if isinstance(named, dict) and "patternProperties" not in part.value:
                yield _Bound(part, "additionalProperties", len(named))


def _limits(parts: list[Node], keyword: str, exclusive: str) -> Iterator[_Bound]:
    """The bounds of numbers; before OpenAPI 3.1 the exclusive one only says whether the other is open."""
    for part in parts:
        open_one = part.value.get(exclusive)
        if _is_number(value := part.value.get(keyword)):
            yield _Bound(part, keyword, value, is_open=open_one is True)
        if _is_number(open_one):
            yield _Bound(part, exclusive, open_one, is_open=True)


def _is_empty(low: _Bound, high: _Bound, *, is_integer: bool) -> bool:
    if low.value > high.value or (low.value == high.value and (low.is_open or high.is_open)):
        return True
    if not is_integer:
        return False
    least = _floor(low.value) + 1 if low.is_open else -_floor(-low.value)
    most = -_floor(-high.value) - 1 if high.is_open else _floor(high.value)
    return least > most


def _floor(value: float) -> int:
    return int(value // 1)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _written(value: float) -> str:
    return str(value).removesuffix(".0")
