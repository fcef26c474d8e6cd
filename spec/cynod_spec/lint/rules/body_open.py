"""Request bodies that let misspelt members pass."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.base.pointer import split
from cynod_spec.lint.fixes import Add
from cynod_spec.lint.registry import Found, Subject, rule
from cynod_spec.lint.subjects import (
    types,
)


@rule(
    "body-open",
    says="the request body of {operation} allows members that no schema describes",
    hint="close it: `additionalProperties: false`, or `unevaluatedProperties: false` when it composes others",
    good="""
    NewPass:
      type: object
      required: [price]
      properties:
        price: {$ref: '#/components/schemas/Price'}
      additionalProperties: false
    """,
    bad="""
    ⟦NewPass⟧:
      type: object
      required: [price]
      properties:
        price: {$ref: '#/components/schemas/Price'}
    """,
    fixable=True,
)
def body_open(subject: Subject) -> Iterator[Found]:
    """A misspelt member of a request is refused, never ignored; OAuth 2.0 alone wants it ignored."""
    for operation in subject.contract.operations:
        if operation.body is None or operation.is_oauth:
            continue
        schema = operation.body.schema
        closed = (schema.value.get(key) is False for key in ("additionalProperties", "unevaluatedProperties"))
        if "object" in types(subject.node(schema.at)) and not any(closed):
            keyword = "unevaluatedProperties" if "allOf" in schema.value else "additionalProperties"
            yield schema.at, {"operation": operation.key}, Add(split(schema.at.pointer), keyword, False)
