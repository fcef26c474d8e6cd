"""The one view of a schema with its reference and its ``allOf`` folded in, and the table of keywords."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from cynod_spec.base.errors import DocumentError
from cynod_spec.schema.composition import branches, folded, joined, member, parts, referred
from cynod_spec.source.node import Node
from cynod_spec.source.reading import read
from cynod_spec.source.schema_keywords import HOLDING

DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.1",
    "info": {"title": "t", "version": "1"},
    "paths": {},
    "components": {
        "schemas": {
            "Base": {"type": "object", "allOf": [{"$ref": "#/components/schemas/Deep"}], "title": "base"},
            "Deep": {"properties": {"id": {"type": "string"}}, "title": "deep"},
            "Own": {
                "$ref": "#/components/schemas/Base",
                "allOf": [{"properties": {"id": {"maxLength": 3}}}, True],
                "oneOf": [{"title": "either"}, {"title": "or"}],
                "title": "own",
            },
            "Circle": {"allOf": [{"$ref": "#/components/schemas/Circle"}]},
            "Nowhere": {"$ref": "#/components/schemas/Absent", "title": "nowhere"},
        }
    },
}
SCHEMAS = DOCUMENT["components"]["schemas"]
PLACE = ("components", "schemas")


def pointers(name: str, **how: bool) -> list[str]:
    found = parts(DOCUMENT, SCHEMAS[name], (*PLACE, name), **how)
    return [part.pointer.removeprefix("/components/schemas/") for part in found]


def test_a_reference_comes_with_all_that_it_is_composed_of_before_the_branches() -> None:
    assert pointers("Own") == ["Own", "Base", "Base/allOf/0", "Deep", "Own/allOf/0"]


def test_the_nearest_come_first_where_that_is_asked_for() -> None:
    assert pointers("Own", nearest_first=True) == ["Own", "Base", "Own/allOf/0", "Base/allOf/0", "Deep"]


def test_alternatives_are_taken_where_that_is_asked_for() -> None:
    assert {"Own/oneOf/0", "Own/oneOf/1"} <= set(pointers("Own", alternatives=True))
    assert not {"Own/oneOf/0", "Own/oneOf/1"} & set(pointers("Own"))


def test_a_circle_is_walked_once() -> None:
    assert pointers("Circle") == ["Circle", "Circle/allOf/0"]


def test_a_reference_that_leads_nowhere_adds_nothing() -> None:
    assert referred(DOCUMENT, SCHEMAS["Nowhere"]) is None
    assert pointers("Nowhere") == ["Nowhere"]


def test_of_keywords_that_are_alike_the_first_is_kept() -> None:
    whole = folded(parts(DOCUMENT, SCHEMAS["Own"], (*PLACE, "Own")))
    assert whole["title"] == "own"
    assert whole["type"] == "object"
    assert whole["properties"] == {"id": {"type": "string"}}


def test_a_reference_of_openapi_3_0_stands_for_its_whole_schema() -> None:
    assert [part.pointer for part in joined(DOCUMENT, SCHEMAS["Own"], ignores_siblings=True)] == [
        "/components/schemas/Base"
    ]
    assert len(list(joined(DOCUMENT, SCHEMAS["Own"]))) == 3


def test_nodes_keep_their_places_and_lists_are_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "openapi.yaml"
    readable = {name: SCHEMAS[name] for name in ("Base", "Deep", "Own")}
    path.write_text(yaml.safe_dump({**DOCUMENT, "components": {"schemas": readable}}))
    root = Node.root(read(path))
    own = root.need("components").need("schemas").need("Own")
    assert [part.pointer for part in branches(own)] == [
        part.pointer for part in parts(root.value, own.value, own.tokens, nearest_first=True)
    ]
    found = [node.pointer.removeprefix("/components/schemas/") for node in member(own, ("id",))]
    assert found == ["Own/allOf/0/properties/id", "Deep/properties/id"]
    own.value["allOf"] = {}
    with pytest.raises(DocumentError, match="must be a list") as caught:
        list(branches(own))
    assert caught.value.at is not None
    assert caught.value.at.pointer == "/components/schemas/Own/allOf"


def test_the_table_has_every_keyword_of_json_schema_that_holds_schemas() -> None:
    import jsonschema_specifications

    found: dict[str, str] = {}
    for name in ("core", "applicator", "unevaluated", "content"):
        uri = f"https://json-schema.org/draft/2020-12/meta/{name}"
        for key, said in jsonschema_specifications.REGISTRY.contents(uri)["properties"].items():
            refers = said.get("$dynamicRef") == "#meta"
            lists = said.get("$ref") == "#/$defs/schemaArray"
            names = said.get("additionalProperties", {}).get("$dynamicRef") == "#meta"
            if refers or lists or names:
                found[key] = "one" if refers else "list" if lists else "names"
    assert {**found, "definitions": "names"} == dict(HOLDING)
