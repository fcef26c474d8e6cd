"""Patterns that are valid, and that the validator cannot read."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.patterns import instead, is_ecma, is_supported, patterns
from cynod_spec.lint.registry import Found, Subject, rule


@rule(
    "pattern-unsupported",
    says="the pattern {pattern} is valid, and the validator of servers and of the suite cannot read it",
    hint="{instead}",
    good="currency: {type: string, pattern: '^[A-Z]{3}$'}",
    bad="currency: {type: string, ⟦pattern⟧: '^(?<letter>[A-Z])\\k<letter>[A-Z]$'}",
)
def pattern_unsupported(subject: Subject) -> Iterator[Found]:
    """Every pattern of the contract can be checked by the servers and the suite that are made of it."""
    for at, pattern in patterns(subject):
        if not is_supported(pattern) and is_ecma(pattern):
            yield at, {"pattern": pattern, "instead": instead(pattern)}
