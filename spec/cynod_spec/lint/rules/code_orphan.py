"""Codes that no response allows."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.registry import Found, Subject, rule


@rule(
    "code-orphan",
    level="warning",
    says="no response allows the code {code}",
    hint="list it in a response, or drop it",
    good="""
    code: {oneOf: [{$ref: '#/components/schemas/CodeR01'}, {$ref: '#/components/schemas/CodeR06'}]}
    """,
    bad="""
    code: {oneOf: [{$ref: '#/components/schemas/CodeR01'}]}
    """,
    reported_in="⟦CodeR06⟧:",
)
def code_orphan(subject: Subject) -> Iterator[Found]:
    """An internal code that no response allows can never be answered."""
    for code in subject.contract.codes:
        if not code.status:
            yield code.at, {"code": code.value}
