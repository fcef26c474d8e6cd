"""Pairs of schemas for the diff: spellings of one schema, and schemas that differ, with the verdict each way.

``COMPONENTS`` stand in both documents.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from cynod_spec.diff.changes import Severity
from cynod_spec.source.document import Source

Json = Any

COMPONENTS: Final[dict[str, Json]] = {
    "Cat": {"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string"}}},
    "Feline": {"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string"}}},
    "Dog": {
        "type": "object",
        "required": ["kind", "bark"],
        "properties": {"kind": {"type": "string"}, "bark": {"type": "string"}},
    },
    "A": {"const": "a", "title": "First"},
    "B": {"const": "b", "title": "Second"},
    "Tree": {"type": "object", "properties": {"below": {"$ref": "#/components/schemas/Tree"}}},
    "Wood": {"type": "object", "properties": {"below": {"$ref": "#/components/schemas/Wood"}}},
    "List": {
        "anyOf": [{"type": "string"}, {"type": "array", "items": {"$ref": "#/components/schemas/List"}}]
    },
    "Longer": {
        "anyOf": [
            {"type": "string"},
            {"type": "array", "items": {"$ref": "#/components/schemas/Longer"}},
            {"type": "integer"},
        ]
    },
    "Nothing": {"description": "Whatever there is."},
    "Parent": {"type": "object", "discriminator": {"propertyName": "kind"}},
    "Child": {"allOf": [{"$ref": "#/components/schemas/Parent"}]},
}


def ref(name: str) -> Json:
    """A reference to the component *name*."""
    return {"$ref": f"#/components/schemas/{name}"}


def obj(*required: str, closed: bool = False, **members: Json) -> Json:
    """An object's schema with these *members*."""
    made: dict[str, Json] = {"type": "object", "properties": members}
    if required:
        made["required"] = list(required)
    return made | ({"additionalProperties": False} if closed else {})


TEXT: Final = {"type": "string"}
NUMBER: Final = {"type": "integer"}
NULL: Final = {"type": "null"}
ONE: Final = obj("a", a=TEXT)
TWO: Final = obj("b", b=NUMBER)
TAGGED_ONE: Final = obj("t", t={"const": 1}, a=TEXT)
TAGGED_TWO: Final = obj("t", t={"const": 2}, a=NUMBER)
_CHOICE: Final = {"oneOf": [ref("Cat"), ref("Dog")]}

