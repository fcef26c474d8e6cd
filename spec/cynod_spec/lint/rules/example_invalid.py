"""Examples that break their own schema."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.build.codes import body_media
from cynod_spec.lint.registry import Found, Subject, rule
from cynod_spec.lint.subjects import responses
from cynod_spec.model import Schema
from cynod_spec.node import Node


@rule(
    "example-invalid",
    says="the example {name} is not valid{where}: {problem}",
    hint="correct the example, or the schema",
    good="message: C’est fait, data: {state: UP}}",
    bad="message: C’est fait, data: {⟦state⟧: DOWN}}",
)
def example_invalid(subject: Subject) -> Iterator[Found]:
    """An example shows what the schema allows: readers and generated stubs copy it."""
    for node, name, schema in _examples(subject):
        for problem in subject.validators.errors(schema, node.value)[:1]:
            where = f" at {'/'.join(problem.path)}" if problem.path else ""
            at = subject.source.place((*node.tokens, *problem.path))
            yield at, {"name": name, "where": where, "problem": problem.message}


def _examples(subject: Subject) -> Iterator[tuple[Node, str, Schema]]:
    contract = subject.contract
    for operation in contract.operations:
        for parameter in operation.parameters:
            yield from _beside(subject.node(parameter.at), parameter.schema, parameter.name)
        if operation.body:
            yield from _beside(body_media(subject.node(operation.body.at)), operation.body.schema)
    for webhook in contract.webhooks:
        if webhook.body:
            yield from _beside(body_media(subject.node(webhook.body.at)), webhook.body.schema)
    for response in responses(contract):
        if response.schema:
            yield from _beside(body_media(subject.node(response.at)), response.schema)
        for header in response.headers:
            yield from _beside(subject.node(header.at), header.schema, header.name)
    for node in subject.walked.schemas:
        listed = node.value.get("examples")
        if isinstance(listed, list):
            for item in node.items("examples"):
                yield item, f"of {node.name}", Schema(node.value, node.at)


def _beside(holder: Node | None, schema: Schema, owner: str = "") -> Iterator[tuple[Node, str, Schema]]:
    """The examples of a parameter, a header or a media type."""
    if holder is None:
        return
    if (one := holder.get("example")) is not None:
        yield one, f"of {owner}" if owner else "example", schema
    for name, written in holder.members("examples"):
        example = written.followed()
        value = example.get("value") or example.get("dataValue")
        if value is not None:
            yield value, name, schema
