"""Responses that leave their codes open."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.registry import Found, Subject, rule
from cynod_spec.lint.subjects import responses


@rule(
    "code-undeclared",
    says="this response for {status} does not say which internal codes it allows",
    hint="compose them beside the envelope: `code: {{oneOf: [{{$ref: …}}]}}`",
    good="""
    code: {oneOf: [{$ref: '#/components/schemas/CodeS00'}]}
    data: {type: object, required: [state], properties: {state: {const: UP}}}
    """,
    bad="""
    data: {type: object, required: [state], properties: {state: {const: UP}}}
    """,
    reported_in="""
    ⟦'200'⟧:
      description: La santé
    """,
)
def code_undeclared(subject: Subject) -> Iterator[Found]:
    """Every response with an envelope lists its codes, so that any validator refuses a wrong one."""
    for response in responses(subject.contract):
        if response.case and not response.codes:
            yield response.at, {"status": response.status}
