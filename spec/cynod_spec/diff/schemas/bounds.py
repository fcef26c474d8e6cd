"""Least and greatest: of values, lengths, items and members."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final, Literal

from cynod_spec.diff.schemas.finding import Both, Finding, Seen
from cynod_spec.diff.schemas.shape import Shape, is_3_0
from cynod_spec.diff.schemas.types import allowed
from cynod_spec.model import Text
from cynod_spec.node import Node

Way = Literal["least", "greatest"]
NONE: Final = Text("aucune borne", "no limit")


@dataclass(frozen=True, slots=True)
class _Kind:
    """A bound: its keywords, the way it goes, and the rules for more of it and less of it."""

    keyword: str
    way: Way
    higher: str
    lower: str
    exclusive: str = ""  # the keyword of the bound that is itself left out


KINDS: Final = (
    _Kind("minimum", "least", "minimum-raised", "minimum-lowered", "exclusiveMinimum"),
    _Kind("maximum", "greatest", "maximum-raised", "maximum-lowered", "exclusiveMaximum"),
    _Kind("minLength", "least", "length-minimum-raised", "length-minimum-lowered"),
    _Kind("maxLength", "greatest", "length-maximum-raised", "length-maximum-lowered"),
    _Kind("minItems", "least", "items-minimum-raised", "items-minimum-lowered"),
    _Kind("maxItems", "greatest", "items-maximum-raised", "items-maximum-lowered"),
    _Kind("minProperties", "least", "members-minimum-raised", "members-minimum-lowered"),
    _Kind("maxProperties", "greatest", "members-maximum-raised", "members-maximum-lowered"),
)


@dataclass(frozen=True, slots=True)
class _Bound:
    """``rank`` orders bounds of one kind: the value, then by how little it is passed when left out."""

    rank: tuple[float, int]
    said: str | Text
    node: Node | None


def bounds(both: Both) -> Seen:
    """Each kind of bound that moved."""
    for kind in KINDS:
        old, new = _bound(both.old, kind), _bound(both.new, kind)
        if old.rank == new.rank:
            continue
        rule = kind.higher if new.rank > old.rank else kind.lower
        places = (old.node or both.old.home, new.node or both.new.home)
        yield Finding(rule, *places, {"before": old.said, "after": new.said})


def _bound(shape: Shape, kind: _Kind) -> _Bound:
    """The tightest bound of *kind* in *shape*."""
    found = [bound for node in shape.nodes for bound in _stated(node, kind, _whole(shape))]
    if not found:
        unlimited = 0.0 if kind.keyword.startswith("min") and not kind.exclusive else -math.inf
        return _Bound((unlimited if kind.way == "least" else math.inf, 0), NONE, None)
    pick = max if kind.way == "least" else min
    return pick(found, key=lambda bound: bound.rank)


def _whole(shape: Shape) -> bool:
    """Whether *shape* admits no number but integers."""
    return (allowed(shape) or frozenset()) & {"number", "integer"} == {"integer"}


def _stated(node: Node, kind: _Kind, whole: bool) -> list[_Bound]:
    if not isinstance(node.value, dict):
        return []
    found = []
    stated = node.get(kind.keyword)
    also = node.get(kind.exclusive) if kind.exclusive else None
    if stated is not None and _is_number(stated.value):
        left_out = is_3_0(node) and also is not None and also.value is True
        found.append(_ranked(stated, kind.way, whole, left_out=left_out))
    if also is not None and _is_number(also.value):
        found.append(_ranked(also, kind.way, whole, left_out=True))
    return found


def _ranked(node: Node, way: Way, whole: bool, *, left_out: bool) -> _Bound:
    value, step = node.value, 1 if way == "least" else -1
    if not left_out:
        return _Bound((value, 0), str(value), node)
    if whole and float(value).is_integer():
        return _Bound((int(value) + step, 0), str(int(value) + step), node)
    return _Bound((value, step), f"{'>' if way == 'least' else '<'} {value}", node)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
