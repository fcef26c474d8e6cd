"""A copy of a contract in which every name that the contract invents is another, at random.

Paths, parameters, invented headers, JSON members, scopes, codes and operationIds change; what an RFC or
Standard Webhooks fixes stays. The walk follows the structure of OpenAPI and of ``x-cynod``, never words
in a text, so a name inside a description keeps its old spelling and nothing may depend on it.
"""

from __future__ import annotations

import random
import re
import string
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
STANDARD_HEADERS = frozenset(
    name.lower()
    for name in (
        *("Accept", "Accept-Language", "Allow", "Authorization", "Cache-Control", "Content-Language"),
        *("Content-Type", "Date", "Deprecation", "ETag", "Link", "Location", "Retry-After", "Sunset"),
        *("Vary", "WWW-Authenticate"),
    )
)
_ONE = ("items", "not", "if", "then", "else", "contains", "additionalProperties", "unevaluatedProperties")
_LIST = ("allOf", "oneOf", "anyOf", "prefixItems")
_NAMED = ("$defs", "dependentSchemas")
_UNKNOWN = ("discriminator", "dependentRequired", "patternProperties")  # no rule for them here yet
_EXPRESSION = re.compile(r"\$(request|response)\.(header|query|path|body)(?:\.([^#]+)|#(.*))")
_CODE = re.compile(r"(?<=#)[0-9]{4}$")
_SCHEMAS = "#/components/schemas/"


def rename(document: dict[str, Any], seed: int) -> dict[str, Any]:
    """A renamed copy of *document*; the same seed gives the same names."""
    return _Renaming(document, seed).document()


