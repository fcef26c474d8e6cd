"""Items of lists: those of any place, those of a given place, and whether they may repeat."""

from __future__ import annotations

from cynod_spec.diff.schemas.arrays import at_place, placed
from cynod_spec.diff.schemas.differences import Differences, SchemaDifference, SchemasBelow, ShapePair


def items(both: ShapePair) -> Differences:
    """``items``, ``prefixItems`` and ``uniqueItems``."""
    old, new = both.old.every("items"), both.new.every("items")
    if old and new:
        yield SchemasBelow(("*",), old, new)
    elif old or new:
        yield SchemaDifference("items-described" if new else "items-undescribed", *both.places("items"))
    yield from _in_place(both)
    before, after = both.old.says("uniqueItems"), both.new.says("uniqueItems")
    if before != after:
        yield SchemaDifference("unique-required" if after else "unique-dropped", *both.places("uniqueItems"))


def _in_place(both: ShapePair) -> Differences:
    places = both.places("prefixItems", "items")
    for index in range(max(placed(both.old), placed(both.new))):
        old, new = at_place(both.old, index), at_place(both.new, index)
        words = {"index": str(index)}
        if old and new:
            yield SchemasBelow((str(index),), old, new)
        elif new:
            yield SchemaDifference("prefix-item-added", places[0], new[0], words)
        elif old:
            yield SchemaDifference("prefix-item-removed", old[0], places[1], words)
