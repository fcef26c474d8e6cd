"""Codes with more than one status."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.registry import Found, Subject, rule
from cynod_spec.lint.subjects import responses


@rule(
    "code-two-statuses",
    says="the code {code} is allowed for {status} here and for {other} elsewhere",
    hint="a code has one status everywhere; use another code, or move the response",
    good="""
    code: {oneOf: [{$ref: '#/components/schemas/CodeR01'}, {$ref: '#/components/schemas/CodeR06'}]}
    """,
    bad="""
    code:
      oneOf:
        - {$ref: '#/components/schemas/CodeR01'}
        - {$ref: '#/components/schemas/CodeR04'}
        - {$ref: '#/components/schemas/CodeR06'}
    """,
    reported_in="⟦NoSuchPass⟧:",
)
def code_two_statuses(subject: Subject) -> Iterator[Found]:
    """A code means one thing, so it stands in responses of one status alone."""
    for response in responses(subject.contract):
        for code in response.codes:
            if code.status != response.status:
                yield response.at, {"code": code.value, "status": response.status, "other": code.status}
