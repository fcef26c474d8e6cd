"""Members of another style."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from cynod_spec.lint.registry import Found, Subject, rule
from cynod_spec.schema.composition import branches
from cynod_spec.source.node import Node

_CAMEL: Final = re.compile(r"[a-z][a-zA-Z0-9]*")


@rule(
    "member-case",
    level="warning",
    says="the member {name} is not written in camel case",
    hint="a small letter first, then letters and digits: dateOfIssue",
    good="""
    issuedAt: {$ref: '#/components/schemas/Instant'}
    """,
    bad="""
    issuedAt: {$ref: '#/components/schemas/Instant'}
    ⟦issued_by⟧: {type: string}
    """,
)
def member_case(subject: Subject) -> Iterator[Found]:
    """All members are written alike; those of OAuth 2.0, which RFC 6749 names, are left alone."""
    foreign = {node.tokens for node in _of_oauth(subject)}
    for node in subject.traversal.schemas:
        if node.tokens in foreign:
            continue
        properties = node.get("properties")
        if properties is None:
            continue
        for name in properties.mapping():
            if not _CAMEL.fullmatch(name):
                yield properties.place(name), {"name": name}


def _of_oauth(subject: Subject) -> Iterator[Node]:
    for operation in subject.contract.operations:
        if operation.is_oauth:
            schemas = [operation.body.schema] if operation.body else []
            schemas += [response.schema for response in operation.responses if response.schema]
            for schema in schemas:
                yield from branches(subject.node(schema.at))
