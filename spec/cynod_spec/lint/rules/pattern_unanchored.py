"""Patterns that match a part."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.patterns import edges
from cynod_spec.lint.registry import Found, Subject, rule


@rule(
    "pattern-unanchored",
    level="warning",
    says="the pattern {pattern} matches any text that holds it somewhere",
    hint="begin it with ^ and end it with $",
    good="currency: {type: string, pattern: '^[A-Z]{3}$'}",
    bad="currency: {type: string, ⟦pattern⟧: '[A-Z]{3}'}",
)
def pattern_unanchored(subject: Subject) -> Iterator[Found]:
    """JSON Schema searches a pattern anywhere in a text, and few authors mean that."""
    for node in subject.traversal.schemas:
        pattern = node.value.get("pattern")
        if isinstance(pattern, str) and not _is_anchored(pattern):
            yield node.place("pattern"), {"pattern": pattern}


def _is_anchored(pattern: str) -> bool:
    """Whether it is bound at both ends, or by ``pattern-alternatives`` to report."""
    found = edges(pattern)
    if found is None:
        return pattern.startswith("^") and pattern.endswith("$")
    return found.are_bound or found.are_mixed