# What it shows → two spellings.
SAME: Final[dict[str, tuple[Json, Json]]] = {
    "null by anyOf": ({"anyOf": [TEXT, NULL]}, {"type": ["string", "null"]}),
    "null by oneOf, first": (
        {"oneOf": [NULL, TEXT | {"minLength": 1}]},
        {"type": ["null", "string"], "minLength": 1},
    ),
    "null beside an object": ({"anyOf": [ONE, NULL]}, ONE | {"type": ["object", "null"]}),
    "null beside a reference": (
        {"anyOf": [ref("Cat"), NULL]},
        COMPONENTS["Cat"] | {"type": ["null", "object"]},
    ),
    "null as a value": ({"anyOf": [TEXT, {"const": None}]}, {"type": ["string", "null"]}),
    "null among values": ({"anyOf": [{"enum": ["a"]}, NULL]}, {"enum": [None, "a"]}),
    "null beside a choice": (
        {"anyOf": [{"oneOf": [TAGGED_ONE, TAGGED_TWO]}, NULL]},
        {"oneOf": [TAGGED_ONE, TAGGED_TWO, NULL]},
    ),
    "values as constants": ({"enum": ["a", "b"]}, {"oneOf": [{"const": "b"}, {"const": "a", "title": "A"}]}),
    "values by reference": ({"type": "string", "enum": ["a", "b"]}, {"anyOf": [ref("A"), ref("B")]}),
    "one value": ({"const": 1}, {"type": "integer", "enum": [1.0]}),
    "values in parts": ({"enum": [1, 2, 3]}, {"anyOf": [{"enum": [1, 2]}, {"enum": [2, 3]}]}),
    "values that types exclude": ({"type": "string", "enum": ["a", 1]}, {"const": "a"}),
    "true or false": ({"type": "boolean"}, {"enum": [False, True]}),
    "types in branches": ({"type": ["string", "integer"]}, {"oneOf": [TEXT, NUMBER]}),
    "types with limits in branches": (
        {"type": ["string", "integer"], "maxLength": 3, "minimum": 1},
        {"anyOf": [TEXT | {"maxLength": 3}, NUMBER | {"minimum": 1}]},
    ),
    "an integer is a number": ({"type": ["integer", "number"]}, {"type": "number"}),
    "an integer beside all numbers": ({"anyOf": [NUMBER, {"type": "number"}]}, {"type": "number"}),
    "a choice of one": ({"oneOf": [TEXT]}, TEXT),
    "parts of one": ({"allOf": [TEXT]}, TEXT),
    "parts": ({"allOf": [TEXT, {"maxLength": 3}]}, TEXT | {"maxLength": 3}),
    "a choice that is none": ({"anyOf": [TEXT, {}]}, {}),
    "a choice in a choice": ({"anyOf": [{"anyOf": [ONE, TWO]}, obj("c")]}, {"anyOf": [ONE, TWO, obj("c")]}),
    "anyOf for oneOf, by types": ({"anyOf": [ONE, {"type": "array"}]}, {"oneOf": [ONE, {"type": "array"}]}),
    "anyOf for oneOf, by a constant": (
        {"anyOf": [TAGGED_ONE, TAGGED_TWO]},
        {"oneOf": [TAGGED_ONE, TAGGED_TWO]},
    ),
    "anyOf for oneOf, by bounds": (
        {"anyOf": [NUMBER | {"maximum": 1}, NUMBER | {"minimum": 2}]},
        {"oneOf": [NUMBER | {"maximum": 1}, NUMBER | {"minimum": 2}]},
    ),
    "the order of branches": ({"oneOf": [ONE, TWO]}, {"oneOf": [TWO, ONE]}),
    "any items": ({"type": "array", "items": {}}, {"type": "array", "items": True}),
    "items without a word": ({"type": "array", "items": {"title": "T"}}, {"type": "array"}),
    "any other members": (ONE | {"additionalProperties": {}}, ONE | {"additionalProperties": True}),
    "other members, not said": (ONE | {"additionalProperties": True}, ONE),
    "no least length": (TEXT | {"minLength": 0, "pattern": ""}, TEXT),
    "no least number": ({"type": "array", "minItems": 0, "uniqueItems": False}, {"type": "array"}),
    "no member required": (obj() | {"required": [], "minProperties": 0}, obj()),
    "a step of 1": (NUMBER | {"multipleOf": 1}, NUMBER),
    "a step of 0.5 for integers": (NUMBER | {"multipleOf": 0.5}, NUMBER),
    "numbers by steps of 1": ({"type": "number", "multipleOf": 1}, NUMBER),
    "two steps": (NUMBER | {"allOf": [{"multipleOf": 4}, {"multipleOf": 6}]}, NUMBER | {"multipleOf": 12}),
    "a bound as 1.0": (NUMBER | {"minimum": 1}, NUMBER | {"minimum": 1.0}),
    "a bound that is left out": (NUMBER | {"exclusiveMinimum": 0}, NUMBER | {"minimum": 1}),
    "a bound between integers": (NUMBER | {"minimum": 0.5}, NUMBER | {"minimum": 1}),
    "limits of another type": (TEXT | {"minimum": 3, "required": ["a"]}, TEXT),
    "a condition without a consequence": (TEXT | {"if": {"minLength": 3}}, TEXT),
    "a consequence without a condition": (TEXT | {"then": {"minLength": 3}}, TEXT),
    "nothing depends": (ONE | {"dependentRequired": {"a": []}}, ONE),
    "not false": (TEXT | {"not": False}, TEXT),
    "closed by parts": (
        {"allOf": [obj(a=TEXT), obj(b=TEXT)], "unevaluatedProperties": False},
        obj(a=TEXT, b=TEXT, closed=True),
    ),
    "a member that nobody may send": (
        obj(a=TEXT, b=False),
        {"allOf": [obj(a=TEXT), {"properties": {"b": False}}]},
    ),
    "a member as all others": (
        {"type": "object", "additionalProperties": TEXT},
        {"type": "object", "additionalProperties": TEXT, "properties": {"a": TEXT}},
    ),
    "another name": (ref("Cat"), ref("Feline")),
    "another name of a recursive one": (ref("Tree"), ref("Wood")),
    "another name among parts": (
        {"allOf": [ref("Cat")], "minProperties": 1},
        COMPONENTS["Cat"] | {"minProperties": 1},
    ),
    "a mapping by names": (
        _CHOICE | {"discriminator": {"propertyName": "kind", "mapping": {"c": "Cat", "d": "Dog"}}},
        _CHOICE
        | {
            "discriminator": {
                "propertyName": "kind",
                "mapping": {"c": "#/components/schemas/Cat", "d": "#/components/schemas/Dog"},
            }
        },
    ),
    "a mapping that was implied": (
        _CHOICE | {"discriminator": {"propertyName": "kind"}},
        _CHOICE | {"discriminator": {"propertyName": "kind", "mapping": {"Cat": "Cat", "Dog": "Dog"}}},
    ),
    "a mapping to another name": (
        _CHOICE | {"discriminator": {"propertyName": "kind", "mapping": {"c": "Cat", "d": "Dog"}}},
        {
            "oneOf": [ref("Dog"), ref("Feline")],
            "discriminator": {"propertyName": "kind", "mapping": {"c": "Feline", "d": "Dog"}},
        },
    ),
    "a reference to what says nothing": (ref("Nothing"), {}),
    "values that a length excludes": (TEXT | {"enum": ["a", "bb"], "minLength": 2}, {"const": "bb"}),
    "values that a bound excludes": (NUMBER | {"enum": [1, 5], "exclusiveMinimum": 1}, {"const": 5}),
    "values that a step excludes": ({"enum": [1, 1.5, 2], "multipleOf": 1}, {"enum": [1, 2]}),
    "values that a pattern excludes": ({"enum": ["ab", "1"], "pattern": "^[a-z]+$"}, {"const": "ab"}),
    "limits that all values keep": (TEXT | {"enum": ["a"], "maxLength": 3, "format": "x"}, {"const": "a"}),
    "null in one branch": (
        {"oneOf": [TAGGED_ONE | {"type": ["object", "null"]}, TAGGED_TWO]},
        {"oneOf": [TAGGED_ONE, TAGGED_TWO, NULL]},
    ),
    "null in both branches of oneOf is refused": (
        {"oneOf": [ONE | {"type": ["object", "null"]}, TEXT | {"type": ["string", "null"]}]},
        {"oneOf": [ONE, TEXT]},
    ),
    "null in both branches of anyOf": (
        {"anyOf": [TAGGED_ONE | {"type": ["object", "null"]}, TAGGED_TWO | {"type": ["object", "null"]}]},
        {"anyOf": [TAGGED_ONE, TAGGED_TWO, NULL]},
    ),
    "a branch within another": ({"anyOf": [obj(a=TEXT), obj(a=TEXT | {"minLength": 1})]}, obj(a=TEXT)),
    "anyOf for oneOf, by a value and a pattern": (
        {"anyOf": [{"const": "x"}, TEXT | {"pattern": "^[0-9]+$"}]},
        {"oneOf": [{"const": "x"}, TEXT | {"pattern": "^[0-9]+$"}]},
    ),
    "not null": ({"type": ["string", "null"], "not": NULL | {"description": "D"}}, TEXT),
    "not the value null": ({"type": ["string", "null"], "not": {"const": None}}, TEXT),
    "not a type": ({"not": NULL}, {"type": ["array", "boolean", "number", "object", "string"]}),
    "the format of a number beside a text": (TEXT | {"format": "int32"}, TEXT),
}


