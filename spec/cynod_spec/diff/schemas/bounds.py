"""Least and greatest: of values, lengths, items and members."""

from __future__ import annotations

from cynod_spec.diff.schemas.differences import Differences, SchemaDifference, ShapePair
from cynod_spec.diff.schemas.numbers import KINDS, bound


def bounds(both: ShapePair) -> Differences:
    """Each kind of bound that moved."""
    for kind in KINDS:
        old, new = bound(both.old, kind), bound(both.new, kind)
        if old.rank == new.rank:
            continue
        rule = kind.higher if new.rank > old.rank else kind.lower
        places = (old.node or both.old.home, new.node or both.new.home)
        yield SchemaDifference(rule, *places, {"before": old.said, "after": new.said})
