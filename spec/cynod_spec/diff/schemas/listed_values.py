"""Listed values beside other keywords: which of them these refuse, so that the list says it all."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from typing import Final

from cynod_spec.diff.schemas.json_values import json_type
from cynod_spec.diff.schemas.numbers import KINDS, bound, step
from cynod_spec.diff.schemas.shape import SchemaShape, Types

SCALARS: Final[Types] = frozenset(("null", "boolean", "integer", "number", "string"))
_DECIDED: Final = frozenset(
    (
        *("minLength", "maxLength", "pattern", "format"),
        *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    )
)
"""Keywords that are decided for a listed value; a format says nothing more of a value that is known."""


def without_decided(shape: SchemaShape, within: Types | None) -> SchemaShape:
    """*shape*, looked at for the types *within*, with the listed values that its other keywords admit.

    Those keywords are left out. Nothing changes unless all the values are scalars. A list that its own
    schema refuses as a whole (*within*: None) is a mistake, and what partners know is the list: it stays.
    """
    if shape.listed is None or not all(type_of(text) in SCALARS for text in shape.listed):
        return shape
    kept = {text: node for text, node in shape.listed.items() if admits(shape, text)}
    if not kept:
        return shape if within is None else replace(shape, listed={}, types=frozenset(), is_impossible=True)
    types = frozenset(type_of(text) for text in kept)
    keywords = {name: places for name, places in shape.keywords.items() if name not in _DECIDED}
    return replace(shape, listed=kept, types=types, keywords=keywords)


def admits(shape: SchemaShape, text: str) -> bool:
    """Whether the types, bounds, step and patterns of *shape* admit the scalar in the canonical *text*."""
    value = json.loads(text)
    kind = json_type(value)
    if shape.types is not None and kind not in shape.types:
        return False
    if kind == "string":
        patterns = shape.texts("pattern")
        return _is_within(shape, "string", len(value)) and all(_matches(each, value) for each in patterns)
    if kind in ("integer", "number"):
        size = step(shape)
        is_multiple = size is None or Fraction(str(value)) % size == 0
        return is_multiple and _is_within(shape, "integer", value)
    return True


def refuses(shape: SchemaShape, text: str) -> bool:
    """Whether *shape*, which admits the type of the value in the canonical *text*, refuses that scalar."""
    kind = type_of(text)
    if kind not in SCALARS or (shape.types is not None and kind not in shape.types):
        return False
    return not admits(shape, text) or not all(_has_format(each, text) for each in shape.texts("format"))


def _has_format(name: str, text: str) -> bool:
    """Whether the value in *text* has the format *name*; True for a format that nobody can check."""
    import jsonschema_rs

    return bool(jsonschema_rs.is_valid({"format": name}, json.loads(text), validate_formats=True))


def _is_within(shape: SchemaShape, kind: str, size: float) -> bool:
    """Whether *size*, a length or a number, is within the bounds that *shape* has for the type *kind*."""
    for each in KINDS:
        if each.type == kind:
            rank, place = bound(shape, each).rank, (size, 0)
            if place < rank if each.way == "least" else place > rank:
                return False
    return True


def _matches(pattern: str, value: str) -> bool:
    """Whether *value* matches *pattern*; True for a pattern that is none."""
    import jsonschema_rs

    try:
        return bool(jsonschema_rs.is_valid({"pattern": pattern}, value))
    except (jsonschema_rs.ValidationError, ValueError):
        return True


def type_of(text: str) -> str:
    """The type of the value in the canonical *text*."""
    return json_type(json.loads(text))
