"""Patterns that are no regular expressions, or those of another language."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.patterns import foreign, is_ecma, patterns
from cynod_spec.lint.registry import Found, Subject, rule


@rule(
    "pattern-invalid",
    says="the pattern {pattern} is no regular expression of ECMA-262{part}",
    hint="write it as JavaScript does: ^ and $ for \\A and \\z, (?<name>…) for (?P<name>…)",
    good="currency: {type: string, pattern: '^[A-Z]{3}$'}",
    bad="currency: {type: string, ⟦pattern⟧: '^(?i)[A-Z]{3}$'}",
)
def pattern_invalid(subject: Subject) -> Iterator[Found]:
    """A pattern means the same to every validator: ECMA-262 is what JSON Schema names (2020-12 §6.4)."""
    for at, pattern in patterns(subject):
        if not is_ecma(pattern):
            part = foreign(pattern)
            yield at, {"pattern": pattern, "part": f": it has {part}" if part else ""}
