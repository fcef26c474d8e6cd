"""Examples that break their own schema."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cynod_spec.lint.registry import Subject, rule
from cynod_spec.lint.subjects import responses
from cynod_spec.model import At, Schema


@rule(
    "example-invalid",
    says="the example {name} is not valid{where}: {problem}",
    hint="correct the example, or the schema",
)
def example_invalid(subject: Subject) -> Iterator[tuple[At, dict[str, Any]]]:
    """An example shows what the schema allows: readers and generated stubs copy it."""
    for at, name, schema, value in _examples(subject):
        for problem in subject.validators.errors(schema, value)[:1]:
            where = f" at {'/'.join(problem.path)}" if problem.path else ""
            yield at, {"name": name, "where": where, "problem": problem.message}


def _examples(subject: Subject) -> Iterator[tuple[At, str, Schema, Any]]:
    for operation in subject.contract.operations:
        for parameter in operation.parameters:
            if parameter.example is not None:
                yield parameter.at, f"of {parameter.name}", parameter.schema, parameter.example
        if operation.body:
            for name, value in operation.body.examples.items():
                yield operation.body.at, name, operation.body.schema, value
    for response in responses(subject.contract):
        for name, value in response.examples.items():
            if response.schema:
                yield response.at, name, response.schema, value
        for header in response.headers:
            if header.example is not None:
                yield header.at, f"of {header.name}", header.schema, header.example
    for name, node in subject.root.members("components", "schemas"):
        if isinstance(node.value, dict):
            listed = node.value.get("examples")
            for value in listed if isinstance(listed, list) else []:
                yield node.at, f"of {name}", Schema(node.value, node.at), value
