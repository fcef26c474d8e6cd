"""Constraints that no rule of their own weighs: one that comes asks for more, one that changes may."""

from __future__ import annotations

from cynod_spec.diff.schemas.differences import Differences, SchemaDifference, ShapePair
from cynod_spec.diff.schemas.meaning import CONSTRAINTS
from cynod_spec.diff.schemas.shape import SchemaShape


def constraints(both: ShapePair) -> Differences:
    """Each of ``CONSTRAINTS`` that differs, references followed."""
    for keyword in CONSTRAINTS:
        old, new = (both.meanings.of_constraint(side, keyword) for side in (both.old, both.new))
        if old != new:
            yield SchemaDifference(
                _rule(both, keyword, old, new), *both.places(keyword), {"keyword": keyword}
            )


def _rule(both: ShapePair, keyword: str, old: str, new: str) -> str:
    """The rule for the meanings *old* and *new* of *keyword*, which differ; empty for nothing."""
    if keyword == "dependentRequired":
        before, after = _needed(both.old), _needed(both.new)
        if before <= after or after <= before:
            return "constraint-added" if before <= after else "constraint-removed"
    return "constraint-added" if not old else "constraint-removed" if not new else "constraint-changed"


def _needed(shape: SchemaShape) -> set[tuple[str, str]]:
    """Each member and one that it needs beside it, by ``dependentRequired``."""
    return {
        (name, str(needed.value))
        for place in shape.every("dependentRequired")
        for name, _ in place.members()
        for needed in place.items(name)
    }


def impossible(both: ShapePair) -> Differences:
    """A schema that refuses every value on one side only."""
    if both.old.is_impossible != both.new.is_impossible:
        rule = "constraint-added" if both.new.is_impossible else "constraint-removed"
        yield SchemaDifference(rule, both.old.home, both.new.home, {"keyword": "false"})
