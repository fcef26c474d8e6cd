"""Moments that may be local."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cynod_spec.lint.patterns import compiled
from cynod_spec.lint.registry import Found, Subject, rule

_UTC: Final = ("2026-11-02T09:30:00Z", "2026-11-02T09:30:00.5Z")
_LOCAL: Final = ("2026-11-02T09:30:00+01:00", "2026-11-02T09:30:00")


@rule(
    "time-not-utc",
    says="the pattern of this date-time {what}",
    hint="end it with Z: one moment has one way to be written",
    good="pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$'",
    bad="⟦pattern⟧: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([+-][0-9]{2}:[0-9]{2}|Z)$'",
)
def time_not_utc(subject: Subject) -> Iterator[Found]:
    """Times are in UTC and end with Z."""
    for node in subject.traversal.schemas:
        pattern = node.value.get("pattern")
        if node.value.get("format") != "date-time" or not isinstance(pattern, str):
            continue
        readable = compiled(pattern)
        if readable is None:
            continue
        matches = readable.search
        at = subject.below(node.at, "pattern")
        if any(matches(text) for text in _LOCAL):
            yield at, {"what": f"allows {next(text for text in _LOCAL if matches(text))}"}
        elif not any(matches(text) for text in _UTC):
            yield at, {"what": f"refuses {_UTC[0]}"}
