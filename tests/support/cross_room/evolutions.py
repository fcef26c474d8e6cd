"""Documents that evolve: a reduced one in OpenAPI 3.0 and 3.1, and many small changes of it, each on its own.

Used to compare verdicts about changes with another tool's, and to prove that what is seen one way is seen
the other way too.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

Document = dict[str, Any]
Change = Callable[[Document], None]
Schema = dict[str, Any]


@dataclass(frozen=True)
class Pair:
    """Two documents, what lies between them, and whether that is one change alone."""

    name: str
    old: Document
    new: Document
    single: bool


def reduced(version: str) -> Document:
    """The document before it evolves; *version* is 3.0.3 or 3.1.0."""
    item = {
        "type": "object",
        "required": ["id", "label"],
        "properties": {
            "id": {"type": "string", "readOnly": True},
            "label": {"type": "string", "minLength": 1, "maxLength": 40, "pattern": "^[a-z]+$"},
            "kind": {"type": "string", "enum": ["A", "B", "C"]},
            "count": {"type": "integer", "minimum": 1, "maximum": 100, "multipleOf": 2},
            "rate": {"type": "number"},
            "size": {"type": "integer", "format": "int64"},
            "date": {"type": "string", "format": "date"},
            "tags": {"type": "array", "minItems": 1, "maxItems": 9, "items": {"type": "string"}},
            "free": {"type": "array", "items": {"type": "integer"}},
            "open": {"type": "object", "properties": {"a": {"type": "string"}}},
            "closed": {
                "type": "object",
                "additionalProperties": False,
                "required": ["a"],
                "properties": {"a": {"type": "string"}, "b": {"type": "boolean"}},
            },
            "secret": {"type": "string", "writeOnly": True},
            "base": {"allOf": [{"$ref": "#/components/schemas/Base"}, {"type": "object"}]},
            "pet": {"oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}]},
            "plain": {"type": "string"},
        },
    }
    answer = {"application/json": {"schema": copy.deepcopy(item)}}
    return {
        "openapi": version,
        "info": {"title": "Reduced", "version": "1.0.0"},
        "servers": [{"url": "https://api.example.org"}],
        "security": [{"key": []}],
        "paths": {
            "/items": {
                "get": {
                    "operationId": "list",
                    "tags": ["a"],
                    "parameters": [
                        _parameter("text", {"type": "string", "minLength": 1, "maxLength": 40}),
                        _parameter("count", {"type": "integer", "minimum": 1, "maximum": 100, "default": 20}),
                        _parameter("kind", {"type": "string", "enum": ["A", "B"]}),
                        _parameter("many", {"type": "array", "items": {"type": "string"}, "maxItems": 9}),
                        _parameter("Trace", {"type": "string"}, place="header"),
                    ],
                    "responses": {
                        "200": {
                            "description": "Well",
                            "headers": {
                                "Always": {"required": True, "schema": {"type": "string"}},
                                "Perhaps": {"schema": {"type": "string"}},
                            },
                            "content": answer,
                        },
                        "400": {"description": "Bad"},
                    },
                },
                "post": {
                    "operationId": "create",
                    "security": [{"oauth": ["items:write"]}],
                    "requestBody": {
                        "required": True,
                        "content": {
                            "application/json": {"schema": copy.deepcopy(item)},
                            "application/xml": {"schema": {"type": "string"}},
                        },
                    },
                    "responses": {"201": {"description": "Made"}, "200": {"description": "There already"}},
                },
            },
            "/items/{id}": {
                "get": {
                    "operationId": "read",
                    "parameters": [_parameter("id", {"type": "string"}, place="path")],
                    "responses": {"200": {"description": "Well"}},
                },
                "delete": {
                    "operationId": "remove",
                    "parameters": [_parameter("id", {"type": "string"}, place="path")],
                    "responses": {"204": {"description": "Gone"}},
                },
            },
        },
        "components": {
            "schemas": {
                "Base": {"type": "object", "required": ["x"], "properties": {"x": {"type": "string"}}},
                "Cat": {"type": "object", "required": ["meow"], "properties": {"meow": {"type": "string"}}},
                "Dog": {"type": "object", "required": ["bark"], "properties": {"bark": {"type": "string"}}},
                "Fish": {"type": "object", "required": ["fin"], "properties": {"fin": {"type": "string"}}},
            },
            "securitySchemes": {
                "key": {"type": "apiKey", "in": "header", "name": "Key"},
                "oauth": {
                    "type": "oauth2",
                    "flows": {
                        "clientCredentials": {
                            "tokenUrl": "https://api.example.org/token",
                            "scopes": {"items:write": "Write", "items:read": "Read"},
                        }
                    },
                },
            },
        },
    }


def _parameter(name: str, schema: Schema, *, place: str = "query") -> dict[str, Any]:
    return {"name": name, "in": place, "schema": schema} | ({"required": True} if place == "path" else {})


# Where schemas stand

LIST: Final = ("paths", "/items", "get")
CREATE: Final = ("paths", "/items", "post")
SENT: Final = (*CREATE, "requestBody", "content", "application/json", "schema")
READ: Final = (*LIST, "responses", "200", "content", "application/json", "schema")


def at(document: Document, path: tuple[str | int, ...]) -> Any:
    """What stands in *document* along *path*."""
    value: Any = document
    for step in path:
        value = value[step]
    return value


def _put(path: tuple[str | int, ...], **members: Any) -> Change:
    """Give the mapping at *path* these members; None takes one away."""

    def change(document: Document) -> None:
        target = at(document, path)
        for key, value in members.items():
            if value is None:
                target.pop(key, None)
            else:
                target[key] = copy.deepcopy(value)

    return change


def _drop(path: tuple[str | int, ...]) -> Change:
    """Take away what stands at *path*."""

    def change(document: Document) -> None:
        del at(document, path[:-1])[path[-1]]

    return change


def _add(path: tuple[str | int, ...], value: Any) -> Change:
    """Append *value* to the list at *path*."""
    return lambda document: at(document, path).append(copy.deepcopy(value))


STRINGS: Final[dict[str, dict[str, Any]]] = {
    "type": {"type": "integer"},
    "no type": {"type": None},
    "format": {"format": "uuid"},
    "pattern": {"pattern": "^[0-9]+$"},
    "longer": {"maxLength": 80},
    "shorter": {"maxLength": 20},
    "unlimited": {"maxLength": None},
    "min length": {"minLength": 3},
    "no min length": {"minLength": None},
    "values": {"enum": ["A", "B"]},
    "default": {"default": "A"},
    "deprecated": {"deprecated": True},
    "described": {"description": "Words."},
}
INTEGERS: Final[dict[str, dict[str, Any]]] = {
    "type": {"type": "string"},
    "number": {"type": "number"},
    "int32": {"format": "int32"},
    "higher": {"maximum": 200},
    "lower": {"maximum": 50},
    "no maximum": {"maximum": None},
    "minimum": {"minimum": 5},
    "no minimum": {"minimum": None},
    "default": {"default": 10},
    "no default": {"default": None},
}
LISTS: Final[dict[str, dict[str, Any]]] = {
    "type": {"type": "string"},
    "items": {"items": {"type": "integer"}},
    "more": {"maxItems": 20},
    "fewer": {"maxItems": 5},
    "no most": {"maxItems": None},
    "least": {"minItems": 3},
    "no least": {"minItems": None},
    "unique": {"uniqueItems": True},
}
OBJECTS: Final[dict[str, dict[str, Any]]] = {
    "closed": {"additionalProperties": False},
    "free": {"additionalProperties": None},
    "typed": {"additionalProperties": {"type": "string"}},
    "required": {"required": ["a"]},
    "not required": {"required": None},
    "least members": {"minProperties": 1},
}
FLAGS: Final[dict[str, dict[str, Any]]] = {
    "read only": {"readOnly": True},
    "write only": {"writeOnly": True},
    "not read only": {"readOnly": None},
    "not write only": {"writeOnly": None},
}
TARGETS: Final[dict[str, dict[str, dict[str, Any]]]] = {
    "label": STRINGS,
    "plain": STRINGS,
    "kind": {
        "value more": {"enum": ["A", "B", "C", "D"]},
        "value less": {"enum": ["A", "B"]},
        "no values": {"enum": None},
    },
    "count": INTEGERS | {"multiple": {"multipleOf": 4}, "other multiple": {"multipleOf": 3}},
    "rate": {"integer": {"type": "integer"}, "exclusive": {"minimum": 0, "exclusiveMinimum": True}},
    "size": {"int32": {"format": "int32"}, "no format": {"format": None}},
    "date": {"date-time": {"format": "date-time"}, "no format": {"format": None}},
    "tags": LISTS,
    "free": LISTS,
    "open": OBJECTS,
    "closed": OBJECTS,
    "id": FLAGS,
    "secret": FLAGS,
}
ONLY_3_1: Final[dict[str, dict[str, Any]]] = {
    "types": {"type": ["string", "null"]},
    "more types": {"type": ["string", "integer"]},
    "const": {"const": "A"},
    "encoded": {"contentEncoding": "base64"},
    "conditional": {"if": {"minLength": 3}, "then": {"maxLength": 9}},
}
ONLY_3_0: Final[dict[str, dict[str, Any]]] = {"nullable": {"nullable": True}}
PARAMETERS: Final = {0: STRINGS, 1: INTEGERS, 2: {"value more": {"enum": ["A", "B", "C"]}}, 3: LISTS}


def changes(version: str) -> dict[str, Change]:
    """Every change by its name."""
    found: dict[str, Change] = {}
    for side, root in (("sent", SENT), ("read", READ)):
        for member, kinds in TARGETS.items():
            for kind, members in kinds.items():
                found[f"{side} {member}: {kind}"] = _put(
                    (*root, "properties", member), **_fit(members, version)
                )
        for kind, members in (ONLY_3_0 if version.startswith("3.0") else ONLY_3_1).items():
            found[f"{side} plain: {kind}"] = _put((*root, "properties", "plain"), **members)
        found |= {f"{side} {name}": change for name, change in _members(root).items()}
    for index, kinds in PARAMETERS.items():
        for kind, members in kinds.items():
            path = (*LIST, "parameters", index, "schema")
            found[f"parameter {index}: {kind}"] = _put(path, **_fit(members, version))
    return found | OPERATIONS


def _fit(members: dict[str, Any], version: str) -> dict[str, Any]:
    """*members* as *version* writes them: bounds that are left out are numbers from 3.1 on."""
    if version.startswith("3.0") or members.get("exclusiveMinimum") is not True:
        return members
    return {"exclusiveMinimum": members["minimum"]}


def _members(root: tuple[str | int, ...]) -> dict[str, Change]:
    properties, one_of = (*root, "properties"), (*root, "properties", "pet", "oneOf")
    return {
        "member more": _put(properties, more={"type": "string"}),
        "member less": _drop((*properties, "plain")),
        "required member less": _drop((*properties, "label")),
        "member required": _add((*root, "required"), "kind"),
        "member optional": _put(root, required=["id"]),
        "closed": _put(root, additionalProperties=False),
        "closed member more": _put((*properties, "closed", "properties"), c={"type": "string"}),
        "closed member less": _drop((*properties, "closed", "properties", "b")),
        "alternative more": _add(one_of, {"$ref": "#/components/schemas/Fish"}),
        "alternative less": _drop((*one_of, 1)),
        "part more": _add((*properties, "base", "allOf"), {"type": "object", "required": ["y"]}),
        "part less": _drop((*properties, "base", "allOf", 0)),
        "discriminator": _put((*properties, "pet"), discriminator={"propertyName": "kind"}),
    }


def _with_required(document: Document) -> None:
    at(document, (*LIST, "parameters")).append(_parameter("need", {"type": "string"}) | {"required": True})


OPERATIONS: Final[dict[str, Change]] = {
    "path less": _drop(("paths", "/items/{id}")),
    "operation less": _drop(("paths", "/items/{id}", "delete")),
    "operation deprecated": _put(LIST, deprecated=True),
    "operation renamed": _put(LIST, operationId="other"),
    "operation tagged": _put(LIST, tags=["a", "b"]),
    "sunset": _put(LIST, deprecated=True, **{"x-sunset": "2099-01-01"}),
    "parameter less": _drop((*LIST, "parameters", 0)),
    "parameter required": _put((*LIST, "parameters", 0), required=True),
    "parameter more": _add((*LIST, "parameters"), _parameter("more", {"type": "string"})),
    "required parameter more": _with_required,
    "parameter deprecated": _put((*LIST, "parameters", 0), deprecated=True),
    "parameter elsewhere": _put((*LIST, "parameters", 0), **{"in": "header"}),
    "body optional": _put((*CREATE, "requestBody"), required=None),
    "body less": _drop((*CREATE, "requestBody")),
    "sent media type less": _drop((*CREATE, "requestBody", "content", "application/xml")),
    "read media type more": _put((*LIST, "responses", "200", "content"), **{"text/plain": {}}),
    "header less": _drop((*LIST, "responses", "200", "headers", "Perhaps")),
    "required header less": _drop((*LIST, "responses", "200", "headers", "Always")),
    "header optional": _put((*LIST, "responses", "200", "headers", "Always"), required=None),
    "success less": _drop((*CREATE, "responses", "200")),
    "error less": _drop((*LIST, "responses", "400")),
    "error more": _put((*LIST, "responses"), **{"404": {"description": "None"}}),
    "security": _put(LIST, security=[{"oauth": ["items:read"]}]),
    "public": _put(LIST, security=[]),
    "scope more": _put(CREATE, security=[{"oauth": ["items:write", "items:read"]}]),
    "scope gone": _drop(
        ("components", "securitySchemes", "oauth", "flows", "clientCredentials", "scopes", "items:read")
    ),
    "token elsewhere": _put(
        ("components", "securitySchemes", "oauth", "flows", "clientCredentials"), tokenUrl="https://b.example"
    ),
    "base member more": _put(("components", "schemas", "Base", "properties"), y={"type": "string"}),
    "base member required": _put(("components", "schemas", "Base"), required=["x", "y"]),
    "base member typed": _put(("components", "schemas", "Base", "properties"), x={"type": "integer"}),
    "server elsewhere": _put((), servers=[{"url": "https://other.example.org"}]),
}


def pairs(version: str) -> Iterator[Pair]:
    """Each change on its own, made forwards and backwards; those that change nothing are left out."""
    base = reduced(version)
    for name, change in changes(version).items():
        evolved = copy.deepcopy(base)
        change(evolved)
        if evolved != base:
            yield Pair(f"{version} {name}", base, evolved, single=True)
            yield Pair(f"{version} {name}, back", evolved, base, single=True)


def mixed(version: str, seed: int, size: int = 4) -> Pair:
    """Several changes at once, some in the old document and some in the new one, drawn by *seed*."""
    draw = random.Random(seed)
    sides = (reduced(version), reduced(version))
    names = draw.sample(sorted(changes(version)), size)
    for name in names:
        try:
            changes(version)[name](draw.choice(sides))
        except LookupError:  # an earlier change took away what this one changes
            continue
    return Pair(f"{version} seed {seed}: {'; '.join(names)}", *sides, single=False)
