"""Schemas with names of their own: ``$anchor``, ``$id``, ``$dynamicAnchor``, and the references to them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from cross_room.lint_examples import BASE, Example

from cynod_spec import load_contract
from cynod_spec.cli.commands import spec
from cynod_spec.lint import check
from cynod_spec.schema.validation import Validators
from cynod_spec.source.reading import read

PRICE = "    Price:\n      type: object\n"
NEW_PASS = "    NewPass:\n      type: object\n      required: [price]\n      properties:\n"


def document(price: str, member: str, more: str = "") -> str:
    """The example with *price* in the schema Price, *member* in NewPass, and *more* schemas."""
    assert BASE.count(PRICE) == BASE.count(NEW_PASS) == 1
    text = BASE.replace(PRICE, PRICE + (f"      {price}\n" if price else ""))
    return text.replace(NEW_PASS, more + NEW_PASS + f"        other: {member}\n")


ACCEPTED = {
    "an anchor": ("$anchor: cost", "{$ref: '#cost'}", ""),
    "an anchor, percent-encoded": ("$anchor: cost", "{$ref: '#%63ost'}", ""),
    "a dynamic anchor": ("$dynamicAnchor: cost", "{$ref: '#cost'}", ""),
    "a dynamic reference": ("$dynamicAnchor: cost", "{$dynamicRef: '#cost'}", ""),
    "a dynamic reference to an anchor": ("$anchor: cost", "{$dynamicRef: '#cost'}", ""),
    "a dynamic reference by pointer": ("", "{$dynamicRef: '#/components/schemas/Price'}", ""),
    "an absolute id": ("$id: https://bikes.example/price", "{$ref: 'https://bikes.example/price'}", ""),
    "an absolute id and a pointer": (
        "$id: https://bikes.example/whole",
        "{$ref: 'https://bikes.example/whole#'}",
        "",
    ),
    "a relative id": ("$id: price.json", "{$ref: price.json}", ""),
    "a urn": ("$id: urn:bikes:price", "{$ref: 'urn:bikes:price'}", ""),
    "an anchor of an id": (
        "$id: https://bikes.example/price",
        "{$ref: 'https://bikes.example/more#inner'}",
        "    More: {$id: 'https://bikes.example/more', $defs: {a: {$anchor: inner, $ref: price}}}\n",
    ),
    "a definition of an id": (
        "",
        "{$ref: more}",
        "    More:\n      $id: more\n      $ref: '#/$defs/a'\n"
        "      $defs: {a: {$ref: '#b'}, b: {$anchor: b, $ref: 'openapi.yaml#/components/schemas/Price'}}\n",
    ),
    "the document by its own name": ("", "{$ref: 'openapi.yaml#/components/schemas/Price'}", ""),
}


@pytest.mark.parametrize(("price", "member", "more"), ACCEPTED.values(), ids=ACCEPTED)
def test_a_schema_is_found_by_its_own_name(price: str, member: str, more: str, tmp_path: Path) -> None:
    path = Example(document(price, member, more), []).written(tmp_path)
    assert [each for each in check(path) if each.rule != "component-unused"] == []
    contract = load_contract(str(path))
    validators = Validators(contract)
    right: dict[str, Any] = {
        "price": {"units": 1, "currency": "XOF"},
        "other": {"units": 1, "currency": "XOF"},
    }
    assert validators.is_valid("/components/schemas/NewPass", right)
    assert not validators.is_valid("/components/schemas/NewPass", {**right, "other": {"units": 0}})
    assert not validators.is_valid("/components/schemas/NewPass", {**right, "other": 1})


TREE = """    Tree:
      $dynamicAnchor: node
      type: object
      properties: {left: {$dynamicRef: '#node'}, count: {type: integer}}
