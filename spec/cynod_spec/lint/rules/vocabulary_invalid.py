"""The x-cynod extension against its vocabulary."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from cynod_spec.base.pointer import Tokens, resolve
from cynod_spec.base.suggestions import closest, question
from cynod_spec.lint.registry import Found, Written, rule
from cynod_spec.lint.suppressions import KEY
from cynod_spec.model.vocabulary import PATH, vocabulary
from cynod_spec.source.node import Node
from cynod_spec.source.operations import path_item
from cynod_spec.source.references import target

SCHEMA = PATH
_PLACES = {
    "responses": "response",
    "headers": "header",
    "parameters": "parameter",
    "securitySchemes": "scheme",
    "tags": "tag",
}


@rule(
    "vocabulary-invalid",
    says="{where} is not as the vocabulary has it: {problem}",
    hint="{schema} says: {meant}",
    good="x-cynod: {role: request-id}",
    bad="x-cynod: {⟦rolle⟧: request-id}",
)
def vocabulary_invalid(subject: Written) -> Iterator[Found]:
    """Every x-cynod follows ``vocabulary.schema.json``, so no misspelt word passes in silence."""
    for node, holder in _extensions(subject):
        for error in _validator(holder).iter_errors(node.value):
            path = tuple(str(step) for step in error.instance_path)
            where = "/".join((node.name, *path))
            for name in getattr(error.kind, "unexpected", None) or ("",):
                at = subject.source.place((*node.tokens, *path, *([name] if name else ())))
                meant = _meant(holder, path, name, error.instance)
                yield at, {"where": where, "problem": error.message, "schema": SCHEMA.name, "meant": meant}


def _extensions(subject: Written) -> Iterator[tuple[Node, str]]:
    for mapping in subject.traversal.mappings:
        if (node := mapping.extension()) is not None and "x-cynod" not in mapping.tokens:
            yield node, kind(mapping.tokens)
        if (node := mapping.get(KEY)) is not None:
            yield node, "allowances"


def kind(tokens: Tokens) -> str:
    """Which object of the document *tokens* lead to, as far as the vocabulary tells them apart."""
    if not tokens:
        return "document"
    item = path_item(tokens)
    if item is not None and (len(item) == 2 or item[-2:-1] in (("pathItems",), ("webhooks",))):
        return "operation"
    if len(tokens) > 1 and tokens[-2] != "properties":
        return _PLACES.get(tokens[-2], "schema")
    return "schema"


def _meant(holder: str, path: Sequence[str], unexpected: str, value: Any) -> str:
    """What the vocabulary says of the member at *path*; where one is *unexpected*, which there are.

    It ends with the word that *value*, or the unexpected member, was probably meant to be.
    """
    schema, said = _followed({"$ref": f"#/$defs/{holder}"})
    for step in path:
        below = schema.get("properties", {}).get(step) or schema.get("items")
        below = below or schema.get("additionalProperties")
        if not isinstance(below, dict):
            break
        schema, found = _followed(below)
        said = found or said
    words = schema.get("properties", ()) if unexpected else schema.get("enum", ())
    other = closest(unexpected or value, words) if unexpected or isinstance(value, str) else ""
    if unexpected:
        said = "known here: " + ", ".join(words)
    return f"{said}; {question(other)}" if other else said


def _followed(schema: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """What *schema* refers to, and the nearest description."""
    said = schema.get("description", "")
    while "$ref" in schema:
        schema = resolve(vocabulary(), target(schema["$ref"]))
        said = said or schema.get("description", "")
    return schema, said


@cache
def _validator(holder: str) -> Any:
    import jsonschema_rs

    whole = vocabulary()
    registry = jsonschema_rs.Registry([(whole["$id"], whole)])
    return jsonschema_rs.Draft202012Validator({"$ref": f"{whole['$id']}#/$defs/{holder}"}, registry=registry)
