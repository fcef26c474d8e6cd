"""The x-cynod extension against its vocabulary."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from cynod_spec.build.schemas import METHODS
from cynod_spec.lint.registry import Subject, rule
from cynod_spec.model import At
from cynod_spec.node import Node
from cynod_spec.pointer import Tokens

SCHEMA = Path(__file__).parents[2] / "vocabulary.schema.json"
_PLACES = {
    "responses": "response",
    "headers": "header",
    "parameters": "parameter",
    "securitySchemes": "scheme",
    "tags": "tag",
}


@rule(
    "vocabulary-invalid",
    says="x-cynod{where} is not as the vocabulary has it: {problem}",
    hint="see {schema}",
)
def vocabulary_invalid(subject: Subject) -> Iterator[tuple[At, dict[str, Any]]]:
    """Every x-cynod follows ``vocabulary.schema.json``, so no misspelt word passes in silence."""
    for node in _extensions(subject.root):
        for error in _validator(_kind(node.tokens[:-1])).iter_errors(node.value):
            path = tuple(str(step) for step in error.instance_path)
            where = "".join("/" + step for step in path)
            at = subject.source.place((*node.tokens, *path))
            yield at, {"where": where, "problem": error.message, "schema": SCHEMA.name}


def _extensions(node: Node) -> Iterator[Node]:
    waiting = [node]
    seen: set[int] = set()
    while waiting:
        node = waiting.pop()
        if id(node.value) in seen:
            continue
        seen.add(id(node.value))
        if isinstance(node.value, list):
            waiting.extend(node.items())
        elif isinstance(node.value, dict):
            for key, member in node.members():
                if key == "x-cynod":
                    yield member
                elif key not in ("example", "examples", "const", "enum", "default"):
                    waiting.append(member)


def _kind(tokens: Tokens) -> str:
    """Which object of the document *tokens* lead to, as far as the vocabulary tells them apart."""
    if not tokens:
        return "document"
    if tokens[-1] in METHODS and (len(tokens) == 3 or tokens[-3] in ("pathItems", "webhooks")):
        return "operation"
    if len(tokens) > 1 and tokens[-2] != "properties":
        return _PLACES.get(tokens[-2], "schema")
    return "schema"


@cache
def _validator(kind: str) -> Any:
    import jsonschema_rs

    vocabulary = json.loads(SCHEMA.read_text("utf-8"))
    registry = jsonschema_rs.Registry([(vocabulary["$id"], vocabulary)])
    return jsonschema_rs.Draft202012Validator(
        {"$ref": f"{vocabulary['$id']}#/$defs/{kind}"}, registry=registry
    )
