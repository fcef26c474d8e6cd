"""Which object of OpenAPI stands where: what the members of each kind of object hold (3.0 to 3.2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cynod_spec.source.schema_keywords import HOLDING, Holding

DOCUMENT: Final = "document"
SCHEMA: Final = "schema"
PATH_ITEM: Final = "pathItem"
LINK: Final = "link"
EXAMPLE: Final = "example"
SERVER: Final = "server"
DATA: Final = "data"
"""A value that is no part of the description: an example, a default, an extension."""
OTHER: Final = "other"
"""An object that holds no other kind that matters here, or one that OpenAPI does not know."""

SECTIONS: Final[Mapping[str, str]] = {
    "schema": "schemas",
    "response": "responses",
    "parameter": "parameters",
    "example": "examples",
    "requestBody": "requestBodies",
    "header": "headers",
    "securityScheme": "securitySchemes",
    "link": "links",
    "callback": "callbacks",
    "pathItem": "pathItems",
    "mediaType": "mediaTypes",
}
"""Kind → the member of ``components`` that holds objects of it by name."""

_WRITTEN: Final[Mapping[Holding, str]] = {"one": "schema", "list": "[schema]", "names": "{schema}"}
_METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
_CARRIER: Final = {"schema": "schema", "content": "{mediaType}", "examples": "{example}"}
# ``{kind}`` is a mapping of objects by name, ``[kind]`` a list of them.
_MEMBERS: Final[Mapping[str, Mapping[str, str]]] = {
    DOCUMENT: {
        "paths": "{pathItem}",
        "webhooks": "{pathItem}",
        "components": "components",
        "servers": "[server]",
    },
    "components": {section: f"{{{kind}}}" for kind, section in SECTIONS.items()},
    PATH_ITEM: {
        **dict.fromkeys(_METHODS, "operation"),
        "additionalOperations": "{operation}",
        "parameters": "[parameter]",
        "servers": "[server]",
    },
    "operation": {
        "parameters": "[parameter]",
        "requestBody": "requestBody",
        "responses": "{response}",
        "callbacks": "{callback}",
        "servers": "[server]",
    },
    "parameter": _CARRIER,
    "header": _CARRIER,
    "requestBody": {"content": "{mediaType}"},
    "mediaType": {
        "schema": "schema",
        "itemSchema": "schema",
        "examples": "{example}",
        "encoding": "{encoding}",
        "prefixEncoding": "[encoding]",
        "itemEncoding": "encoding",
    },
    "encoding": {
        "headers": "{header}",
        "encoding": "{encoding}",
        "prefixEncoding": "[encoding]",
        "itemEncoding": "encoding",
    },
    "response": {"headers": "{header}", "content": "{mediaType}", "links": "{link}"},
    "vocabulary": {"general": "general"},  # x-cynod
    "general": {"headers": "{header}", "responses": "{response}"},
    EXAMPLE: {"value": DATA, "dataValue": DATA},
    LINK: {"server": "server", "parameters": DATA, "requestBody": DATA},
    SCHEMA: {
        **{key: _WRITTEN[holding] for key, holding in HOLDING.items()},
        **dict.fromkeys(("examples", "enum", "const", "default"), DATA),
    },
}
_DATA_MEMBERS: Final = frozenset(("example", "default"))


def below(kind: str, key: str) -> str:
    """What the member *key* of an object of *kind* holds: a kind, ``{kind}`` by name, ``[kind]`` in a list.

    Of a ``{kind}``, *key* is a name; of a ``[kind]``, an index.
    """
    if kind.startswith(("{", "[")):
        named = kind[1:-1]
        is_extension = key.startswith("x-") and named in (PATH_ITEM, "response")
        return DATA if is_extension and kind[0] == "{" else named
    if kind == "callback":
        return DATA if key.startswith("x-") else PATH_ITEM
    if kind == DATA:
        return DATA
    known = _MEMBERS.get(kind, {}).get(key)
    if known is not None:
        return known
    if key == "x-cynod":
        return "vocabulary"
    return DATA if key in _DATA_MEMBERS or key.startswith("x-") else OTHER
