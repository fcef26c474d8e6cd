"""Responses that allow members beside those of their envelope."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.base.pointer import split
from cynod_spec.lint.fixes import Add
from cynod_spec.lint.registry import Found, Subject, rule
from cynod_spec.lint.subjects import responses


@rule(
    "envelope-open",
    says="this response for {status} allows members that its envelope does not have",
    hint="end its schema with `unevaluatedProperties: false`",
    good="""
    schema:
      allOf:
        - $ref: '#/components/schemas/Broken'
        - properties:
            code: {oneOf: [{$ref: '#/components/schemas/CodeX99'}]}
      unevaluatedProperties: false
    """,
    bad="""
    ⟦schema⟧:
      allOf:
        - $ref: '#/components/schemas/Broken'
        - properties:
            code: {oneOf: [{$ref: '#/components/schemas/CodeX99'}]}
    """,
    fixable=True,
)
def envelope_open(subject: Subject) -> Iterator[Found]:
    """The outermost schema of a response closes the envelope that it composes."""
    for response in responses(subject.contract):
        if (
            response.case
            and response.schema
            and response.schema.value.get("unevaluatedProperties") is not False
        ):
            at = response.schema.at
            yield at, {"status": response.status}, Add(split(at.pointer), "unevaluatedProperties", False)
