"""What a shape says of numbers and sizes: the tightest of its bounds, and the step between its values."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal

from cynod_spec.diff.schemas.json_values import is_number
from cynod_spec.diff.schemas.shape import SchemaShape, is_3_0
from cynod_spec.model import Text
from cynod_spec.source.node import Node

Way = Literal["least", "greatest"]
NONE: Final = Text("aucune borne", "no limit")


@dataclass(frozen=True, slots=True)
class Kind:
    """A bound: its keyword, the way it goes, the rules for more of it and less of it, its type of value."""

    keyword: str
    way: Way
    higher: str
    lower: str
    type: str
    exclusive: str = ""  # the keyword of the bound that is itself left out


KINDS: Final = (
    Kind("minimum", "least", "minimum-raised", "minimum-lowered", "integer", "exclusiveMinimum"),
    Kind("maximum", "greatest", "maximum-raised", "maximum-lowered", "integer", "exclusiveMaximum"),
    Kind("minLength", "least", "length-minimum-raised", "length-minimum-lowered", "string"),
    Kind("maxLength", "greatest", "length-maximum-raised", "length-maximum-lowered", "string"),
    Kind("minItems", "least", "items-minimum-raised", "items-minimum-lowered", "array"),
    Kind("maxItems", "greatest", "items-maximum-raised", "items-maximum-lowered", "array"),
    Kind("minProperties", "least", "members-minimum-raised", "members-minimum-lowered", "object"),
    Kind("maxProperties", "greatest", "members-maximum-raised", "members-maximum-lowered", "object"),
)


@dataclass(frozen=True, slots=True)
class Bound:
    """``rank`` orders bounds of one kind: the value, then by how little it is passed when left out."""

    rank: tuple[float, int]
    said: str | Text
    node: Node | None


def bound(shape: SchemaShape, kind: Kind) -> Bound:
    """The tightest bound of *kind* in *shape*."""
    whole = shape.types is not None and shape.types & {"number", "integer"} == {"integer"}
    found = [
        _ranked(node, kind.way, whole, left_out=_is_left_out(shape, node, kind.exclusive))
        for node in shape.every(kind.keyword)
        if is_number(node.value)
    ]
    found += [
        _ranked(node, kind.way, whole, left_out=True)
        for node in (shape.every(kind.exclusive) if kind.exclusive else ())
        if is_number(node.value)
    ]
    if not found:
        unlimited = 0.0 if kind.keyword.startswith("min") and not kind.exclusive else -math.inf
        return Bound((unlimited if kind.way == "least" else math.inf, 0), NONE, None)
    pick = max if kind.way == "least" else min
    return pick(found, key=lambda each: each.rank)


def _is_left_out(shape: SchemaShape, node: Node, exclusive: str) -> bool:
    """Whether OpenAPI 3.0's ``exclusiveMinimum: true`` stands beside the bound *node*, or its like."""
    if not exclusive or not is_3_0(node):
        return False
    beside = shape.holder(node).get(exclusive)
    return beside is not None and beside.value is True


def _ranked(node: Node, way: Way, whole: bool, *, left_out: bool) -> Bound:
    value, step = node.value, 1 if way == "least" else -1
    if whole and isinstance(value, float) and not value.is_integer():  # the next integer within is as tight
        value, left_out = (math.ceil(value) if way == "least" else math.floor(value)), False
    if not left_out:
        return Bound((value, 0), str(value), node)
    if whole:
        return Bound((int(value) + step, 0), str(int(value) + step), node)
    return Bound((value, step), f"{'>' if way == 'least' else '<'} {value}", node)


def step(shape: SchemaShape) -> Fraction | None:
    """What all its numbers are multiples of; None when nothing says, or for an integer type and 1."""
    found: Fraction | None = None
    for node in shape.every("multipleOf"):
        if is_number(node.value) and node.value > 0:
            stated = Fraction(str(node.value))
            found = stated if found is None else _common(found, stated)
    whole = shape.types is not None and "number" not in shape.types
    if found is None or not whole:
        return found
    found = _common(found, Fraction(1))
    return None if found == 1 else found


def _common(one: Fraction, other: Fraction) -> Fraction:
    """The least positive number that is a multiple of both."""
    return Fraction(math.lcm(one.numerator, other.numerator), math.gcd(one.denominator, other.denominator))
