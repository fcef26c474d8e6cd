"""Dates that are any text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cynod_spec.lint.registry import Found, Subject, rule
from cynod_spec.lint.subjects import (
    one,
    roles,
    stated,
)

_TIMES: Final = ("date", "from", "until", "expiry")


@rule(
    "time-type",
    says="what plays the role {role} must be a date or a date-time of RFC 3339; its format is {form}",
    hint="write `format: date-time`, or `format: date` for a day",
    good="""
    Instant:
      type: string
      format: date-time
    """,
    bad="""
    ⟦Instant⟧:
      type: string
    """,
)
def time_type(subject: Subject) -> Iterator[Found]:
    """Every moment is written as RFC 3339 has it."""
    seen: set[str] = set()
    for role, found in roles(subject, *_TIMES):
        node = one(found)
        if node.pointer not in seen and stated(node, "format") not in ("date", "date-time"):
            seen.add(node.pointer)
            yield node.at, {"role": role, "form": stated(node, "format") or "not stated"}
