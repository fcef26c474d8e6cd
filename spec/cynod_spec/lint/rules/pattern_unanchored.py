"""Patterns that match a part."""

from __future__ import annotations

from collections.abc import Iterator

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
    for node in subject.walked.schemas:
        pattern = node.value.get("pattern")
        if isinstance(pattern, str) and not (pattern.startswith("^") and pattern.endswith("$")):
            yield subject.below(node.at, "pattern"), {"pattern": pattern}
