"""Anchors that bind one alternative of a pattern and not the other."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.patterns import edges, patterns
from cynod_spec.lint.registry import Found, Subject, rule


@rule(
    "pattern-alternatives",
    says="the anchors of the pattern {pattern} bind some of its alternatives only",
    hint="put the alternatives into a group: ^(?:a|b)$",
    good="currency: {type: string, pattern: '^[A-Z]{3}$'}",
    bad="currency: {type: string, ⟦pattern⟧: '^[A-Z]{3}|[a-z]{3}$'}",
)
def pattern_alternatives(subject: Subject) -> Iterator[Found]:
    """In ``^a|b$`` the ``|`` binds last: the pattern also matches ``ax`` and ``xb``."""
    for at, pattern in patterns(subject):
        found = edges(pattern)
        if found is not None and found.are_mixed:
            yield at, {"pattern": pattern}
