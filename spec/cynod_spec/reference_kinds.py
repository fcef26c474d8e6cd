"""Which object of OpenAPI stands at a place, and references to objects of another kind than belongs there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from cynod_spec.build.schemas import METHODS
from cynod_spec.pointer import Tokens
from cynod_spec.references import FILES, references, target
from cynod_spec.source import Source

UNKNOWN: Final = ""
"""The kind of a place about which OpenAPI says nothing."""
_SECTIONS: Final[Mapping[str, str]] = {
    "schemas": "schema",
    "responses": "response",
    "parameters": "parameter",
    "examples": "example",
    "requestBodies": "request body",
    "headers": "header",
    "securitySchemes": "security scheme",
    "links": "link",
    "callbacks": "callback",
    "pathItems": "path item",
    "mediaTypes": "media type",
}
"""The sections of the components (OpenAPI 3.2 §4.8.7) and the kind of what stands in each."""
_SCHEMA: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas"), "*schema"
    ),
    **dict.fromkeys(("allOf", "anyOf", "oneOf", "prefixItems"), "*schema"),
    **dict.fromkeys(("items", "not", "if", "then", "else", "contains", "propertyNames"), "schema"),
    **dict.fromkeys(("additionalProperties", "unevaluatedProperties", "unevaluatedItems"), "schema"),
}
_VALUED: Final[Mapping[str, str]] = {"schema": "schema", "content": "*media type", "examples": "*example"}
_BELOW: Final[Mapping[str, Mapping[str, str]]] = {
    "document": {
        "paths": "*path item",
        "webhooks": "*path item",
        "components": "components",
        "x-cynod": "promises",
    },
    "components": {section: "*" + kind for section, kind in _SECTIONS.items()},
    "path item": {
        **dict.fromkeys(METHODS, "operation"),
        "additionalOperations": "*operation",
        "parameters": "*parameter",
    },
    "operation": {
        "parameters": "*parameter",
        "requestBody": "request body",
        "responses": "*response",
        "callbacks": "*callback",
    },
    "parameter": _VALUED,
    "header": _VALUED,
    "request body": {"content": "*media type"},
    "media type": {
        "schema": "schema",
        "itemSchema": "schema",
        "examples": "*example",
        "encoding": "*encoding",
    },
    "encoding": {"headers": "*header"},
    "response": {"headers": "*header", "content": "*media type", "links": "*link"},
    "schema": _SCHEMA,
    "promises": {"general": "general"},
    "general": {"responses": "*response", "headers": "*header"},
}
"""Kind → member → the kind of what stands there; ``*`` is a mapping or a list of that kind."""


@dataclass(frozen=True, slots=True)
class WrongKind:
    """The reference at ``tokens`` stands where a ``wanted`` belongs, and leads to a ``given``."""

    tokens: Tokens
    reference: str
    wanted: str
    given: str


def kind_at(tokens: Tokens) -> str:
    """The kind of the object at *tokens* of a document, such as ``path item``; UNKNOWN where none is."""
    if tokens[:1] == (FILES,) and tokens[2:3] == ("components",):
        tokens = tokens[2:]  # another file that is a whole document
    kind = "document"
    for token in tokens:
        if kind.startswith("*"):
            kind = kind[1:]
        elif kind == "callback":
            kind = "path item"
        else:
            kind = _BELOW.get(kind, {}).get(token, UNKNOWN)
        if kind == UNKNOWN:
            return UNKNOWN
    return UNKNOWN if kind.startswith("*") else kind


def section_of(kind: str) -> str:
    """The section of the components that holds objects of *kind*; empty without one."""
    return next((section for section, held in _SECTIONS.items() if held == kind), "")


def wrong_kinds(source: Source) -> Iterator[WrongKind]:
    """Every reference of *source* whose place and target are of kinds that OpenAPI tells apart."""
    for tokens, node in references(source.value):
        wanted = kind_at(tokens)
        if wanted == UNKNOWN:
            continue
        try:
            given = kind_at(target(node["$ref"]))
        except ValueError:  # it leads nowhere, which is reported as such
            continue
        if given not in (UNKNOWN, wanted):
            yield WrongKind(tokens, node["$ref"], wanted, given)
