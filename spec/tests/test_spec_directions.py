"""readOnly and writeOnly: one meaning in each direction, at any depth."""

from __future__ import annotations

from typing import Any

import pytest

from cynod_spec.schema.directions import directed
from cynod_spec.schema.validation import Validators, without

ID = {"type": "string", "readOnly": True}
SECRET = {"type": "string", "writeOnly": True}
PARTS: dict[str, Any] = {
    "Flag": {"readOnly": True, "type": "string"},
    "Plain": {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}},
    "Named": {
        "type": "object",
        "required": ["id", "name"],
        "properties": {"id": ID, "name": {"type": "string"}},
    },
    "Free": {"type": "string"},
    "Tree": {
        "type": "object",
        "required": ["id"],
        "properties": {"id": ID, "below": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}}},
    },
}


class Holder:
    def __init__(self, schema: Any, openapi: str = "3.1.1") -> None:
        schemas = {**PARTS, "It": schema}
        self.document = {"openapi": openapi, "components": {"schemas": schemas}, "paths": {}}


def judge(schema: Any, direction: Any, openapi: str = "3.1.1") -> Validators:
    return Validators(Holder(schema, openapi), direction)


IT = "/components/schemas/It"

REQUIRED_READ_ONLY: dict[str, Any] = {
    "itself": {"required": ["id"], "properties": {"id": ID}},
    "closed": {"required": ["id"], "properties": {"id": ID}, "additionalProperties": False},
    "required beside allOf": {"required": ["id"], "allOf": [{"properties": {"id": ID}}]},
    "flag beside allOf": {
        "allOf": [{"$ref": "#/components/schemas/Plain"}],
        "properties": {"id": {"readOnly": True}},
    },
    "flag and reference": {"$ref": "#/components/schemas/Plain", "properties": {"id": {"readOnly": True}}},
    "two parts": {"allOf": [{"required": ["id"]}, {"properties": {"id": ID}}]},
    "by reference": {"required": ["id"], "properties": {"id": {"$ref": "#/components/schemas/Flag"}}},
    "by allOf": {
        "required": ["id"],
        "properties": {"id": {"allOf": [{"$ref": "#/components/schemas/Flag"}]}},
    },
    "alternatives": {"oneOf": [{"required": ["id"], "properties": {"id": ID}}, {"type": "null"}]},
    "all alternatives": {
        "required": ["id"],
        "anyOf": [{"properties": {"id": ID}}, {"properties": {"id": ID}}],
    },
    "then": {"if": True, "then": {"required": ["id"]}, "properties": {"id": ID}},
    "dependent": {"dependentRequired": {"x": ["id"]}, "properties": {"id": ID}},
}


@pytest.mark.parametrize("schema", REQUIRED_READ_ONLY.values(), ids=REQUIRED_READ_ONLY)
def test_a_request_need_not_have_what_is_read_only(schema):
    given = {"x": 1} if "dependentRequired" in schema else {}
    assert judge(schema, "request").is_valid(IT, given)
    assert not judge(schema, "response").is_valid(IT, given)
    assert not judge(schema, None).is_valid(IT, given)


@pytest.mark.parametrize("schema", REQUIRED_READ_ONLY.values(), ids=REQUIRED_READ_ONLY)
def test_what_is_read_only_may_be_sent_and_is_ignored(schema):
    validators = judge(schema, "request")
    for value in ("i", 7, None, {"a": 1}):
        assert validators.is_valid(IT, {"id": value})
    assert without({"id": "i"}, validators.read_only(IT, {"id": "i"})) == {}


def test_at_any_depth():
    schema = {
        "properties": {
            "list": {"type": "array", "items": {"$ref": "#/components/schemas/Named"}},
            "tree": {"$ref": "#/components/schemas/Tree"},
        }
    }
    validators = judge(schema, "request")
    sent = {"list": [{"name": "a", "id": 1}, {"name": "b"}], "tree": {"id": 1, "below": [{}, {"id": 2}]}}
    assert validators.is_valid(IT, sent)
    assert without(sent, validators.read_only(IT, sent)) == {
        "list": [{"name": "a"}, {"name": "b"}],
        "tree": {"below": [{}, {}]},
    }
    assert not validators.is_valid(IT, {"list": [{"id": "i"}]})
    assert not judge(schema, "response").is_valid(IT, {"tree": {"below": []}})


def test_a_response_shows_nothing_that_is_write_only():
    schema = {"required": ["secret", "name"], "properties": {"secret": SECRET, "name": {"type": "string"}}}
    assert judge(schema, "response").is_valid(IT, {"name": "a"})
    assert not judge(schema, "response").is_valid(IT, {"name": "a", "secret": "s"})
    assert not judge(schema, "response").is_valid(IT, {})
    assert judge(schema, "request").is_valid(IT, {"name": "a", "secret": "s"})
    assert not judge(schema, "request").is_valid(IT, {"name": "a"})


def test_what_is_read_only_in_one_alternative_is_required_in_the_other():
    alternatives: list[dict[str, Any]] = [
        {"required": ["kind", "id"], "properties": {"kind": {"const": kind}, "id": {}}} for kind in "ab"
    ]
    one, other = alternatives
    one["properties"]["id"] = ID
    validators = judge({"oneOf": [one, other]}, "request")
    assert validators.is_valid(IT, {"kind": "a"})
    assert not validators.is_valid(IT, {"kind": "b"})


def test_conditions_and_negations_keep_their_meaning():
    validators = judge({"properties": {"id": ID}, "not": {"required": ["id"]}}, "request")
    assert validators.is_valid(IT, {})
    assert not validators.is_valid(IT, {"id": "i"})


def test_in_openapi_3_0_nothing_beside_a_reference_counts():
    schema = {
        "required": ["id"],
        "properties": {"id": {"$ref": "#/components/schemas/Free", "readOnly": True}},
    }
    assert not judge(schema, "request", "3.0.3").is_valid(IT, {})
    assert judge(schema, "request", "3.1.1").is_valid(IT, {})


def test_a_member_into_which_a_reference_leads_stays_where_it_is():
    schema = {
        "properties": {
            "hidden": {"readOnly": True, "properties": {"x": {"type": "integer"}}},
            "shown": {"$ref": "#/components/schemas/It/properties/hidden/properties/x"},
        }
    }
    validators = judge(schema, "request")
    assert validators.is_valid(IT, {"shown": 1})
    assert not validators.is_valid(IT, {"shown": "1"})
    assert without({"hidden": {}, "shown": 1}, validators.read_only(IT, {"hidden": {}, "shown": 1})) == {
        "shown": 1
    }


def test_names_and_examples_are_not_taken_for_keywords() -> None:
    document: dict[str, Any] = {
        "openapi": "3.1.1",
        "components": {
            "schemas": {
                "It": {
                    "required": ["required"],
                    "properties": {"required": {"type": "string"}, "properties": ID},
                    "examples": [{"properties": {"id": {"readOnly": True}}, "required": ["id"]}],
                }
            }
        },
    }
    made = directed(document, "request")["components"]["schemas"]["It"]
    assert made["required"] == ["required"]
    assert made["examples"] == document["components"]["schemas"]["It"]["examples"]
    assert made["properties"]["required"] == {"type": "string"}


def test_a_document_without_either_is_the_same_document():
    document = {"openapi": "3.1.1", "components": {"schemas": {"It": {"required": ["a"]}}}}
    assert directed(document, "request") is document
    assert directed(document, "response") is document
