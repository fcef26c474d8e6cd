"""Items of lists: those of any place, those of a given place, and whether they may repeat."""

from __future__ import annotations

from itertools import zip_longest

from cynod_spec.diff.schemas.finding import Below, Both, Finding, Seen


def items(both: Both) -> Seen:
    """``items``, ``prefixItems`` and ``uniqueItems``."""
    old, new = both.old.every("items"), both.new.every("items")
    if old and new:
        yield Below(("*",), old, new)
    elif old or new:
        yield Finding("items-described" if new else "items-undescribed", *both.places("items"))
    yield from _in_place(both)
    before, after = both.old.says("uniqueItems"), both.new.says("uniqueItems")
    if before != after:
        yield Finding("unique-required" if after else "unique-dropped", *both.places("uniqueItems"))


def _in_place(both: Both) -> Seen:
    first = both.old.first("prefixItems"), both.new.first("prefixItems")
    old, new = (list(node.items()) if node else [] for node in first)
    places = both.places("prefixItems")
    for index, (before, after) in enumerate(zip_longest(old, new)):
        words = {"index": str(index)}
        if before is None:
            yield Finding("prefix-item-added", places[0], after, words)
        elif after is None:
            yield Finding("prefix-item-removed", before, places[1], words)
        else:
            yield Below((str(index),), (before,), (after,))