class Verdicts(NamedTuple):
    """Two schemas, and how severe the change is for what is sent and for what is received."""

    old: Json
    new: Json
    request: Severity
    response: Severity


DIFFERENT: Final[dict[str, Verdicts]] = {
    "one schema for two that it covers": Verdicts(
        {"oneOf": [{"type": "array", "items": NUMBER}, {"type": "array", "items": TEXT}]},
        {"type": "array", "items": {"type": ["integer", "string"]}},
        "safe",
        "breaking",
    ),
    "all numbers for numbers and integers": Verdicts(
        {"oneOf": [{"type": "number"}, NUMBER]}, {"type": "number"}, "safe", "breaking"
    ),
    "one schema with all members for two": Verdicts(
        {"anyOf": [ONE, TWO]}, obj(a=TEXT, b=NUMBER), "safe", "breaking"
    ),
    "one schema for two that it does not cover": Verdicts(
        {"anyOf": [ONE, TWO]}, obj(a=TEXT), "breaking", "breaking"
    ),
    "a branch more in which a known member is free": Verdicts(
        obj(a=TEXT), {"anyOf": [obj(a=TEXT), obj() | {"minProperties": 1}]}, "safe", "breaking"
    ),
    "listed values beside a choice of other types": Verdicts(
        {"oneOf": [{"enum": [1, 2]}, ONE]}, NUMBER, "breaking", "breaking"
    ),
    "other values beside a choice of other types": Verdicts(
        {"oneOf": [{"enum": [1, 2]}, ONE]}, {"enum": [3]}, "breaking", "breaking"
    ),
    "a branch for two that it covers": Verdicts(
        {"anyOf": [obj("t", t={"const": 1}), obj("t", t={"const": 2}), ONE]},
        {"anyOf": [obj("t", t={"enum": [1, 2, 3]}), ONE]},
        "safe",
        "breaking",
    ),
    "a type more, with limits of its own": Verdicts(
        TEXT, {"type": ["string", "array"], "maxItems": 3}, "safe", "breaking"
    ),
    "a type more, with limits of its own, as a branch": Verdicts(
        TEXT, {"anyOf": [TEXT, NUMBER | {"minimum": 1}]}, "safe", "breaking"
    ),
    "values unlisted, limits that they keep": Verdicts(
        {"enum": ["a", "bb"]}, TEXT | {"minLength": 1}, "safe", "breaking"
    ),
    "values unlisted, limits that one does not keep": Verdicts(
        {"enum": ["a", "bb"]}, TEXT | {"minLength": 2}, "breaking", "breaking"
    ),
    "values listed within the limits": Verdicts(
        TEXT | {"maxLength": 3}, {"enum": ["abc"]}, "breaking", "safe"
    ),
    "values listed beyond the limits": Verdicts(
        TEXT | {"maxLength": 3}, {"enum": ["abcd"]}, "breaking", "breaking"
    ),
    "values unlisted that a pattern refused": Verdicts(
        TEXT | {"pattern": "^[a-z]$", "enum": ["A"]}, TEXT | {"pattern": "^[a-z]$"}, "breaking", "breaking"
    ),
    "a format that the listed values have": Verdicts(
        {"enum": ["2026-01-31"]}, TEXT | {"format": "date"}, "safe", "breaking"
    ),
    "a format that a listed value lacks": Verdicts(
        {"enum": ["soon"]}, TEXT | {"format": "date"}, "breaking", "breaking"
    ),
    "values beside a pattern that is none": Verdicts(
        {"enum": ["a"], "pattern": "("}, {"enum": ["a", "b"], "pattern": "("}, "safe", "breaking"
    ),
    "less that must stand together": Verdicts(
        obj() | {"dependentRequired": {"a": ["b", "c"]}},
        obj() | {"dependentRequired": {"a": ["b"]}},
        "safe",
        "breaking",
    ),
    "other members that must stand together": Verdicts(
        obj() | {"dependentRequired": {"a": ["b"]}},
        obj() | {"dependentRequired": {"b": ["a"]}},
        "breaking",
        "breaking",
    ),
    "an item of a list described": Verdicts(
        {"type": "array"}, {"type": "array", "prefixItems": [TEXT]}, "breaking", "safe"
    ),
    "addresses beyond ASCII": Verdicts(
        TEXT | {"format": "email"}, TEXT | {"format": "idn-email"}, "safe", "breaking"
    ),
    "whole addresses only": Verdicts(
        TEXT | {"format": "uri-reference"}, TEXT | {"format": "uri"}, "breaking", "safe"
    ),
    "a member that is only read goes": Verdicts(obj(a=TEXT | {"readOnly": True}), obj(), "safe", "risky"),
    "a member that is only read is refused when it is sent back": Verdicts(
        obj(a=TEXT | {"readOnly": True}, closed=True), obj(closed=True), "breaking", "risky"
    ),
    "not the integers": Verdicts({"type": "number", "not": NUMBER}, {"type": "number"}, "safe", "breaking"),
    "1 is not true": Verdicts({"enum": [1, 0]}, {"enum": [True, False]}, "breaking", "breaking"),
    "1 is not true, inside": Verdicts(
        {"const": {"a": [1]}}, {"const": {"a": [True]}}, "breaking", "breaking"
    ),
    "a value more, spelt otherwise": Verdicts(
        {"enum": ["a", "b"]},
        {"oneOf": [{"const": "a"}, {"const": "b"}, {"const": "c"}]},
        "safe",
        "breaking",
    ),
    "null less, spelt otherwise": Verdicts({"anyOf": [TEXT, NULL]}, TEXT, "breaking", "safe"),
    "null more beside a reference": Verdicts(ref("Cat"), {"anyOf": [ref("Cat"), NULL]}, "safe", "breaking"),
    "oneOf for anyOf": Verdicts({"anyOf": [ONE, TWO]}, {"oneOf": [ONE, TWO]}, "breaking", "safe"),
    "anyOf for oneOf": Verdicts({"oneOf": [ONE, TWO]}, {"anyOf": [ONE, TWO]}, "safe", "breaking"),
    "oneOf for anyOf, one within the other": Verdicts(
        {"anyOf": [NUMBER, {"type": "number", "minimum": 0}]},
        {"oneOf": [NUMBER, {"type": "number", "minimum": 0}]},
        "breaking",
        "safe",
    ),
    "closed part of allOf": Verdicts(
        obj(a=TEXT, b=TEXT, closed=True),
        {"allOf": [obj(a=TEXT, closed=True), obj(b=TEXT)]},
        "breaking",
        "risky",
    ),
    "closed part of allOf that another requires": Verdicts(
        obj("b", a=TEXT, b=TEXT, closed=True),
        {"allOf": [obj(a=TEXT, closed=True), obj("b", b=TEXT)]},
        "breaking",
        "safe",
    ),
    "closed by a reference": Verdicts(
        {"allOf": [ref("Cat"), obj(b=TEXT)]},
        {"allOf": [ref("Cat") | {"additionalProperties": False}, obj(b=TEXT)]},
        "breaking",
        "risky",
    ),
    "a member less that all others describe": Verdicts(
        {"type": "object", "properties": {"a": NUMBER}, "additionalProperties": TEXT},
        {"type": "object", "additionalProperties": TEXT},
        "breaking",
        "breaking",
    ),
    "a pattern less of a closed object": Verdicts(
        {"type": "object", "patternProperties": {"^x-": {}, "^a": {}}, "additionalProperties": False},
        {"type": "object", "patternProperties": {"^a": {}}, "additionalProperties": False},
        "breaking",
        "safe",
    ),
    "a recursive choice with one more": Verdicts(ref("List"), ref("Longer"), "safe", "breaking"),
    "an optional member of both branches": Verdicts(
        {"oneOf": [obj("a", a=TEXT), obj("b", b=TEXT)]},
        {"oneOf": [obj("a", a=TEXT, c=TEXT), obj("b", b=TEXT, c=TEXT)]},
        "safe",
        "safe",
    ),
    "an optional member of both branches, any of them": Verdicts(
        {"anyOf": [obj("a", a=TEXT), obj("b", b=TEXT)]},
        {"anyOf": [obj("a", a=TEXT, c=TEXT), obj("b", b=TEXT, c=TEXT)]},
        "safe",
        "safe",
    ),
    "a choice where one stood": Verdicts(TAGGED_ONE, {"oneOf": [TAGGED_ONE, TAGGED_TWO]}, "safe", "breaking"),
    "a choice where another stood": Verdicts(
        obj("t", t={"const": 1}), {"oneOf": [TAGGED_ONE, TAGGED_TWO]}, "safe", "breaking"
    ),
    "a choice where one or null stood": Verdicts(
        {"anyOf": [TAGGED_ONE, NULL]}, {"oneOf": [TAGGED_ONE, TAGGED_TWO, NULL]}, "safe", "breaking"
    ),
    "an alternative that may overlap": Verdicts(
        {"oneOf": [ONE, TWO]}, {"oneOf": [ONE, TWO, obj("c", c=TEXT)]}, "risky", "breaking"
    ),
    "another name that a discriminator shows": Verdicts(
        {"oneOf": [ref("Cat")], "discriminator": {"propertyName": "kind"}},
        {"oneOf": [ref("Feline")], "discriminator": {"propertyName": "kind"}},
        "breaking",
        "breaking",
    ),
    "mapping swapped": Verdicts(
        _CHOICE | {"discriminator": {"propertyName": "kind", "mapping": {"x": "Cat", "y": "Dog"}}},
        _CHOICE | {"discriminator": {"propertyName": "kind", "mapping": {"x": "Dog", "y": "Cat"}}},
        "breaking",
        "breaking",
    ),
    "not": Verdicts(TEXT, TEXT | {"not": {"maxLength": 3}}, "breaking", "safe"),
    "not another": Verdicts(
        TEXT | {"not": {"maxLength": 2}}, TEXT | {"not": {"maxLength": 3}}, "breaking", "breaking"
    ),
    "a condition": Verdicts(
        TEXT, TEXT | {"if": {"maxLength": 3}, "then": {"minLength": 2}}, "breaking", "safe"
    ),
    "one requires another": Verdicts(ONE, ONE | {"dependentRequired": {"a": ["b"]}}, "breaking", "safe"),
    "names of members": Verdicts(ONE, ONE | {"propertyNames": {"maxLength": 3}}, "breaking", "safe"),
    "contains": Verdicts({"type": "array"}, {"type": "array", "contains": TEXT}, "breaking", "safe"),
    "one step becomes two": Verdicts(
        NUMBER | {"multipleOf": 4},
        NUMBER | {"allOf": [{"multipleOf": 4}, {"multipleOf": 6}]},
        "breaking",
        "safe",
    ),
    "nothing left": Verdicts(TEXT, {"allOf": [TEXT, NUMBER]}, "breaking", "safe"),
    "nothing left of values": Verdicts({"enum": [1]}, {"enum": [1], "type": "string"}, "breaking", "safe"),
    "an item of its own place": Verdicts(
        {"type": "array", "items": TEXT},
        {"type": "array", "items": TEXT, "prefixItems": [NUMBER]},
        "breaking",
        "breaking",
    ),
}


def document(schema: Json, version: str = "3.1.0", components: dict[str, Json] | None = None) -> Source:
    """A document, in no file, in which *schema* is both sent and received."""
    content = {"application/json": {"schema": schema}}
    operation = {
        "operationId": "a",
        "requestBody": {"required": True, "content": content},
        "responses": {"200": {"description": "Bien", "content": content}},
    }
    value = {
        "openapi": version,
        "info": {"title": "Essai", "version": "1.0.0"},
        "paths": {"/a": {"post": operation}},
        "components": {"schemas": COMPONENTS if components is None else components},
    }
    return Source("essai.yaml", "", value)