class _Renaming:
    def __init__(self, document: dict[str, Any], seed: int) -> None:
        self.root = document
        self.random = random.Random(seed)
        self.taken: set[str] = set()
        self.names: dict[tuple[str, str], str] = {}
        self.kept_schemas: set[int] = set()
        self.kept_headers = set(STANDARD_HEADERS)
        for operation in self.operations("webhooks"):
            for parameter in operation.get("parameters", ()):
                self.kept_headers.add(self.followed(parameter)["name"].lower())
            for schema in self.body_schemas(operation.get("requestBody", {})):
                self.keep(schema, references=1)
        for operation in self.operations("paths"):
            if operation.get("x-cynod", {}).get("effect") in ("token", "revoke"):
                bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
                for schema in (schema for body in bodies for schema in self.body_schemas(body)):
                    if not any("envelope" in part.get("x-cynod", {}) for part in self.branches(schema)):
                        self.keep(schema, references=99)
        self.codes = self.new_codes()
        schemes = document["components"]["securitySchemes"].values()
        self.scopes = {
            scope: f"{self.fresh()}:{self.fresh()}"
            for scheme in schemes
            for flow in scheme.get("flows", {}).values()
            for scope in flow.get("scopes", {})
        }

    # Names

    def fresh(self) -> str:
        while True:
            name = "".join(self.random.choices(string.ascii_lowercase, k=8))
            if name not in self.taken:
                self.taken.add(name)
                return name

    def name(self, kind: str, old: str) -> str:
        """The new name of *old*, the same each time it is asked."""
        if (kind, old) not in self.names:
            self.names[kind, old] = self.fresh()
        return self.names[kind, old]

    def new_codes(self) -> dict[str, str]:
        """Schema name and value of each code → the new ones; no value stays and none of the old returns."""
        codes = {
            name: schema["const"]
            for name, schema in self.root["components"]["schemas"].items()
            if "code" in schema.get("x-cynod", {})
        }
        free = sorted({f"{number:04}" for number in range(10_000)} - set(codes.values()))
        values = dict(zip(codes.values(), self.random.sample(free, len(codes)), strict=True))
        return values | {name: f"Code{values[old]}" for name, old in codes.items()}

    def header(self, name: str) -> str:
        if name.lower() in self.kept_headers:
            return name
        return "X-" + self.name("header", name.lower()).title()

    def parameter_name(self, place: str, name: str) -> str:
        return self.header(name) if place == "header" else self.name(place, name)

    def path(self, path: str) -> str:
        return "/".join(self.segment(part) for part in path.split("/"))

    def segment(self, part: str) -> str:
        if part.startswith("{"):
            return "{" + self.name("path", part[1:-1]) + "}"
        return part and self.name("segment", part)

    def url(self, url: str) -> str:
        """*url*, its path renamed when it is one of the document's."""
        path = urlsplit(url).path
        return url.removesuffix(path) + self.path(path) if path in self.root["paths"] else url

    # Walking

    def operations(self, place: str) -> Iterator[dict[str, Any]]:
        for item in self.root.get(place, {}).values():
            yield from (operation for method, operation in item.items() if method in METHODS)

    def followed(self, node: Any) -> Any:
        while isinstance(node, dict) and "$ref" in node:
            target = self.root
            for token in node["$ref"].removeprefix("#/").split("/"):
                target = target[token.replace("~1", "/").replace("~0", "~")]
            node = target
        return node

    def body_schemas(self, body: dict[str, Any]) -> list[dict[str, Any]]:
        return [media["schema"] for media in self.followed(body).get("content", {}).values()]

    def branches(self, schema: Any) -> Iterator[dict[str, Any]]:
        """*schema* and all that describes the same instance."""
        if isinstance(schema, dict):
            yield schema
            if "$ref" in schema:
                yield from self.branches(self.followed({"$ref": schema["$ref"]}))
            for keyword in ("allOf", "oneOf", "anyOf"):
                for part in schema.get(keyword, ()):
                    yield from self.branches(part)

    def keep(self, schema: Any, references: int) -> None:
        """The members of *schema* keep their names; so do those behind *references* references in a row."""
        if not isinstance(schema, dict):
            return
        self.kept_schemas.add(id(schema))
        if "$ref" in schema and references:
            self.keep(self.followed({"$ref": schema["$ref"]}), references - 1)
        parts = [*schema.get("properties", {}).values(), *(schema[key] for key in _ONE if key in schema)]
        for part in parts + [part for key in _LIST for part in schema.get(key, ())]:
            self.keep(part, references)

    def member(self, name: str, owner: dict[str, Any]) -> str:
        return name if id(owner) in self.kept_schemas else self.name("member", name)

    def below(self, name: str, schema: dict[str, Any]) -> tuple[str, dict[str, Any]] | None:
        """The new name of the member *name* of an instance of *schema*, and what describes its value."""
        owners = [part for part in self.branches(schema) if name in part.get("properties", {})]
        if not owners:
            return None
        new = {self.member(name, owner) for owner in owners}
        assert len(new) == 1, f"{name} is renamed by one schema and kept by another"
        return new.pop(), {"allOf": [owner["properties"][name] for owner in owners]}

    def items(self, schema: dict[str, Any]) -> dict[str, Any]:
        return {"allOf": [part["items"] for part in self.branches(schema) if "items" in part]}

    # The document, part by part

    def document(self) -> dict[str, Any]:
        components = self.root["components"]
        known = {"securitySchemes", "parameters", "headers", "responses", "schemas"}
        assert components.keys() <= known, components.keys() - known
        promises = dict(self.root["x-cynod"])
        general = promises.get("general", {})
        promises["general"] = {**general, "headers": self.headers(general.get("headers", {}))}
        return {
            **self.root,
            "paths": {self.path(path): self.item(item) for path, item in self.root["paths"].items()},
            "webhooks": {
                name: self.item(item, webhook=True) for name, item in self.root.get("webhooks", {}).items()
            },
            "components": {
                **components,
                "securitySchemes": {n: self.scheme(s) for n, s in components["securitySchemes"].items()},
                "parameters": {n: self.parameter(p) for n, p in components["parameters"].items()},
                "headers": {n: self.described(h) for n, h in components["headers"].items()},
                "responses": {n: self.response(r) for n, r in components["responses"].items()},
                "schemas": {self.codes.get(n, n): self.schema(s) for n, s in components["schemas"].items()},
            },
            "x-cynod": promises,
        }

    def scheme(self, scheme: dict[str, Any]) -> dict[str, Any]:
        flows = {
            name: flow
            | {"tokenUrl": self.url(flow["tokenUrl"])}
            | {"scopes": {self.scopes[scope]: text for scope, text in flow["scopes"].items()}}
            for name, flow in scheme.get("flows", {}).items()
        }
        return {**scheme, "flows": flows} if flows else scheme

    def item(self, item: dict[str, Any], *, webhook: bool = False) -> dict[str, Any]:
        return {
            key: self.operation(value, webhook=webhook) if key in METHODS else self.shared(key, value)
            for key, value in item.items()
        }

    def shared(self, key: str, value: Any) -> Any:
        return [self.parameter(parameter) for parameter in value] if key == "parameters" else value

    def operation(self, operation: dict[str, Any], *, webhook: bool) -> dict[str, Any]:
        new = dict(operation)
        if not webhook:
            new["operationId"] = self.name("operation", operation["operationId"])
        if "security" in operation:
            new["security"] = [
                {name: [self.scopes.get(scope, scope) for scope in scopes] for name, scopes in needs.items()}
                for needs in operation["security"]
            ]
        if "x-cynod" in operation:
            new["x-cynod"] = self.roles(operation)
        if "parameters" in operation:
            new["parameters"] = [self.parameter(parameter) for parameter in operation["parameters"]]
        if "requestBody" in operation:
            new["requestBody"] = self.content(operation["requestBody"])
        new["responses"] = {
            status: self.response(answer, operation) for status, answer in operation["responses"].items()
        }
        return new

    def roles(self, operation: dict[str, Any]) -> dict[str, Any]:
        roles = dict(operation["x-cynod"])
        success = next(self.followed(r) for status, r in operation["responses"].items() if status[0] == "2")
        for side in ("request", "answer"):
            if side in roles:
                roles[side] = {
                    role: self.expression(source, operation, success) for role, source in roles[side].items()
                }
        return roles

    def expression(self, source: str, operation: dict[str, Any], answer: dict[str, Any]) -> str:
        found = _EXPRESSION.fullmatch(source)
        assert found, source
        side, place, name, pointer = found.groups()
        if place != "body":
            return f"${side}.{place}.{self.parameter_name(place, name)}"
        body = operation.get("requestBody", {}) if side == "request" else answer
        return f"${side}.body#{self.pointer(pointer, {'allOf': self.body_schemas(body)})}"

    def pointer(self, pointer: str, schema: dict[str, Any]) -> str:
        tokens = []
        for token in pointer.split("/")[1:]:
            found = self.below(token, schema)
            assert found, f"{pointer} leads nowhere"
            tokens.append(found[0])
            schema = found[1]
        return "".join(f"/{token}" for token in tokens)

    def parameter(self, parameter: dict[str, Any]) -> dict[str, Any]:
        if "$ref" in parameter:
            return parameter
        return {
            **self.described(parameter),
            "name": self.parameter_name(parameter["in"], parameter["name"]),
        }

    def described(self, node: dict[str, Any]) -> dict[str, Any]:
        """A parameter, header or media type: its schema, and the examples that stand beside it."""
        new = dict(node)
        schema = node.get("schema", {})
        if "schema" in node:
            new["schema"] = self.schema(schema)
        if "example" in node:
            new["example"] = self.value(node["example"], schema)
        if "examples" in node:
            new["examples"] = {
                name: {**example, "value": self.value(example["value"], schema)}
                for name, example in node["examples"].items()
            }
        return new

    def content(self, node: dict[str, Any]) -> dict[str, Any]:
        if "content" not in node:
            return node
        return {**node, "content": {kind: self.described(media) for kind, media in node["content"].items()}}

    def headers(self, headers: dict[str, Any]) -> dict[str, Any]:
        return {
            self.header(name): header if "$ref" in header else self.described(header)
            for name, header in headers.items()
        }

    def response(self, answer: dict[str, Any], operation: dict[str, Any] | None = None) -> dict[str, Any]:
        new = self.content(answer)
        if "headers" in answer:
            new = {**new, "headers": self.headers(answer["headers"])}
        if "links" in answer:
            links = {n: self.link(link, operation or {}, answer) for n, link in answer["links"].items()}
            new = {**new, "links": links}
        return new

    def link(self, link: dict[str, Any], operation: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
        target = next(o for o in self.operations("paths") if o["operationId"] == link["operationId"])
        places = {p["name"]: p["in"] for p in map(self.followed, target.get("parameters", ()))}
        parameters = {
            self.parameter_name(places[name], name): self.expression(source, operation, answer)
            for name, source in link.get("parameters", {}).items()
        }
        return link | {
            "operationId": self.name("operation", link["operationId"]),
            "parameters": parameters,
        }

    # Schemas and values

    def schema(self, schema: Any) -> Any:
        if not isinstance(schema, dict):
            return schema
        new: dict[str, Any] = {}
        for key, value in schema.items():
            assert key not in _UNKNOWN, f"this helper does not know how to rename {key}"
            if key == "properties":
                new[key] = {self.member(name, schema): self.schema(below) for name, below in value.items()}
            elif key == "required":
                new[key] = [self.member(name, schema) for name in value]
            elif key in _ONE:
                new[key] = self.schema(value)
            elif key in _LIST:
                new[key] = [self.schema(part) for part in value]
            elif key in _NAMED:
                new[key] = {name: self.schema(part) for name, part in value.items()}
            elif key == "$ref":
                name = value.removeprefix(_SCHEMAS)
                new[key] = _SCHEMAS + self.codes.get(name, name)
            elif key in ("const", "default", "example"):
                new[key] = self.value(value, schema)
            elif key in ("enum", "examples"):
                new[key] = [self.value(each, schema) for each in value]
            elif key == "x-cynod" and "resource" in value:
                new[key] = {**value, "resource": self.resource(value["resource"], schema)}
            else:
                new[key] = value
        return new

    def resource(self, resource: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
        members = {role: self.pointer(where, schema) for role, where in resource["members"].items()}
        return {**resource, "members": members}

    def value(self, value: Any, schema: dict[str, Any]) -> Any:
        """An example, a constant or a default of *schema*, renamed."""
        if isinstance(value, dict):
            return dict(self.pair(name, below, schema) for name, below in value.items())
        if isinstance(value, list):
            return [self.value(each, self.items(schema)) for each in value]
        if isinstance(value, str):
            return self.text(value, self.branches(schema))
        return value

    def pair(self, name: str, value: Any, schema: dict[str, Any]) -> tuple[str, Any]:
        found = self.below(name, schema)
        return (found[0], self.value(value, found[1])) if found else (name, value)

    def text(self, text: str, parts: Iterable[dict[str, Any]]) -> str:
        for part in parts:
            promises = part.get("x-cynod", {})
            if "code" in promises or promises.get("member") == "code":
                return self.codes.get(text, text)
            if promises.get("member") == "documentation":
                return _CODE.sub(lambda found: self.codes.get(found[0], found[0]), text)
            if promises.get("member") == "field":
                return "/".join(map(self.field, text.split("/")))
        words = text.split(" ")
        return " ".join(self.scopes[word] for word in words) if self.scopes.keys() >= set(words) else text

    def field(self, name: str) -> str:
        """The new name of the member or parameter *name*, wherever it stands."""
        kinds = ("member", "query", "path", "header")
        return next((self.names[kind, name] for kind in kinds if (kind, name) in self.names), name)
