"""Types and null, however they are spelt."""

from __future__ import annotations

from typing import Final

from cynod_spec.diff.schemas.differences import Differences, SchemaDifference, ShapePair
from cynod_spec.diff.schemas.shape import ALL_TYPES, SchemaShape, Types
from cynod_spec.model import Text

NULL: Final = "null"
ANY: Final = Text("tout", "anything")


def types(both: ShapePair) -> Differences:
    """How the types differ, null by rules of its own; what the listed values tell already is left out."""
    old, new = both.old.types, both.new.types
    if old == new or _is_told_by_values(both):
        return
    places = both.places("type", "oneOf", "anyOf", "enum", "const")
    words = {"before": _shown(old), "after": _shown(new)}
    if old is None or new is None:
        yield SchemaDifference("type-narrowed" if old is None else "type-widened", *places, words)
        return
    before, after = old - {NULL}, new - {NULL}
    if before != after:
        if after and after < before:
            yield SchemaDifference("type-narrowed", *places, words)
        elif before and before < after:
            yield SchemaDifference("type-widened", *places, words)
        else:
            yield SchemaDifference("type-changed", *places, words)
    if (NULL in old) != (NULL in new):
        rule = "null-allowed" if NULL in new else "null-refused"
        yield SchemaDifference(rule, *both.places("nullable", "type", "oneOf", "anyOf", "enum", "const"))


def _is_told_by_values(both: ShapePair) -> bool:
    """Whether both sides list values, or one lists values of types that the other admits."""
    if both.old.listed is not None and both.new.listed is not None:
        return True
    if both.old.listed is None and both.new.listed is None:
        return False
    listing, other = (both.old, both.new) if both.old.listed is not None else (both.new, both.old)
    return _known(listing) <= _known(other)


def _known(shape: SchemaShape) -> Types:
    return ALL_TYPES if shape.types is None else shape.types


def _shown(names: Types | None) -> str | Text:
    if names is None:
        return ANY
    return ", ".join(sorted(names - {"integer"} if "number" in names else names))
