"""Responses, their headers and examples, with the envelope and the codes that each allows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cynod_spec.build.codes import allowed, body_media, envelope_of
from cynod_spec.build.serializations import read_serialization
from cynod_spec.model import Case, Code, Envelope, Header, Link, Response, Schema, Text
from cynod_spec.schema.composition import member
from cynod_spec.source.node import Node
from cynod_spec.source.operations import general


class Responses:
    """Reads responses of one document, each once."""

    def __init__(self, root: Node, envelopes: Mapping[Case, Envelope], codes: tuple[Code, ...]) -> None:
        self._envelopes = envelopes
        self._codes = codes
        self._known: dict[tuple[int, tuple[str, ...]], Response] = {}

    def read(self, status: int, node: Node) -> Response:
        """The answer *node* for *status*, references followed already."""
        key = (status, node.tokens)
        if key not in self._known:
            self._known[key] = self._read(status, node)
        return self._known[key]

    def _read(self, status: int, node: Node) -> Response:
        media = body_media(node)
        schema = media.get("schema") if media else None
        envelope = envelope_of(schema, self._envelopes) if schema else None
        return Response(
            status=status,
            description=node.text("description"),
            case=envelope.case if envelope else None,
            codes=allowed(schema, envelope, self._codes) if schema and envelope else (),
            headers=tuple(read_headers(node, "headers")),
            media_types=tuple(name for name, _ in node.members("content")),
            schema=schema.schema() if schema else None,
            data=_data(schema, envelope) if schema and envelope and envelope.case == "success" else None,
            examples=read_examples(media),
            summaries=read_summaries(media),
            links=tuple(_links(node)),
            at=node.at,
        )


def _links(node: Node) -> Iterator[Link]:
    """The links of a response that name an operation; those by reference or by URL name none."""
    for name, written in node.members("links"):
        link = written.resolved()
        if (operation := link.get("operationId")) is not None:
            yield Link(
                name=name,
                operation=operation.string(),
                description=link.text("description"),
                parameters={key: str(value.value) for key, value in link.members("parameters")},
                at=link.at,
            )


def _data(schema: Node, envelope: Envelope) -> Schema | None:
    """The schema of the data member: the operation's own before the envelope's."""
    place = envelope.member("data")
    if place is None:
        return None
    found = list(member(schema, place.path))
    base = envelope.at.pointer + "/"
    own = [node for node in found if not node.pointer.startswith(base)]
    return next((node.schema() for node in own or found), None)


def read_general(root: Node, responses: Responses) -> tuple[Response, ...]:
    """The answers that belong to no operation, which the document's ``x-cynod`` names."""
    return tuple(responses.read(status, node) for status, node in general(root))


def read_headers(node: Node, *path: str) -> Iterator[Header]:
    """The headers of the mapping along *path*."""
    for name, written in node.members(*path):
        header = written.resolved()
        schema = parameter_schema(header)
        role = written.extension("role") or header.extension("role")
        required = header.get("required")
        serialization, problems = read_serialization(header, name, "header")
        yield Header(
            name=name,
            required=required.boolean() if required else False,
            schema=schema,
            description=header.text("description"),
            role=role.string() if role else None,
            example=first_example(header),
            serialization=None if problems else serialization,
            at=header.at,
        )


def parameter_schema(node: Node) -> Schema:
    """The schema of a parameter or header: its own, or that of its media type; else anything."""
    schema = node.get("schema")
    if schema is None and (media := body_media(node)) is not None:
        schema = media.get("schema")
    return schema.schema() if schema else Schema({}, node.at)


def first_example(node: Node) -> Any:
    """The first example of a parameter or header: beside its schema or in it; None when there is none."""
    media = body_media(node) if node.get("content") is not None else None
    for value in (*read_examples(node).values(), *read_examples(media).values()):
        return value
    schema = parameter_schema(node).value
    if "example" in schema:
        return schema["example"]
    listed = schema.get("examples")
    return listed[0] if isinstance(listed, list) and listed else None


def read_examples(node: Node | None) -> dict[str, Any]:
    """Name → value of the examples that stand beside a schema; a lone one is called ``example``."""
    if node is None:
        return {}
    if (one := node.get("example")) is not None:
        return {"example": one.value}
    found: dict[str, Any] = {}
    for name, written in node.members("examples"):
        example = written.resolved()
        value = example.get("value") or example.get("dataValue")
        if value is not None:
            found[name] = value.value
    return found


def read_summaries(node: Node | None) -> dict[str, Text]:
    """Name → summary of the examples that stand beside a schema and have one."""
    if node is None:
        return {}
    found = ((name, written.resolved().text("summary")) for name, written in node.members("examples"))
    return {name: summary for name, summary in found if summary.fr}