"""


def test_a_dynamic_reference_may_recur(tmp_path: Path) -> None:
    path = Example(document("", "{$ref: '#/components/schemas/Tree'}", TREE), []).written(tmp_path)
    assert check(path) == []
    validators = Validators(load_contract(str(path)))
    assert validators.is_valid("/components/schemas/Tree", {"left": {"left": {"count": 1}}})
    assert not validators.is_valid("/components/schemas/Tree", {"left": {"left": {"count": "1"}}})


def test_names_in_data_and_names_of_members_are_no_names(tmp_path: Path) -> None:
    more = "    Data: {type: object, properties: {$id: {type: string}, $anchor: {type: integer}}}\n"
    member = "{$ref: '#/components/schemas/Data', examples: [{$id: a, $anchor: 1}, {$id: a}]}"
    path = Example(document("", member, more), []).written(tmp_path)
    assert {each.rule for each in check(path)} == {"member-case"}
    assert set(read(path).value["components"]["schemas"]["Data"]["properties"]) == {"$id", "$anchor"}


REFUSED = {
    "no such anchor": ("$anchor: cost", "{$ref: '#price'}", "", "reference-unresolved", "#price"),
    "no such dynamic anchor": ("", "{$dynamicRef: '#price'}", "", "reference-unresolved", "#price"),
    "no such id": ("$id: a", "{$ref: 'https://bikes.example/b'}", "", "reference-unresolved", "outside"),
    "a second anchor": (
        "$anchor: cost",
        "{$ref: '#cost'}",
        "    More: {$anchor: cost}\n",
        "schema-invalid",
        "a second schema",
    ),
    "a second id": ("$id: a", "{$ref: a}", "    More: {$id: a}\n", "schema-invalid", "a second schema"),
    "an id with a fragment": ("$id: '#a'", "{$ref: '#a'}", "", "schema-invalid", "has a fragment"),
    "an anchor in an id": (
        "$id: a",
        "{$ref: '#inner'}",
        "    More: {$id: b, not: {$anchor: inner}}\n",
        "reference-unresolved",
        "#inner",
    ),
    "a pointer that leaves its id": (
        "$id: price",
        "{$ref: price}",
        "    More: {$id: more, $ref: '#/components/schemas/Price'}\n",
        "reference-unresolved",
        "/components/schemas/More/components/schemas/Price",
    ),
    "several dynamic anchors": (
        "$dynamicAnchor: part",
        "{$id: more, $dynamicAnchor: part, not: {$dynamicRef: '#part'}}",
        "",
        "reference-unsupported",
        "several schemas",
    ),
    "both references": (
        "$dynamicAnchor: part",
        "{$ref: '#/components/schemas/Price', $dynamicRef: '#part'}",
        "",
        "reference-unsupported",
        "beside a $ref",
    ),
}


@pytest.mark.parametrize(("price", "member", "more", "rule", "said"), REFUSED.values(), ids=REFUSED)
def test_a_name_that_leads_nowhere_or_twice_is_refused_in_its_place(
    price: str, member: str, more: str, rule: str, said: str, tmp_path: Path
) -> None:
    found = check(Example(document(price, member, more), []).written(tmp_path))
    assert {each.rule for each in found} == {rule}
    assert said in found[0].message
    assert found[0].at.line > 1


@pytest.mark.parametrize(
    ("keyword", "name"),
    [
        *(("$id", name) for name in ("'http://['", "'//['", "'%zz'", "''", "'urn:'", "'..'", "'\\u2028'")),
        ("$anchor", "'http://['"),
        ("$dynamicAnchor", "''"),
    ],
)
def test_a_strange_name_is_no_obstacle(keyword: str, name: str, tmp_path: Path) -> None:
    text = document(f"{keyword}: {name}", "{$ref: '#/components/schemas/Price'}")
    found = check(Example(text, []).written(tmp_path))
    assert {each.rule for each in found} <= {"document-invalid", "reference-unresolved", "schema-invalid"}


def test_a_file_beside_the_document_has_names_of_its_own(tmp_path: Path) -> None:
    path = Example(document("$anchor: cost", "{$ref: 'parts.yaml#cost'}"), []).written(tmp_path)
    parts = tmp_path / "parts.yaml"
    parts.write_text("a: {$anchor: cost, $ref: '#word'}\nb: {$anchor: word, type: string}\n", "utf-8")
    assert check(path) == []
    validators = Validators(load_contract(str(path)))
    assert validators.is_valid("/components/schemas/NewPass/properties/other", "a")
    assert not validators.is_valid(
        "/components/schemas/NewPass/properties/other", {"units": 1, "currency": "XOF"}
    )
    parts.write_text("$id: https://bikes.example/parts\n$anchor: cost\ntype: string\n", "utf-8")
    assert check(path) == []


def test_what_is_bundled_needs_no_names(tmp_path: Path) -> None:
    text = document("$id: https://bikes.example/price", "{$ref: 'https://bikes.example/price'}", TREE)
    path = Example(text, []).written(tmp_path)
    result = CliRunner().invoke(spec, ["bundle", str(path)])
    assert result.exit_code == 0
    assert not {"$id:", "$dynamicRef:", "$dynamicAnchor:"} & set(result.stdout.split())


def test_openapi_3_0_knows_no_such_names(tmp_path: Path) -> None:
    text = document("$anchor: cost", "{$ref: '#cost'}").replace("openapi: 3.1.1", "openapi: 3.0.3")
    found = check(Example(text, []).written(tmp_path))
    assert {each.rule for each in found} == {"reference-unresolved"}


def test_the_name_of_a_document_of_openapi_3_2_is_its_base(tmp_path: Path) -> None:
    text = document("", "{$ref: 'https://bikes.example/api#/components/schemas/Price'}")
    text = text.replace("openapi: 3.1.1", "openapi: 3.2.0\n$self: https://bikes.example/api")
    assert check(Example(text, []).written(tmp_path)) == []
