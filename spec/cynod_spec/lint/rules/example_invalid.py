"""Examples that break their own schema."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from cynod_spec.build.codes import body_media
from cynod_spec.lint.registry import Found, Subject, rule
from cynod_spec.lint.subjects import responses
from cynod_spec.model import Schema
from cynod_spec.node import Node
from cynod_spec.validation import Validators

Judges = tuple[Validators, ...]
Example = tuple[Node, str, Schema, Judges]  # where it stands, its name, its schema, by whom it must be taken


@rule(
    "example-invalid",
    says="the example {name} is not valid{where}: {problem}",
    hint="correct the example, or the schema",
    good="message: C’est fait, data: {state: UP}}",
    bad="message: C’est fait, data: {⟦state⟧: DOWN}}",
)
def example_invalid(subject: Subject) -> Iterator[Found]:
    """An example shows what the schema allows: readers and generated stubs copy it.

    A request need not have the members that are ``readOnly``, and a response has none that is
    ``writeOnly``. An example in a schema itself may be either.
    """
    sent, received = (subject.request_validators,), (subject.response_validators,)
    for node, name, schema, judges in chain(
        _of_requests(subject, sent), _of_answers(subject, received), _of_schemas(subject, (*sent, *received))
    ):
        found = [judge.errors(schema, node.value) for judge in judges]
        for problem in min(found, key=len)[:1]:
            where = f" at {'/'.join(problem.path)}" if problem.path else ""
            at = subject.source.place((*node.tokens, *problem.path))
            yield at, {"name": name, "where": where, "problem": problem.message}


def _of_requests(subject: Subject, judges: Judges) -> Iterator[Example]:
    for operation in subject.contract.operations:
        for parameter in operation.parameters:
            yield from _of_parameter(subject.node(parameter.at), parameter.schema, judges, parameter.name)
        if operation.body:
            yield from _beside(body_media(subject.node(operation.body.at)), operation.body.schema, judges)


def _of_answers(subject: Subject, judges: Judges) -> Iterator[Example]:
    for webhook in subject.contract.webhooks:
        if webhook.body:
            yield from _beside(body_media(subject.node(webhook.body.at)), webhook.body.schema, judges)
    for response in responses(subject.contract):
        if response.schema:
            yield from _beside(body_media(subject.node(response.at)), response.schema, judges)
        for header in response.headers:
            yield from _of_parameter(subject.node(header.at), header.schema, judges, header.name)


def _of_schemas(subject: Subject, judges: Judges) -> Iterator[Example]:
    for node in subject.walked.schemas:
        listed = node.value.get("examples")
        if isinstance(listed, list):
            for item in node.items("examples"):
                yield item, f"of {node.name}", Schema(node.value, node.at), judges


def _of_parameter(node: Node, schema: Schema, judges: Judges, owner: str) -> Iterator[Example]:
    """The examples of a parameter or a header, and those of its ``content``."""
    yield from _beside(node, schema, judges, owner)
    if node.get("content") is not None:
        yield from _beside(body_media(node), schema, judges, owner)


def _beside(holder: Node | None, schema: Schema, judges: Judges, owner: str = "") -> Iterator[Example]:
    """The examples of a parameter, a header or a media type."""
    if holder is None:
        return
    if (one := holder.get("example")) is not None:
        yield one, f"of {owner}" if owner else "example", schema, judges
    for name, written in holder.members("examples"):
        example = written.followed()
        value = example.get("value") or example.get("dataValue")
        if value is not None:
            yield value, name, schema, judges
