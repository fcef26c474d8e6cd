"""Writes that anybody may do."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.registry import Found, Subject, rule


@rule(
    "write-public",
    says="{operation} changes something and asks nobody who calls",
    hint="give it `security`, without an empty requirement",
    good="""
    summary: Émettre un laissez-passer
    security: [{oauth2: ['pass:write']}, {basic: []}]
    """,
    bad="""
    summary: Émettre un laissez-passer
    ⟦security⟧: [{oauth2: ['pass:write']}, {basic: []}, {}]
    """,
)
def write_public(subject: Subject) -> Iterator[Found]:
    """Whoever changes something has said who it is."""
    for operation in subject.contract.operations:
        if operation.writes and operation.public:
            yield subject.below(operation.at, "security"), {"operation": operation.key}
