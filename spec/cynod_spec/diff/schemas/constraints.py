"""Constraints that no rule of their own weighs: one that comes asks for more, one that changes may."""

from __future__ import annotations

from cynod_spec.diff.schemas.finding import Both, Finding, Seen
from cynod_spec.diff.schemas.meaning import CONSTRAINTS


def constraints(both: Both) -> Seen:
    """Each of ``CONSTRAINTS`` that differs, references followed."""
    for keyword in CONSTRAINTS:
        old, new = (both.meanings.of_constraint(side, keyword) for side in (both.old, both.new))
        if old != new:
            rule = (
                "constraint-added" if not old else "constraint-removed" if not new else "constraint-changed"
            )
            yield Finding(rule, *both.places(keyword), {"keyword": keyword})


def impossible(both: Both) -> Seen:
    """A schema that refuses every value on one side only."""
    if both.old.is_impossible != both.new.is_impossible:
        rule = "constraint-added" if both.new.is_impossible else "constraint-removed"
        yield Finding(rule, both.old.home, both.new.home, {"keyword": "false"})
