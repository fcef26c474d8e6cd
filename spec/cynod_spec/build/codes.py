"""Internal codes: named schemas with a ``const``, and the statuses whose responses allow them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import get_args

from cynod_spec.base.pointer import Tokens
from cynod_spec.model import Case, Code, Envelope, Text
from cynod_spec.schema.composition import branches, joined_nodes, member
from cynod_spec.source.node import Node
from cynod_spec.source.operations import answers

CASES: tuple[Case, ...] = get_args(Case)


def read_codes(root: Node) -> tuple[Code, ...]:
    """Every schema of the document that is an internal code, in order; ``status`` is still 0."""
    found = []
    for name, node in root.members("components", "schemas"):
        if isinstance(node.value, dict) and (extension := node.extension("code")):
            found.append(_code(name, node, extension))
    if not found:
        root.fail(
            "the document has no internal code", "a code is a schema with `const` and `x-cynod: {code: …}`"
        )
    return tuple(found)


def case(node: Node) -> Case:
    """*node*, the name of one of the four cases."""
    value = node.one_of(CASES)
    return next(known for known in CASES if known == value)


def _code(schema_name: str, node: Node, extension: Node) -> Code:
    return Code(
        schema_name=schema_name,
        value=node.need("const", "the value on the wire").string(),
        name=extension.need("name", "a stable role, such as balance-insufficient").string(),
        case=case(extension.need("case")),
        status=0,
        retryable=flag.boolean() if (flag := extension.get("retryable")) else False,
        title=node.text("title"),
        description=node.text("description"),
        message=_message(extension),
        provoke=extension.text("provoke"),
        unprovokable=extension.text("unprovokable"),
        at=node.at,
    )


def _message(extension: Node) -> Text:
    french, english = extension.get("message", "fr"), extension.get("message", "en")
    return Text(french.string() if french else "", english.string() if english else "")


def with_statuses(
    root: Node, envelopes: Mapping[Case, Envelope], codes: tuple[Code, ...]
) -> tuple[Code, ...]:
    """*codes* with the status of the first response that allows each."""
    statuses: dict[str, int] = {}
    seen: set[tuple[int, Tokens]] = set()
    for status, response in answers(root):
        schema = body_schema(response)
        if schema is None or (status, schema.tokens) in seen:
            continue
        seen.add((status, schema.tokens))
        envelope = envelope_of(schema, envelopes)
        if envelope:
            for code in allowed(schema, envelope, codes):
                statuses.setdefault(code.value, status)
    return tuple(replace(code, status=statuses.get(code.value, 0)) for code in codes)


def body_schema(response: Node) -> Node | None:
    """The schema of the body of *response*: that of its first JSON media type, else of its first."""
    media = body_media(response)
    return media.get("schema") if media else None


def body_media(response: Node) -> Node | None:
    """The Media Type Object whose schema and examples stand for the whole body."""
    listed = list(response.members("content"))
    json = [
        node for name, node in listed if name.partition(";")[0].strip().lower().endswith(("/json", "+json"))
    ]
    return next(iter(json or [node for _, node in listed]), None)


def envelope_of(schema: Node, envelopes: Mapping[Case, Envelope]) -> Envelope | None:
    """The envelope on which *schema* builds, or None."""
    bases = {envelope.at.pointer: envelope for envelope in envelopes.values()}
    return next((bases[node.pointer] for node in branches(schema) if node.pointer in bases), None)


def allowed(schema: Node, envelope: Envelope, codes: tuple[Code, ...]) -> tuple[Code, ...]:
    """The codes that a body described by *schema* may carry, in the catalogue's order.

    Empty when nothing but the envelope's own base says anything about its code.
    """
    place = envelope.member("code")
    if place is None:
        return ()
    known = {code.value for code in codes}
    values = known
    for node in member(schema, place.path):
        stated = _values(node)
        if stated is not None:
            values = values & stated
    is_open = values == known and len(known) > 1 and not _is_stated(schema, envelope)
    return () if is_open else tuple(code for code in codes if code.value in values)


def _is_stated(schema: Node, envelope: Envelope) -> bool:
    place = envelope.member("code")
    base = envelope.at.pointer + "/"
    return place is not None and any(
        _values(node) is not None for node in member(schema, place.path) if not node.pointer.startswith(base)
    )


def _values(node: Node) -> set[str] | None:
    """The constants that the schema *node* allows; None when it allows others too."""
    sets = list(_sets(node))
    return set.intersection(*sets) if sets else None


def _sets(node: Node) -> Iterator[set[str]]:
    if not isinstance(node.value, dict):
        return
    if isinstance(node.value.get("const"), str):
        yield {node.value["const"]}
    if isinstance(node.value.get("enum"), list):
        yield {value for value in node.value["enum"] if isinstance(value, str)}
    for each in joined_nodes(node):
        below = _values(each)
        if below is not None:
            yield below
    for keyword in ("oneOf", "anyOf"):
        listed = [_values(item) for item in node.items(keyword)]
        if listed and all(values is not None for values in listed):
            yield set().union(*(values for values in listed if values is not None))
