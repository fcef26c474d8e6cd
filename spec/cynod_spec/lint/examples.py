"""The examples of a document, each with the schema that it shows."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from cynod_spec.build.codes import body_media
from cynod_spec.lint.registry import Subject
from cynod_spec.lint.subjects import responses
from cynod_spec.model import Schema
from cynod_spec.schema.validation import Validators
from cynod_spec.source.node import Node

Judges = tuple[Validators, ...]
Example = tuple[Node, str, Schema, Judges]  # its value, what it is called, its schema, who must accept it


def beside_schemas(subject: Subject) -> Iterator[Example]:
    """The examples of parameters, headers and media types, each once, also of components and webhooks.

    One of its judges accepts a valid example: that of requests, that of responses, or either.
    """
    sent, received = (subject.request_validators,), (subject.response_validators,)
    seen: set[tuple[str, ...]] = set()
    for example in chain(
        _of_requests(subject, sent), _of_answers(subject, received), _of_others(subject, (*sent, *received))
    ):
        if example[0].tokens not in seen:
            seen.add(example[0].tokens)
            yield example


def _of_requests(subject: Subject, judges: Judges) -> Iterator[Example]:
    for operation in subject.contract.operations:
        for parameter in operation.parameters:
            yield from _beside(subject.node(parameter.at), parameter.schema, judges, parameter.name)
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
            yield from _beside(subject.node(header.at), header.schema, judges, header.name)


def _of_others(subject: Subject, judges: Judges) -> Iterator[Example]:
    """What the model leaves out: components that nothing uses, callbacks, further media types, encodings."""
    for holder in subject.traversal.objects:
        if "example" not in holder.value and "examples" not in holder.value:
            continue
        schema = holder.get("schema")
        if schema is None or not isinstance(schema.value, dict | bool):
            continue
        is_media = holder.tokens[-2:-1] == ("content",)
        is_text = is_media and not _is_json(holder.name)
        for example in _beside(holder, schema.schema(), judges, "" if is_media else _owner(holder)):
            if not (is_text and isinstance(example[0].value, str)):  # it may be what is sent, as it is sent
                yield example


def _owner(holder: Node) -> str:
    name = holder.value.get("name")
    return name if isinstance(name, str) else holder.name


def _is_json(media_type: str) -> bool:
    name = media_type.partition(";")[0].strip().lower()
    return name.endswith(("/json", "+json"))


def _beside(holder: Node | None, schema: Schema, judges: Judges, owner: str = "") -> Iterator[Example]:
    if holder is None:
        return
    if (one := holder.get("example")) is not None:
        yield one, f"of {owner}" if owner else "", schema, judges
    for name, written in holder.members("examples"):
        example = written.resolved()
        value = example.get("value") or example.get("dataValue")
        if value is not None:
            yield value, name, schema, judges


def in_schemas(subject: Subject) -> Iterator[tuple[Node, Node]]:
    """The examples that schemas hold themselves, under ``example`` or ``examples``, each with its schema."""
    for node in subject.traversal.schemas:
        if (one := node.get("example")) is not None:
            yield one, node
        if isinstance(node.value.get("examples"), list):
            yield from ((item, node) for item in node.items("examples"))
