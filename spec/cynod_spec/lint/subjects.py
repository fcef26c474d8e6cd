"""What several rules walk."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from cynod_spec.base.location import SourceLocation
from cynod_spec.base.pointer import split
from cynod_spec.lint.fixes import Add, Fix, Put
from cynod_spec.lint.registry import Subject
from cynod_spec.model import Contract, Header, Response, Schema
from cynod_spec.schema.composition import branches, member
from cynod_spec.source.node import Node

CREATING: Final = ("issue", "credit", "debit", "refund")
READING: Final = ("read", "list", "whoami", "health")
SCOPE: Final = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]+")  # RFC 6749 §3.3
MAX_SAFE_INTEGER: Final = 2**53 - 1  # the largest integer that every reader of JSON keeps exactly


def responses(contract: Contract) -> Iterator[Response]:
    """Every response of the document once, the general answers included."""
    seen: set[tuple[int, str]] = set()
    for response in [*(r for o in contract.operations for r in o.responses), *contract.general]:
        if (response.status, response.at.pointer) not in seen:
            seen.add((response.status, response.at.pointer))
            yield response


def header(response: Response, name: str) -> Header | None:
    """The header *name* of *response*, or None."""
    return next((each for each in response.headers if each.name.lower() == name.lower()), None)


def unannounced(
    contract: Contract, name: str, *statuses: int
) -> Iterator[tuple[SourceLocation, dict[str, Any]]]:
    """The responses for *statuses* that do not declare the header *name*."""
    for response in responses(contract):
        if response.status in statuses and header(response, name) is None:
            yield response.at, {"status": response.status, "header": name}


def below(subject: Subject, schema: Schema, path: Sequence[str]) -> Iterator[Node]:
    """Every subschema of *schema* that describes the member at *path*."""
    yield from member(subject.node(schema.at), path, alternatives=True)


def stated(node: Node, keyword: str) -> Any:
    """What the schema *node*, or what it refers to, says under *keyword*; None when nothing does."""
    return next((part.value[keyword] for part in branches(node) if keyword in part.value), None)


def types(node: Node) -> tuple[str, ...]:
    """The types that the schema *node* allows; empty when it does not say."""
    found = stated(node, "type")
    listed = found if isinstance(found, list) else [found]
    return tuple(kind for kind in listed if isinstance(kind, str))


def one(node: Node) -> Node:
    """The schema that *node* refers to: where its keywords stand."""
    return next((part for part in branches(node) if "$ref" not in part.value), node)


def roles(subject: Subject, *wanted: str) -> Iterator[tuple[str, Node]]:
    """Role and schema of every body's or resource's member, or parameter, that plays one of *wanted*."""
    for operation in subject.contract.operations:
        for role, expression in operation.request.items():
            if role in wanted and expression.place == "body" and operation.body:
                yield from ((role, node) for node in below(subject, operation.body.schema, expression.path))
        for parameter in operation.parameters:
            schema = subject.node(parameter.at).get("schema")
            if parameter.role in wanted and schema is not None:
                yield parameter.role or "", schema
    for resource in subject.contract.resources.values():
        for role, path in resource.members.items():
            if role in wanted:
                yield from ((role, node) for node in below(subject, resource.schema, path))


def amounts(subject: Subject) -> Iterator[Node]:
    """The schemas of all money: what plays the role ``amount``, or any role that has a currency beside it."""
    paired = {
        role
        for resource in subject.contract.resources.values()
        for role in resource.members
        if f"{role}-currency" in resource.members
    }
    seen: set[str] = set()
    for _, node in roles(subject, "amount", *paired):
        if one(node).pointer not in seen:
            seen.add(one(node).pointer)
            yield one(node)


def required(subject: Subject, at: SourceLocation) -> Fix:
    """The fix that makes the parameter or header at *at* required."""
    tokens = split(at.pointer)
    if subject.node(at).get("required") is not None:
        return Put((*tokens, "required"), True)
    return Add(tokens, "required", True)
