"""The diff judges what is sent and received, not how a document spells it: names of keys, case, defaults.

Each example is compared both ways: what the way there calls new, the way back calls gone.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cynod_spec.diff import REWRITTEN, Comparison, compare
from cynod_spec.diff.rows import RULES
from cynod_spec.source.reading import read

Part = dict[str, Any]
RESPONSES = {"200": {"description": "d"}}
KEY = {"type": "apiKey", "in": "header", "name": "X-Key"}
BASIC = {"type": "http", "scheme": "basic"}
BEARER = {"type": "http", "scheme": "bearer"}
TEXT = {"type": "string"}
NUMBER = {"type": "integer"}


@dataclass(frozen=True)
class Example:
    """Parts of two documents, the rules that tell them apart (none: they mean the same), and the way back."""

    name: str
    old: Part
    new: Part
    rules: tuple[str, ...] = ()
    version: str = "3.1.0"

    def __str__(self) -> str:
        return self.name


def document(part: Part, version: str) -> Part:
    """*part* as a document."""
    lead = {"openapi": version, "info": {"title": "T", "version": "1.0.0"}}
    return {**lead, **({} if "paths" in part else {"paths": {}}), **part}


def compared(folder: Path, example: Example, *, back: bool = False) -> Comparison:
    """Both documents of *example*, compared."""
    sources = []
    for name, part in (("old", example.old), ("new", example.new)):
        path = folder / f"{name}.json"
        path.write_text(json.dumps(document(part, example.version)), "utf-8")
        sources.append(read(path))
    old, new = reversed(sources) if back else sources
    return compare(old, new)


def told(comparison: Comparison) -> list[str]:
    """The rules that see a change, sorted."""
    return sorted(change.rule.id for change in comparison.changes if change.rule.id != REWRITTEN)


def operation(**members: Any) -> Part:
    """A document with one operation."""
    return {"paths": {"/a": {"post": {"responses": RESPONSES, **members}}}}


def secured(asked: list[Part] | None, schemes: Part, **root: Any) -> Part:
    """A document whose operation asks *asked*, with *schemes*."""
    members = {} if asked is None else {"security": asked}
    return {**operation(**members), "components": {"securitySchemes": schemes}, **root}


def oauth(**flow: Any) -> Part:
    """A scheme of OAuth 2.0."""
    usual = {"tokenUrl": "https://a.example/token", "scopes": {"r": "R", "w": "W"}}
    return {"type": "oauth2", "flows": {"clientCredentials": usual | flow}}


BOTH = {"k": KEY, "b": BASIC, "o": oauth()}
SECURITY = (
    Example(
        "a scheme has another name",
        secured([{"k": []}], {"k": KEY}),
        secured([{"key": []}], {"key": KEY}),
        ("scheme-renamed",),
    ),
    Example(
        "two schemes swap their names",
        secured([{"a": []}], {"a": KEY, "b": BASIC}),
        secured([{"b": []}], {"a": BASIC, "b": KEY}),
        ("scheme-renamed", "scheme-renamed"),
    ),
    Example(
        "one of two schemes that work alike goes",
        secured([{"b": []}], {"a": BASIC, "b": BASIC}),
        secured([{"a": []}], {"a": BASIC}),
        ("scheme-removed",),
    ),
    Example(
        "the case of a scheme and a header",
        secured([{"k": []}, {"b": []}], BOTH),
        secured(
            [{"k": []}, {"b": []}], BOTH | {"k": KEY | {"name": "x-key"}, "b": BASIC | {"scheme": "Basic"}}
        ),
    ),
    Example(
        "the header of a key",
        secured([{"k": []}], {"k": KEY}),
        secured([{"k": []}], {"k": KEY | {"name": "Y"}}),
        ("scheme-changed",),
    ),
    Example(
        "the case of a key in a query",
        secured([{"k": []}], {"k": KEY | {"in": "query"}}),
        secured([{"k": []}], {"k": KEY | {"in": "query", "name": "x-key"}}),
        ("scheme-changed",),
    ),
    Example(
        "the address of tokens, written otherwise",
        secured([{"o": ["r"]}], BOTH),
        secured([{"o": ["r"]}], BOTH | {"o": oauth(tokenUrl="HTTPS://A.example:443/token")}),
    ),
    Example(
        "the address of tokens",
        secured([{"o": ["r"]}], BOTH),
        secured([{"o": ["r"]}], BOTH | {"o": oauth(tokenUrl="https://a.example/token/")}),
        ("scheme-changed",),
    ),
    Example(
        "the address of tokens, from the server on",
        secured([{"o": ["r"]}], BOTH | {"o": oauth(tokenUrl="https://a.example/token")})
        | {"servers": [{"url": "https://a.example/v1"}]},
        secured([{"o": ["r"]}], BOTH | {"o": oauth(tokenUrl="/token")})
        | {"servers": [{"url": "https://a.example/v1"}]},
    ),
    Example(
        "an address to refresh tokens at",
        secured([{"o": ["r"]}], BOTH),
        secured([{"o": ["r"]}], BOTH | {"o": oauth(refreshUrl="https://a.example/r")}),
        ("scheme-address-added",),
    ),
    Example(
        "a schema that says nothing",
        operation(requestBody={"content": {"application/json": {}}}),
        operation(requestBody={"content": {"application/json": {"schema": {"description": "d"}}}}),
    ),
    Example(
        "another scope is enough",
        secured([{"o": ["r"]}], BOTH),
        secured([{"o": ["r"]}, {"o": ["w"]}], BOTH),
        ("scheme-accepted",),
    ),
    Example(
        "fewer scopes are enough",
        secured([{"o": ["r", "w"]}], BOTH),
        secured([{"o": ["r"]}], BOTH),
        ("scope-dropped",),
    ),
    Example(
        "another scope instead",
        secured([{"o": ["r"]}], BOTH),
        secured([{"o": ["w"]}], BOTH),
        ("scope-dropped", "scope-required"),
    ),
    Example(
        "one scheme of two is enough",
        secured([{"k": [], "b": []}], BOTH),
        secured([{"k": []}], BOTH),
        ("scheme-dropped",),
    ),
    Example(
        "another scheme is enough",
        secured([{"k": []}], BOTH),
        secured([{"k": []}, {"b": []}], BOTH),
        ("scheme-accepted",),
    ),
    Example(
        "an alternative that asks for more than another",
        secured([{"k": []}], BOTH),
        secured([{"k": []}, {"k": [], "b": []}], BOTH),
    ),
    Example(
        "the order of alternatives and scopes",
        secured([{"o": ["r", "w"]}, {"k": []}], BOTH),
        secured([{"k": []}, {"o": ["w", "r"]}], BOTH),
    ),
    Example(
        "nobody need say who calls",
        secured([{"k": []}], BOTH),
        secured([{"k": []}, {}], BOTH),
        ("identity-dropped",),
    ),
    Example("an empty list, an empty alternative and none", secured([], BOTH), secured([{}], BOTH)),
    Example("no list where the document has none", secured([], BOTH), secured(None, BOTH)),
    Example(
        "the operation repeats what the document says",
        secured(None, BOTH, security=[{"k": []}]),
        secured([{"k": []}], BOTH, security=[{"k": []}]),
    ),
    Example(
        "a list of its own that is empty",
        secured(None, BOTH, security=[{"k": []}]),
        secured([], BOTH, security=[{"k": []}]),
        ("identity-dropped",),
    ),
    Example(
        "the form of tokens",
        secured([{"b": []}], {"b": BEARER | {"bearerFormat": "JWT"}}),
        secured([{"b": []}], {"b": BEARER | {"bearerFormat": "opaque"}}),
        ("bearer-format-changed",),
    ),
)


def asked(*parameters: Part) -> Part:
    """A document whose operation has these parameters."""
    return operation(parameters=list(parameters))


def served(*servers: Any, **operation_members: Any) -> Part:
    """A document served at *servers*: URLs, or Server Objects."""
    listed = [server if isinstance(server, dict) else {"url": server} for server in servers]
    return {"servers": listed, **operation(**operation_members)}


def server(url: str, **variables: Any) -> Part:
    """A Server Object whose variables have these enumerations; None for any value."""
    found = {
        name: {"default": "a"} | ({} if values is None else {"enum": list(values)})
        for name, values in variables.items()
    }
    return {"url": url, "variables": found}


E = "https://{e}.example"
SERVERS = (
    Example("a value fewer", served(server(E, e="ab")), served(server(E, e="a")), ("server-removed",)),
    Example("any value", served(server(E, e="ab")), served(server(E, e=None)), ("server-added",)),
    Example(
        "the variable has another name",
        served(server(E, e="ab")),
        served(server("https://{x}.example", x="ab")),
    ),
    Example(
        "the addresses are written out",
        served(server(E, e="ab")),
        served("https://a.example", "https://b.example"),
    ),
    Example(
        "one of any",
        served(server("https://{e}.example/{v}", e=None, v=None)),
        served(server("https://{e}.example/{v}", e=None, v="a")),
        ("server-removed",),
    ),
    Example("case, port and slash", served("https://a.example/v1"), served("HTTPS://A.Example:443/v1/")),
    Example(
        "the case of a path",
        served("https://a.example/v1"),
        served("https://a.example/V1"),
        ("server-added", "server-removed"),
    ),
    Example(
        "another default",
        served(server(E, e="ab")),
        served({"url": E, "variables": {"e": {"default": "b", "enum": ["a", "b"]}}}),
        ("server-default-changed",),
    ),
    Example(
        "more addresses than are written out",
        served(server("https://{e}.{f}.{g}", e="abcdefgh", f="abcdefgh", g="abcdefgh")),
        served(server("https://{e}.{f}.{g}", e="abcdefgh", f="abcdefgh", g="abcdefg")),
        ("server-removed",),
    ),
    Example("the server of a document that names none", operation(), served("/")),
    Example("a server where none was named", operation(), served("https://a.example"), ("server-added",)),
    Example(
        "a variable that the URL does not hold",
        served(server("/a", e="ab")),
        served(server("/a", e="c")),
    ),
    Example("the operation repeats the server", served("/a"), served("/a", servers=[{"url": "/a"}])),
    Example(
        "the operation has a server of its own",
        served("/a"),
        served("/a", servers=[{"url": "/b"}]),
        ("operation-server-added", "operation-server-removed"),
    ),
    Example(
        "the path has one server fewer",
        {"paths": {"/a": {"servers": [{"url": "/a"}, {"url": "/b"}], "get": {"responses": RESPONSES}}}},
        {"paths": {"/a": {"servers": [{"url": "/a"}], "get": {"responses": RESPONSES}}}},
        ("operation-server-removed",),
    ),
)


def called_back(
    schema: Part, *, name: str = "ev", expression: str = "{$request.body#/u}", **request: Any
) -> Part:
    """A document whose operation has a callback with a body of *schema*."""
    body = {"requestBody": {"content": {"application/json": {"schema": schema}}}, "responses": RESPONSES}
    return operation(callbacks={name: {expression: {"post": body | request}}})


def member(*required: str) -> Part:
    return {"type": "object", "properties": {"a": TEXT}, "required": list(required)}


CALLBACKS = (
    Example(
        "a member is no longer promised",
        called_back(member("a")),
        called_back(member()),
        ("member-became-optional",),
    ),
    Example(
        "another URL is called",
        called_back(TEXT),
        called_back(TEXT, expression="{$request.body#/v}"),
        ("callback-added", "callback-removed"),
    ),
    Example(
        "another answer is understood",
        called_back(TEXT),
        called_back(TEXT, responses=RESPONSES | {"410": {"description": "d"}}),
        ("response-error-added",),
    ),
    Example(
        "another name of a callback", called_back(TEXT), called_back(TEXT, name="x"), ("callback-renamed",)
    ),
    Example(
        "another name of a callback that changes",
        called_back(TEXT),
        called_back(NUMBER, name="x"),
        ("callback-added", "callback-removed"),
    ),
    Example(
        "a callback of a callback",
        called_back(TEXT, callbacks={"x": {"/x": {"put": {"responses": RESPONSES}}}}),
        called_back(TEXT, callbacks={"x": {}}),
        ("callback-removed",),
    ),
    Example(
        "a callback of a webhook",
        {"webhooks": {"w": {"post": called_back(member())["paths"]["/a"]["post"]}}},
        {"webhooks": {"w": {"post": called_back(member("a"))["paths"]["/a"]["post"]}}},
        ("member-became-required",),
    ),
)


def sent(kind: str, schema: Part | None = None, **media: Any) -> Part:
    """A document whose operation takes a body of the media type *kind*."""
    content = {kind: ({} if schema is None else {"schema": schema}) | media}
    return operation(requestBody={"content": content})


def answered(**statuses: Part) -> Part:
    """A document whose operation answers with these schemas; ``s404`` is the status 404."""
    return operation(
        responses={
            status.removeprefix("s"): {
                "description": "d",
                "content": {"application/json": {"schema": schema}},
            }
            for status, schema in statuses.items()
        }
    )


def form(schema: Part, **encoding: Any) -> Part:
    """A document whose operation takes a multipart body with one part."""
    return sent(
        "multipart/form-data", {"type": "object", "properties": {"f": schema}}, encoding={"f": encoding}
    )


CONTENT = (
    Example("the case of a media type", sent("application/JSON", TEXT), sent("application/json", TEXT)),
    Example("UTF-8 of JSON", sent("application/json; charset=UTF-8", TEXT), sent("application/json", TEXT)),
    Example(
        "spaces, quotes and order of parameters",
        sent('text/csv; a=1; charset="UTF-8"', TEXT),
        sent("Text/CSV;charset=utf-8;A=1", TEXT),
    ),
    Example(
        "another parameter",
        sent("text/csv;header=present"),
        sent("text/csv;header=absent"),
        ("media-type-added", "media-type-removed"),
    ),
    Example(
        "a range of media types",
        sent("application/json", TEXT),
        sent("application/*", TEXT),
        ("media-type-added",),
    ),
    Example(
        "what a range covers has another schema",
        sent("application/json", TEXT),
        sent("*/*", NUMBER),
        ("media-type-added", "type-changed"),
    ),
    Example(
        "a default encoding", form(TEXT), form(TEXT, contentType="text/plain", style="form", explode=True)
    ),
    Example(
        "a default encoding of an object",
        form({"type": "object"}),
        form({"type": "object"}, contentType="application/json"),
    ),
    Example(
        "a default encoding of items",
        form({"type": "array", "items": NUMBER}),
        form({"type": "array", "items": NUMBER}, contentType="text/plain"),
    ),
    Example(
        "a default encoding of a text that may be null",
        form({"anyOf": [TEXT, {"type": "null"}]}),
        form({"anyOf": [TEXT, {"type": "null"}]}, contentType="text/plain"),
    ),
    Example(
        "a default encoding of listed values",
        form({"enum": ["a", "b"]}),
        form({"enum": ["a", "b"]}, contentType="text/plain"),
    ),
    Example(
        "an encoding of a part that does not exist",
        sent("multipart/form-data", {"type": "object", "properties": {"f": TEXT}}),
        sent("multipart/form-data", {"type": "object", "properties": {"f": TEXT}}, encoding={"g": {}}),
    ),
    Example(
        "a default encoding of octets",
        form({"type": "string", "format": "binary"}),
        form({"type": "string", "format": "binary"}, contentType="application/octet-stream"),
        version="3.0.3",
    ),
    Example("another encoding", form(TEXT), form(TEXT, contentType="text/csv"), ("encoding-changed",)),
    Example(
        "one more type of a part",
        form(TEXT, contentType="image/png"),
        form(TEXT, contentType="image/png, image/jpeg"),
        ("media-type-added",),
    ),
    Example(
        "the types of a part become a range",
        form(TEXT, contentType="image/png"),
        form(TEXT, contentType="image/*"),
        ("media-type-added",),
    ),
    Example(
        "a header of a part",
        form(TEXT),
        form(TEXT, headers={"X-A": {"required": True, "schema": TEXT}}),
        ("header-required-added",),
    ),
    Example(
        "an encoding of what has no parts",
        sent("application/json", TEXT),
        sent("application/json", TEXT, encoding={"f": {"contentType": "image/png"}}),
    ),
    Example(
        "items of a sequence",
        sent("application/jsonl", itemSchema=TEXT),
        sent("application/jsonl", itemSchema=NUMBER),
        ("type-changed",),
        "3.2.0",
    ),
)
WRAPPED = (
    Example(
        "a schema becomes one of two that may both match",
        sent("application/json", member("a")),
        sent("application/json", {"oneOf": [member("a"), member()]}),
        ("alternative-added", "alternatives-exclusive"),
    ),
    Example(
        "a schema becomes one of two that never both match",
        sent("application/json", TEXT),
        sent("application/json", {"oneOf": [TEXT, {"type": "object"}]}),
        ("type-widened",),
    ),
)
STATUSES = (
    Example(
        "a status of a range is written out",
        answered(s200=TEXT, s4XX=TEXT),
        answered(s200=TEXT, s404=TEXT, s4XX=TEXT),
    ),
    Example(
        "a status of a range says something else",
        answered(s200=TEXT, s4XX=TEXT),
        answered(s200=TEXT, s404=NUMBER, s4XX=TEXT),
        ("type-changed",),
    ),
    Example(
        "default describes what is left out",
        answered(s200=TEXT, s503=TEXT, default=TEXT),
        answered(s200=TEXT, default=TEXT),
    ),
    Example("the case of a range", answered(s200=TEXT, s4XX=TEXT), answered(s200=TEXT, s4xx=TEXT)),
    Example(
        "default describes success where nothing else does",
        answered(default=TEXT),
        answered(s200=TEXT, default=TEXT),
    ),
    Example(
        "default describes no success",
        answered(s200=TEXT, default=TEXT),
        answered(s200=TEXT, s201=TEXT, default=TEXT),
        ("response-success-added",),
    ),
)

ITEM = {"get": {"responses": RESPONSES}, "parameters": [{"name": "q", "in": "query", "schema": TEXT}]}
COPY = {"additionalOperations": {"COPY": {"responses": RESPONSES}}}
PATHS = (
    Example(
        "an additional operation",
        {"paths": {"/a": ITEM | COPY}},
        {"paths": {"/a": ITEM}},
        ("operation-removed",),
        "3.2.0",
    ),
    Example(
        "an additional operation and nothing else",
        {"paths": {"/a": COPY, "/b": ITEM}},
        {"paths": {"/b": ITEM}},
        ("path-removed",),
        "3.2.0",
    ),
    Example(
        "the case of an additional method",
        {"paths": {"/a": COPY}},
        {"paths": {"/a": {"additionalOperations": {"copy": {"responses": RESPONSES}}}}},
        ("operation-added", "operation-removed"),
        "3.2.0",
    ),
    Example(
        "QUERY",
        {"paths": {"/a": ITEM}},
        {"paths": {"/a": ITEM | {"query": {"responses": RESPONSES}}}},
        ("operation-added",),
        "3.2.0",
    ),
    Example(
        "an additional operation of a webhook",
        {"webhooks": {"w": COPY}},
        {"webhooks": {"w": {}}},
        ("webhook-removed",),
        "3.2.0",
    ),
    Example(
        "a Path Item elsewhere",
        {"paths": {"/a": ITEM}, "components": {}},
        {"paths": {"/a": {"$ref": "#/components/pathItems/A"}}, "components": {"pathItems": {"A": ITEM}}},
    ),
    Example(
        "an operation beside a reference",
        {"paths": {"/a": {"$ref": "#/components/pathItems/A"}}, "components": {"pathItems": {"A": ITEM}}},
        {
            "paths": {"/a": {"$ref": "#/components/pathItems/A", "post": {"responses": RESPONSES}}},
            "components": {"pathItems": {"A": ITEM}},
        },
        ("operation-added",),
    ),
    Example(
        "a path parameter has another name",
        {
            "paths": {
                "/a/{x}": {
                    "get": {
                        "responses": RESPONSES,
                        "parameters": [{"name": "x", "in": "path", "required": True, "schema": TEXT}],
                    }
                }
            }
        },
        {
            "paths": {
                "/a/{y}": {
                    "get": {
                        "responses": RESPONSES,
                        "parameters": [{"name": "y", "in": "path", "required": True, "schema": TEXT}],
                    }
                }
            }
        },
        ("path-parameter-renamed",),
    ),
    Example(
        "a header parameter that OpenAPI ignores",
        operation(),
        operation(parameters=[{"name": "authorization", "in": "header", "required": True, "schema": TEXT}]),
    ),
    Example(
        "the name of a whole query",
        operation(parameters=[{"name": "q", "in": "querystring", "content": {"application/json": {}}}]),
        operation(parameters=[{"name": "r", "in": "querystring", "content": {"application/json": {}}}]),
        version="3.2.0",
    ),
    Example(
        "a response header that OpenAPI ignores",
        operation(),
        operation(responses={"200": {"description": "d", "headers": {"Content-type": {"schema": TEXT}}}}),
    ),
    Example(
        "a list instead of one item",
        asked({"name": "q", "in": "query", "schema": TEXT}),
        asked({"name": "q", "in": "query", "schema": {"type": "array", "items": TEXT}}),
        ("parameter-became-list",),
    ),
    Example(
        "a list of something else instead of one item",
        asked({"name": "q", "in": "query", "schema": {"type": "boolean"}}),
        asked({"name": "q", "in": "query", "schema": {"type": "array", "items": NUMBER}}),
        ("parameter-became-list", "type-changed"),
    ),
    Example(
        "a list of two at least instead of one item",
        asked({"name": "q", "in": "query", "schema": TEXT}),
        asked({"name": "q", "in": "query", "schema": {"type": "array", "items": TEXT, "minItems": 2}}),
        ("items-described", "items-minimum-raised", "type-changed"),
    ),
    Example(
        "a list that is written with commas instead of one item",
        asked({"name": "q", "in": "query", "explode": False, "schema": TEXT}),
        asked({"name": "q", "in": "query", "explode": False, "schema": {"type": "array", "items": TEXT}}),
        ("items-described", "type-changed"),
    ),
    Example(
        "the case of a header",
        operation(parameters=[{"name": "X-A", "in": "header", "schema": TEXT}]),
        operation(parameters=[{"name": "x-a", "in": "header", "schema": TEXT}]),
    ),
)


def in_xml(schema: Part, **parts: Part) -> Part:
    """An operation that answers *schema* in XML, and schemas *parts*."""
    answer = {"200": {"description": "d", "content": {"application/xml": {"schema": schema}}}}
    return {**operation(responses=answer), "components": {"schemas": parts}}


XML = (
    Example(
        "an attribute becomes an element",
        in_xml({"type": "object", "properties": {"a": TEXT | {"xml": {"attribute": True}}}}),
        in_xml({"type": "object", "properties": {"a": TEXT}}),
        ("xml-changed",),
    ),
    Example(
        "a list gets an element of its own",
        in_xml({"type": "object", "properties": {"a": {"type": "array", "items": TEXT}}}),
        in_xml(
            {
                "type": "object",
                "properties": {"a": {"type": "array", "items": TEXT, "xml": {"wrapped": True}}},
            }
        ),
        ("xml-changed",),
    ),
    Example(
        "another namespace",
        in_xml({"type": "object", "xml": {"namespace": "urn:a"}}),
        in_xml({"type": "object", "xml": {"namespace": "urn:b"}}),
        ("xml-changed",),
    ),
    Example(
        "defaults of XML, written down, and another prefix",
        in_xml({"type": "object", "properties": {"a": TEXT}}),
        in_xml(
            {
                "type": "object",
                "xml": {"prefix": "p"},
                "properties": {"a": TEXT | {"xml": {"name": "a", "attribute": False, "wrapped": False}}},
            }
        ),
    ),
    Example(
        "a component that names the element has another name",
        in_xml({"$ref": "#/components/schemas/A"}, A={"type": "object"}),
        in_xml({"$ref": "#/components/schemas/B"}, B={"type": "object"}),
        ("xml-changed",),
    ),
    Example(
        "a component has another name, and its element the former one",
        in_xml({"$ref": "#/components/schemas/A"}, A={"type": "object"}),
        in_xml({"$ref": "#/components/schemas/B"}, B={"type": "object", "xml": {"name": "A"}}),
    ),
    Example(
        "what is said of XML where JSON is sent",
        operation(requestBody={"content": {"application/json": {"schema": {"xml": {"name": "a"}}}}}),
        operation(requestBody={"content": {"application/json": {"schema": {}}}}),
    ),
)
EXAMPLES = (*XML, *SECURITY, *SERVERS, *CALLBACKS, *CONTENT, *WRAPPED, *STATUSES, *PATHS)


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_what_differs_is_told_and_nothing_else(example: Example, tmp_path: Path) -> None:
    assert told(compared(tmp_path, example)) == sorted(example.rules)
    back = told(compared(tmp_path, example, back=True))
    assert back == sorted(RULES[rule].mirror for rule in example.rules)


SEVERE = {
    "another scope is enough": ("safe", "breaking"),
    "one scheme of two is enough": ("safe", "breaking"),
    "a value fewer": ("breaking", "safe"),
    "a member is no longer promised": ("breaking", "safe"),
    "a callback of a webhook": ("breaking", "safe"),
    "an additional operation": ("breaking", "safe"),
    "another default": ("risky", "risky"),
    "a scheme has another name": ("safe", "safe"),
    "a schema becomes one of two that may both match": ("breaking", "breaking"),
}


@pytest.mark.parametrize(
    ("kind", "severity"), [("integer", "safe"), ("boolean", "safe"), ("array", "breaking")]
)
def test_a_parameter_that_takes_any_text_takes_each_single_value(
    kind: str, severity: str, tmp_path: Path
) -> None:
    old = asked({"name": "q", "in": "query", "schema": {"type": kind}})
    new = asked({"name": "q", "in": "query", "schema": TEXT})
    assert compared(tmp_path, Example("text", old, new)).changes[0].severity == severity
    several = [
        asked({"name": "q", "in": "query", "schema": {"type": "array", "items": each}})
        for each in ({"type": kind}, TEXT)
    ]
    for one in (old, several[0]):
        assert compared(tmp_path, Example("texts", one, several[1])).changes[0].severity == severity
    narrow = asked({"name": "q", "in": "query", "schema": TEXT | {"pattern": "^[a-z]$"}})
    assert compared(tmp_path, Example("text", old, narrow)).changes[0].severity == "breaking"


@pytest.mark.parametrize("name", SEVERE)
def test_the_worst_of_it_is_as_severe_as_it_is_for_a_partner(name: str, tmp_path: Path) -> None:
    (example,) = (each for each in EXAMPLES if each.name == name)
    there, back = compared(tmp_path, example), compared(tmp_path, example, back=True)
    assert (there.changes[0].severity, back.changes[0].severity) == SEVERE[name]


def test_a_callback_that_leads_to_itself_is_compared_once(tmp_path: Path) -> None:
    def cyclic(schema: Part) -> Part:
        again = {"ev": {"$ref": "#/components/callbacks/C"}}
        body = {"content": {"application/json": {"schema": schema}}}
        post = {"requestBody": body, "responses": RESPONSES, "callbacks": again}
        callback = {"{$request.body#/u}": {"post": post}}
        return {**operation(callbacks=again), "components": {"callbacks": {"C": callback}}}

    changes = compared(tmp_path, Example("cycle", cyclic(TEXT), cyclic(NUMBER))).changes
    assert {change.rule.id for change in changes} == {"type-changed"}
    assert {change.direction for change in changes} == {"response", "request"}


def test_a_change_in_a_callback_names_the_operation_and_the_callback(tmp_path: Path) -> None:
    (change,) = compared(tmp_path, CALLBACKS[0]).changes
    assert change.operations == ("POST /a",)
    assert change.locations[0].label("en") == "POST /a · callback ev · request body · a"
