"""Writes that any token may do."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.registry import Found, Subject, rule


@rule(
    "write-unscoped",
    says="{operation} changes something, and a token needs no scope for it",
    hint="name the scope in its `security`",
    good="""
    summary: Émettre un laissez-passer
    security: [{oauth2: ['pass:write']}, {basic: []}]
    """,
    bad="""
    summary: Émettre un laissez-passer
    ⟦security⟧: [{oauth2: []}, {basic: []}]
    """,
)
def write_unscoped(subject: Subject) -> Iterator[Found]:
    """A token given for reading must not write."""
    for operation in subject.contract.operations:
        if operation.writes and not operation.public and not operation.scopes:
            yield subject.below(operation.at, "security"), {"operation": operation.key}
