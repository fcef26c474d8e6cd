"""Scopes that nobody can be granted."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.base.suggestions import did_you_mean
from cynod_spec.lint.registry import Found, Subject, rule


@rule(
    "scope-undeclared",
    says="{operation} needs the scope {scope}, which no security scheme offers",
    hint="{meant}declare it among the scopes of the client credentials flow; there are: {known}",
    good="""
    summary: Lire un laissez-passer
    security: [{oauth2: ['pass:read']}, {basic: []}]
    """,
    bad="""
    summary: Lire un laissez-passer
    ⟦security⟧: [{oauth2: ['pass:reed']}, {basic: []}]
    """,
)
def scope_undeclared(subject: Subject) -> Iterator[Found]:
    """An operation asks only for scopes that a token can hold."""
    known = subject.contract.security.scopes
    for operation in subject.contract.operations:
        for scope in operation.scopes:
            if scope not in known:
                meant = did_you_mean(scope, known)
                words = {"operation": operation.key, "scope": scope, "known": ", ".join(known)}
                words["meant"] = meant and f"{meant} "
                yield subject.below(operation.at, "security"), words
