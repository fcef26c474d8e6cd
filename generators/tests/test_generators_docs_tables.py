"""The tables of the documentation: everything that a schema says has its row, and no row leads nowhere."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from cynod_generators.targets.docs import addresses
from cynod_generators.targets.docs.localized_site import LocalizedSite
from cynod_generators.targets.docs.pages.families import family_view
from cynod_generators.targets.docs.pages.guide import guide_pages
from cynod_generators.targets.docs.pages.operations import operation_view
from cynod_generators.targets.docs.schema_tables.tables import MAX_DEPTH, MAX_ROWS, TableRow, Tables
from cynod_spec import load_contract
from cynod_spec.base.location import SourceLocation
from cynod_spec.model import Contract, Language, Schema
from cynod_spec.schema.directions import Direction

SMALL = Path(__file__).parents[2] / "spec" / "tests" / "documents" / "small.yaml"


@cache
def small() -> Contract:
    """A small contract, of which the tests take everything but the schema that they show."""
    return load_contract(str(SMALL))


def rows(
    schema: Any, language: Language = "en", direction: Direction = "response", **components: Any
) -> tuple[TableRow, ...]:
    """The rows of *schema*, beside which *components* stand in the document."""
    document = json.loads(json.dumps(small().document))
    document["components"]["schemas"].update(components, Shown=schema)
    contract = replace(small(), document=document)
    site = LocalizedSite.of(contract, language, addresses.plan(contract, guide_pages(contract)))
    at = SourceLocation("x", "/components/schemas/Shown", 1, 1)
    return Tables(site).members(Schema(schema, at), "body", direction)


def told(schema: Any, language: Language = "en", **components: Any) -> list[str]:
    """The same as texts: path and label, type, bounds, marks."""
    return [line(row) for row in rows(schema, language, **components)]


def line(row: TableRow) -> str:
    """*row* as a reader sees it, without its description."""
    need = {True: "required", False: "", None: ""}[row.required]
    parts = (row.prefix + row.name, row.label.striptags(), need, row.kind)
    told = [
        *parts,
        *(bound.striptags() for bound in row.bounds),
        *row.marks,
        *(link.text for link in row.links),
    ]
    return " | ".join(part for part in told if part)


def of(member: Any, language: Language = "en", **components: Any) -> list[str]:
    """What is told of a member ``m`` with that schema."""
    return told({"type": "object", "properties": {"m": member}}, language, **components)


CARD: Mapping[str, Any] = {"type": "object", "title": "A card", "properties": {"n": {"type": "string"}}}
CASH: Mapping[str, Any] = {"type": "object", "required": ["n"], "properties": {"n": {"type": "integer"}}}


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        # Bounds of one value
        ({"type": "integer", "multipleOf": 5}, ["m | integer | multiple of 5"]),
        (
            {"type": "number", "exclusiveMinimum": 0, "maximum": 2.5},
            ["m | number | at most 2.5 | more than 0"],
        ),
        ({"type": "string", "minLength": 1, "maxLength": 1}, ["m | string | 1 character"]),
        ({"type": "string", "contentEncoding": "base64"}, ["m | string | encoding base64"]),
        (
            {"type": "string", "format": "uri", "pattern": "^h", "default": "h:"},
            ['m | string | format uri | pattern ^h | default "h:"'],
        ),
        (
            {"type": "object", "minProperties": 1, "maxProperties": 3},
            ["m | object | 1 to 3 keys"],
        ),
        ({"const": {"a": [1, None]}}, ['m | object | always {"a": [1, null]}']),
        ({"enum": [1, "1", None]}, ['m | integer, string or null | one of 1, "1", null']),
        # Of several schemas, what holds by all of them
        (
            {"allOf": [{"type": "integer", "minimum": 1, "maximum": 9}, {"minimum": 3, "maximum": 20}]},
            ["m | integer | 3 to 9"],
        ),
        (
            {"allOf": [{"enum": ["a", "b"]}, {"enum": ["b", "c"]}, {"pattern": "^a"}, {"pattern": "b$"}]},
            ['m | string | one of "b" | pattern ^a | pattern b$'],
        ),
        ({"allOf": [{"type": ["string", "number"]}, {"type": ["integer", "null"]}]}, ["m | integer"]),
        ({"allOf": [{"type": "string"}, {"type": "integer"}]}, ["m | no value"]),
        # Booleans for schemas
        (False, ["m | never present"]),
        ({"allOf": [{"type": "string"}, False]}, ["m | never present"]),
        (True, ["m | any"]),
        ({}, ["m | any"]),
        # Marks
        ({"type": "string", "readOnly": True}, ["m | string | read only"]),
        (
            {"allOf": [{"type": "string", "deprecated": True}, {"writeOnly": True}]},
            ["m | string | write only: in no answer | deprecated"],
        ),
        ({"type": "string", "readOnly": False}, ["m | string"]),
        # Null
        ({"type": ["string", "null"], "maxLength": 3}, ["m | string or null | at most 3 characters"]),
        (
            {"anyOf": [{"type": "string", "maxLength": 3}, {"type": "null"}]},
            ["m | string or null | at most 3 characters"],
        ),
        ({"oneOf": [CARD, {"const": None}]}, ["m | object or null", "m.n | string"]),
        ({"type": ["array", "null"], "items": {"type": "integer"}}, ["m | null or list: integer"]),
        # Unions
        (
            {"oneOf": [{"type": "string", "maxLength": 3}, {"type": "integer", "minimum": 4}]},
            ["m | string or integer", "m | form 1 of 2 | string | at most 3 characters",
             "m | form 2 of 2 | integer | at least 4"],
        ),
        (
            {"anyOf": [{"required": ["a"]}, {"required": ["b"]}], "properties": {"a": {}, "b": {}}},
            ["m | object", "m.a | any", "m.b | any", "m | form 1 of 2, may be combined | any | required: a",
             "m | form 2 of 2, may be combined | any | required: b"],
        ),
        (
            {"oneOf": [CARD, CASH, {"type": "null"}]},
            ["m | object or null", "m | form 1 of 2: A card | object", "m.n | string",
             "m | form 2 of 2 | object", "m.n | required | integer"],
        ),
        ({"oneOf": [{"type": "integer", "maximum": 3}]}, ["m | integer | at most 3"]),
        # Maps
        (
            {"type": "object", "additionalProperties": {"type": "integer", "minimum": 1}},
            ["m | object", "m.* | any key | integer | at least 1"],
        ),
        (
            {"properties": {"a": {"type": "string"}}, "additionalProperties": CASH},
            ["m | object", "m.a | string", "m.* | any other key | object", "m.*.n | required | integer"],
        ),
        (
            {"type": "object", "patternProperties": {"^x-": {"type": "boolean"}},
             "additionalProperties": False, "propertyNames": {"maxLength": 9}},
            ["m | object | no other keys", "m.* | any key that matches ^x- | boolean",
             "m.* | the name of each key | any | at most 9 characters"],
        ),
        ({"type": "object", "additionalProperties": True}, ["m | object", "m.* | any key | any"]),
        ({"type": "object", "unevaluatedProperties": False}, ["m | object | no keys"]),
        # Lists
        ({"type": "array", "items": {"type": "integer"}}, ["m | list: integer"]),
        (
            {"type": "array", "maxItems": 2, "uniqueItems": True,
             "items": {"type": "string", "pattern": "^a"}},
            ["m | list: string | at most 2 items | no duplicates", "m[] | each item | string | pattern ^a"],
        ),
        (
            {"type": "array", "items": {"type": "array", "items": CASH}},
            ["m | list: list: object", "m[][].n | required | integer"],
        ),
        (
            {"type": "array", "prefixItems": [{"type": "string"}, {"const": 2}], "items": False},
            ["m | list | no other items", "m[0] | item number 1 | string",
             "m[1] | item number 2 | integer | always 2"],
        ),
        (
            {"type": "array", "prefixItems": [{"type": "string"}], "items": {"type": "integer"}},
            ["m | list: integer", "m[0] | item number 1 | string",
             "m[] | each item after number 1 | integer"],
        ),
        (
            {"type": "array", "contains": {"const": "a"}, "minContains": 2, "maxContains": 3},
            ["m | list", 'm[] | items of this sort: 2 to 3 | string | always "a"'],
        ),
        (
            {"type": "array",
             "items": {"oneOf": [{"type": "string"}, {"type": "null"}, {"type": "integer"}]}},
            ["m | list: string, integer or null",
             "m[] | form 1 of 2 | string", "m[] | form 2 of 2 | integer"],
        ),
        # Conditions
        (
            {"properties": {"a": {"type": "string"}}, "if": {"properties": {"a": {"const": "x"}}},
             "then": {"required": ["b"]}, "else": {"properties": {"b": False}}},
            ["m | object", "m.a | string", "m | if the value is so | object", 'm.a | string | always "x"',
             "m | then | any | required: b", "m | else | object", "m.b | never present"],
        ),
        (
            {"type": "object", "dependentRequired": {"a": ["b", "c"]}, "not": {"required": ["d"]},
             "dependentSchemas": {"a": {"minProperties": 3}}},
            ["m | object | with a, also required: b, c", "m | never so | any | required: d",
             "m | if a is present | any | at least 3 keys"],
        ),
    ],
)  # fmt: skip
def test_a_schema_is_told_whole(schema: Any, expected: list[str]) -> None:
    assert of(schema) == expected


def test_the_whole_value_has_a_row_where_there_is_something_to_say_of_it() -> None:
    assert told({"type": "object", "properties": {"a": {"type": "string"}}}) == ["a | string"]
    assert told({"type": ["object", "null"]}) == ["the whole value | object or null"]
    assert told({"oneOf": [CARD, {"type": "string"}]}) == [
        "the whole value | object or string",
        "form 1 of 2: A card | object",
        "n | string",
        "form 2 of 2 | string",
    ]
    assert told({"type": "array", "maxItems": 3, "items": CASH}) == [
        "the whole value | list: object | at most 3 items",
        "[].n | required | integer",
    ]
    assert told(False) == ["the whole value | no value"]


def test_a_member_that_two_schemas_describe_is_described_by_both() -> None:
    base = {"type": "object", "required": ["a"], "properties": {"a": {"type": "string", "maxLength": 9}}}
    refined = {"allOf": [base, {"properties": {"a": {"const": "x"}}}]}
    assert told(refined) == ['a | required | string | always "x" | at most 9 characters']


@pytest.mark.parametrize(
    ("mapping", "values"),
    [
        ({}, ["Card", "Cash"]),
        ({"mapping": {"CARD": "#/components/schemas/Card", "CASH": "Cash"}}, ["CARD", "CASH"]),
    ],
)
def test_a_discriminator_tells_its_values(mapping: dict[str, Any], values: list[str]) -> None:
    schema = {
        "oneOf": [{"$ref": "#/components/schemas/Card"}, {"$ref": "#/components/schemas/Cash"}],
        "discriminator": {"propertyName": "kind", **mapping},
    }
    forms = [each for each in told(schema, Card=CARD, Cash=CASH) if each.startswith("form")]
    assert forms == [
        f"form 1 of 2: A card | object | when kind is {values[0]}",
        f"form 2 of 2: Cash | object | when kind is {values[1]}",
    ]


TREE = {
    "type": "object",
    "properties": {
        "value": {"type": "integer"},
        "children": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}},
    },
}


def test_a_value_that_contains_itself_leads_to_where_it_was_described() -> None:
    found = rows({"properties": {"m": {"$ref": "#/components/schemas/Tree"}}}, Tree=TREE)
    assert [line(row) for row in found] == [
        "m | object",
        "m.value | integer",
        "m.children | list: object",
        "m.children[] | each item | object | recursive | described above",
    ]
    assert found[-1].links[0].href == f"#{found[0].anchor}"


def test_a_whole_value_that_contains_itself_has_a_row_to_lead_to() -> None:
    found = rows({"$ref": "#/components/schemas/Tree"}, Tree=TREE)
    assert line(found[0]) == "the whole value | object"
    assert found[-1].links[0].href == f"#{found[0].anchor}"


def test_alternatives_that_contain_the_union_end() -> None:
    node = {"type": "object", "properties": {"left": {"$ref": "#/components/schemas/Either"}}}
    either = {"oneOf": [{"type": "string"}, {"$ref": "#/components/schemas/Node"}]}
    assert told({"$ref": "#/components/schemas/Either"}, Either=either, Node=node) == [
        "the whole value | string or object",
        "form 1 of 2 | string",
        "form 2 of 2: Node | object",
        "left | string or object | recursive | described above",
    ]


def test_a_base_whose_alternatives_extend_it_ends() -> None:
    base = {
        "type": "object",
        "properties": {"kind": {"type": "string"}},
        "oneOf": [{"$ref": "#/components/schemas/One"}, {"$ref": "#/components/schemas/Two"}],
    }
    extended = [{"$ref": "#/components/schemas/Base"}]
    one = {"allOf": [*extended, {"properties": {"a": {"type": "integer"}}}]}
    two = {"allOf": [*extended, {"properties": {"b": {"type": "integer"}}}]}
    assert told({"$ref": "#/components/schemas/Base"}, Base=base, One=one, Two=two) == [
        "kind | string",
        "form 1 of 2: One | object",
        "a | integer",
        "form 2 of 2: Two | object",
        "b | integer",
    ]


def test_a_member_of_the_other_direction_is_not_required() -> None:
    schema = {
        "type": "object",
        "required": ["id", "pin"],
        "properties": {
            "id": {"type": "string", "readOnly": True},
            "pin": {"type": "string", "writeOnly": True},
        },
    }
    assert [line(row) for row in rows(schema, direction="request")] == [
        "id | string | read only: ignored in a request",
        "pin | required | string | write only",
    ]
    assert [line(row) for row in rows(schema, direction="response")] == [
        "id | required | string | read only",
        "pin | string | write only: in no answer",
    ]


def test_what_is_deprecated_is_marked(tmp_path: Path) -> None:
    document = json.loads(json.dumps(small().document))
    path, item = next((path, item) for path, item in document["paths"].items() if "get" in item)
    item["get"]["deprecated"] = True
    old = {
        "name": "old",
        "in": "query",
        "deprecated": True,
        "schema": {"type": "array", "items": {"maximum": 2}},
    }
    item["get"].setdefault("parameters", []).append(old)
    source = tmp_path / "openapi.json"
    source.write_text(json.dumps(document), encoding="utf-8")
    contract = load_contract(str(source))
    site = LocalizedSite.of(contract, "en", addresses.plan(contract, guide_pages(contract)))
    shown = [operation_view(each, site) for each in contract.operations]
    assert [(view.path, view.method) for view in shown if view.is_deprecated] == [(path, "GET")]
    (view,) = (view for view in shown if view.is_deprecated)
    assert [line(row) for row in view.parameters if row.name.startswith("old")] == [
        "old | list: any | deprecated",
        "old[] | each item | any | at most 2",
    ]
    lines = [each for name in site.addresses.tags for each in family_view(name, site).operations]
    assert sum(each.is_deprecated for each in lines) == 1


def test_what_is_too_deep_goes_on_further_down() -> None:
    schema: dict[str, Any] = {"type": "integer", "maximum": 7}
    for level in range(20, 0, -1):
        schema = {"type": "object", "properties": {f"m{level}": schema}}
    found = rows(schema)
    texts = [line(row) for row in found]
    path = ".".join(f"m{level}" for level in range(1, MAX_DEPTH + 1))
    at = texts.index(f"{path} | object | continued")
    following = texts.index(f"{path} | continued | object")
    assert following == at + 1
    assert found[at].links[0].href == f"#{found[following].anchor}"
    assert texts[following + 1] == f"….m{MAX_DEPTH}.m{MAX_DEPTH + 1} | object"
    assert texts[-1].endswith(".m20 | integer | at most 7")


@pytest.mark.slow
def test_schemas_that_unfold_without_end_are_cut() -> None:
    components: dict[str, Any] = {"L0": {"type": "object", "properties": {"end": {"type": "string"}}}}
    for level in range(1, 40):
        below = {"$ref": f"#/components/schemas/L{level - 1}"}
        components[f"L{level}"] = {
            "type": "object",
            "properties": {
                "a": below,
                "b": below,
                "c": {"oneOf": [below, {"type": "array", "items": below}]},
            },
        }
    found = rows({"$ref": "#/components/schemas/L39"}, **components)
    assert len(found) < 2 * MAX_ROWS
    anchors = {row.anchor for row in found}
    assert len(anchors) == len(found)
    assert all(link.href[1:] in anchors for row in found for link in row.links)
    assert any(line(row).endswith("end | string") for row in found)


def test_french_comes_with_its_accents_and_spaces() -> None:
    schema = {"oneOf": [{"type": "string", "deprecated": True}, {"type": "array", "items": {"type": "null"}}]}
    assert of(schema, "fr") == [
        "m | chaîne ou liste",
        "m | forme 1 sur 2 | chaîne | déprécié",
        "m | forme 2 sur 2 | liste\u00a0: nul",
    ]


def test_what_a_schema_says_is_never_markup() -> None:
    text = "<b onclick=x>&amp;"
    schema = {
        "title": text,
        "properties": {text: {"pattern": text, "format": text, "default": text, "enum": [text]}},
        "patternProperties": {text: {"const": {text: text}}},
        "dependentRequired": {text: [text]},
        "dependentSchemas": {text: {"required": [text, "x"]}},
        "oneOf": [{"title": text, "minimum": 1}, {"$ref": "#/components/schemas/Card"}],
        "discriminator": {"propertyName": text, "mapping": {text: "#/components/schemas/Card"}},
    }
    for row in rows(schema, Card=CARD):
        for shown in (row.label, *row.bounds, row.description):
            assert "<b" not in shown
        assert row.anchor.isascii()
        assert " " not in row.anchor
    assert sum(text in line(row) for row in rows(schema, Card=CARD)) >= 6
