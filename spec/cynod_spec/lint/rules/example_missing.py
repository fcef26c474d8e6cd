"""Bodies that nobody has shown."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.registry import Found, Subject, rule


@rule(
    "example-missing",
    level="warning",
    says="the {what} of {operation} has no example",
    hint="add `example` or `examples` beside its schema: readers begin there, and a stub answers with it",
    good="""
    schema: {$ref: '#/components/schemas/NewPass'}
    example: {price: {units: 1500, currency: XOF}}
    """,
    bad="""
    schema: {$ref: '#/components/schemas/NewPass'}
    """,
    reported_in="""
    ⟦requestBody⟧:
      required: true
      content:
        application/json:
          schema: {$ref: '#/components/schemas/NewPass'}
    """,
)
def example_missing(subject: Subject) -> Iterator[Found]:
    """Every request body and every successful answer is shown once."""
    for operation in subject.contract.operations:
        if operation.body and not operation.body.examples:
            yield operation.body.at, {"what": "request body", "operation": operation.key}
        for response in operation.responses:
            if 200 <= response.status < 300 and response.schema and not response.examples:
                yield response.at, {"what": f"answer {response.status}", "operation": operation.key}
