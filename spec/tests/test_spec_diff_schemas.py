"""Schemas in the diff: spellings of one schema are no change; what differs is judged soundly both ways."""

from __future__ import annotations

import pytest
from cross_room.diff_schemas import DIFFERENT, SAME, document

from cynod_spec.diff import compare
from cynod_spec.diff.changes import SEVERITIES, Change, Direction, Severity
from cynod_spec.source.document import Source

WORDS = ("document-rewritten", "text-changed")  # rules that no value is refused or admitted by


def changes(old: Source, new: Source) -> list[Change]:
    """What changes between both but for words."""
    return [change for change in compare(old, new).changes if change.rule.id not in WORDS]


def told(found: list[Change]) -> str:
    """*found* as a failed test shows it."""
    return "\n".join(
        f"{each.severity} {each.direction} {each.rule.id}: {each.message('en')}" for each in found
    )


def worst(found: list[Change], direction: Direction) -> Severity:
    """The most severe of *found* in *direction*."""
    severities = [change.severity for change in found if change.direction == direction]
    return min(severities, key=SEVERITIES.index, default="safe")


@pytest.mark.parametrize("name", SAME)
def test_spellings_of_one_schema_are_no_change(name: str) -> None:
    one, other = map(document, SAME[name])
    for old, new in ((one, other), (other, one)):
        found = changes(old, new)
        assert not found, told(found)


@pytest.mark.parametrize("name", DIFFERENT)
def test_a_difference_is_judged_by_who_sends_and_who_receives(name: str) -> None:
    case = DIFFERENT[name]
    found = changes(document(case.old), document(case.new))
    assert found
    assert (worst(found, "request"), worst(found, "response")) == (case.request, case.response), told(found)


OLDER = {  # OpenAPI 3.0 → the same in 3.1
    "nullable": ({"type": "string", "nullable": True}, {"anyOf": [{"type": "string"}, {"type": "null"}]}),
    "not nullable": ({"type": "string", "nullable": False}, {"type": "string"}),
    "a bound left out": (
        {"type": "number", "minimum": 0, "exclusiveMinimum": True},
        {"type": "number", "exclusiveMinimum": 0},
    ),
    "a bound kept": (
        {"type": "number", "maximum": 9, "exclusiveMaximum": False},
        {"type": "number", "maximum": 9},
    ),
    "items of any kind": ({"type": "array", "items": {}}, {"type": "array"}),
    "octets": (
        {"type": "object", "properties": {"a": {"type": "string", "format": "binary"}}},
        {"type": "object", "properties": {"a": {"contentMediaType": "application/octet-stream"}}},
    ),
    "base64": ({"type": "string", "format": "byte"}, {"type": "string", "contentEncoding": "base64"}),
    "nullable reference in parts": (
        {"type": "object", "nullable": True, "properties": {"a": {"type": "string"}}},
        {"oneOf": [{"type": "null"}, {"type": "object", "properties": {"a": {"type": "string"}}}]},
    ),
}


@pytest.mark.parametrize("name", OLDER)
def test_a_schema_of_openapi_3_0_is_the_same_in_3_1(name: str) -> None:
    older, newer = OLDER[name]
    found = changes(document(older, "3.0.3"), document(newer))
    assert [change.rule.id for change in found] == ["openapi-version-changed"], told(found)


def test_octets_are_texts_where_both_documents_say_so_alike() -> None:
    octets = {"type": "string", "format": "binary"}
    found = changes(document(octets, "3.0.3"), document({"type": "object"}, "3.0.3"))
    assert (worst(found, "request"), worst(found, "response")) == ("breaking", "breaking")


def test_a_choice_that_holds_itself_is_compared() -> None:
    parts = {"M": {"anyOf": [{"$ref": "#/components/schemas/M"}, {"type": "string"}]}}
    parts["N"] = {"oneOf": [{"$ref": "#/components/schemas/N"}, {"$ref": "#/components/schemas/M"}]}
    for name in parts:
        old, new = (document({"$ref": f"#/components/schemas/{name}"}, components=parts) for _ in range(2))
        assert not changes(old, new)


def test_choices_that_share_branches_are_opened_once() -> None:
    parts: dict[str, object] = {"C0": {"type": "object", "required": ["a"]}}
    for index in range(1, 40):
        below = {"$ref": f"#/components/schemas/C{index - 1}"}
        parts[f"C{index}"] = {"anyOf": [below, {"anyOf": [below, {"type": "string"}]}]}
    old = document({"$ref": "#/components/schemas/C39"}, components=dict(parts))
    parts["C0"] = {"type": "object", "required": ["a", "b"]}
    new = document({"$ref": "#/components/schemas/C39"}, components=dict(parts))
    assert worst(changes(old, new), "request") == "breaking"


def test_many_branches_that_a_member_tells_apart_are_compared_quickly() -> None:
    def branch(index: int, size: int) -> object:
        text = {"type": "string", "maxLength": size}
        return {"type": "object", "required": ["t"], "properties": {"t": {"const": index}, "x": text}}

    old, new = ({"oneOf": [branch(index, size) for index in range(100)]} for size in (9, 8))
    found = changes(document(old), document(new))
    assert {change.rule.id for change in found} == {"length-maximum-lowered"}
    assert len(found) == 200


def test_words_of_listed_values_are_compared() -> None:
    listed = {"oneOf": [{"const": "a", "title": "First"}, {"const": "b", "title": "Second"}]}
    other = {"oneOf": [{"const": "b", "title": "Second"}, {"const": "a", "title": "The first"}]}
    found = compare(document(listed), document(other)).changes
    assert {(change.rule.id, dict(change.words)["key"]) for change in found} == {("text-changed", "title")}
    assert all(change.new.pointer.endswith("/oneOf/1/title") for change in found)


def test_a_component_that_holds_the_one_with_the_discriminator_is_named_by_its_name() -> None:
    parent = {"type": "object", "required": ["kind"], "discriminator": {"propertyName": "kind"}}
    child = {"allOf": [{"$ref": "#/components/schemas/Parent"}]}
    old, new = (
        document({"$ref": "#/components/schemas/Parent"}, components={"Parent": parent, name: child})
        for name in ("Child", "Kid")
    )
    found = changes(old, new)
    assert {change.rule.id for change in found} == {"mapping-removed", "mapping-added"}
    assert (worst(found, "request"), worst(found, "response")) == ("breaking", "breaking")


PARENT = {
    "type": "object",
    "required": ["kind"],
    "properties": {"kind": {"type": "string"}},
    "discriminator": {"propertyName": "kind"},
}


def family(child: dict[str, object], **more: object) -> Source:
    """A document whose schema is a parent that *child* inherits from, and *more* schemas."""
    held = {"allOf": [{"$ref": "#/components/schemas/Parent"}, child]}
    return document(
        {"$ref": "#/components/schemas/Parent"}, components={"Parent": PARENT, "Child": held, **more}
    )


@pytest.mark.parametrize(
    ("old", "new", "request_", "response"),
    [
        ({"properties": {"a": {}}}, {"properties": {"a": {}}, "required": ["a"]}, "breaking", "safe"),
        ({"properties": {"a": {}}, "required": ["a"]}, {"properties": {"a": {}}}, "safe", "breaking"),
        (
            {"properties": {"a": {"type": "string"}}},
            {"properties": {"a": {"type": "integer"}}},
            "breaking",
            "breaking",
        ),
        ({"properties": {"a": {}}}, {"properties": {"a": {}, "b": {}}}, "safe", "safe"),
    ],
)
def test_what_inherits_from_a_parent_with_a_discriminator_is_compared(
    old: dict[str, object], new: dict[str, object], request_: Severity, response: Severity
) -> None:
    found = changes(family(old), family(new))
    assert found
    assert (worst(found, "request"), worst(found, "response")) == (request_, response), told(found)


WRAPPED = {
    "null beside it": {"anyOf": [{"$ref": "#/components/schemas/Parent"}, {"type": "null"}]},
    "words beside it": {"$ref": "#/components/schemas/Parent", "description": "D"},
    "a part of allOf": {"allOf": [{"$ref": "#/components/schemas/Parent"}], "description": "D"},
    "a branch": {"oneOf": [{"$ref": "#/components/schemas/Parent"}, {"type": "string"}]},
    "an item": {"type": "array", "items": {"$ref": "#/components/schemas/Parent"}},
}


@pytest.mark.parametrize("name", WRAPPED)
def test_what_inherits_is_compared_wherever_its_parent_stands(name: str) -> None:
    sources = []
    for needed in ([], ["a"]):
        child = {"allOf": [{"$ref": "#/components/schemas/Parent"}, {"required": needed}]}
        sources.append(document(WRAPPED[name], components={"Parent": PARENT, "Child": child}))
    assert worst(changes(*sources), "request") == "breaking"


def test_what_inherits_from_a_child_is_named_by_the_parents_discriminator_too() -> None:
    grandchild = {"allOf": [{"$ref": "#/components/schemas/Child"}, {"required": ["a"]}]}
    found = changes(family({}), family({}, Grandchild=grandchild))
    assert {change.rule.id for change in found} == {"mapping-added"}
    stricter = {"allOf": [{"$ref": "#/components/schemas/Child"}, {"required": ["a", "b"]}]}
    found = changes(family({}, Grandchild=grandchild), family({}, Grandchild=stricter))
    assert {change.rule.id for change in found} == {"member-required-added"}


def test_a_sibling_of_the_schema_that_is_used_is_not_compared() -> None:
    sources = []
    for needed in ("a", "b"):
        parts: dict[str, object] = {"Parent": PARENT}
        for name, required in (("Used", "c"), ("Other", needed)):
            held = {"required": [required]}
            parts[name] = {"allOf": [{"$ref": "#/components/schemas/Parent"}, held]}
        sources.append(document({"$ref": "#/components/schemas/Used"}, components=parts))
    assert not changes(*sources)


def test_what_any_other_value_of_a_discriminator_names_is_compared() -> None:
    def choice(default: str) -> Source:
        parts = {name: {"type": "object", "title": name, "required": [name]} for name in ("A", "B")}
        branches = [{"$ref": f"#/components/schemas/{name}"} for name in parts]
        told = {"propertyName": "kind", "defaultMapping": default}
        return document({"oneOf": branches, "discriminator": told}, "3.2.0", parts)

    found = changes(choice("A"), choice("B"))
    assert {change.rule.id for change in found} == {"mapping-changed"}
    assert "any other" in found[0].message("en")
    assert not changes(choice("A"), choice("#/components/schemas/A"))


def test_a_choice_with_a_discriminator_where_one_schema_stood_tells_of_both() -> None:
    branches = [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}]
    old = document({"$ref": "#/components/schemas/Cat"})
    new = document({"oneOf": branches, "discriminator": {"propertyName": "kind"}})
    rules = {change.rule.id for change in changes(old, new)}
    assert rules == {"alternative-added", "alternatives-overlap-changed", "discriminator-added"}


def test_values_of_another_type_are_told_by_the_type_only() -> None:
    found = changes(document({"enum": [1, 0]}), document({"enum": [True, False]}))
    assert {change.rule.id for change in found} == {"type-changed"}


BAD: dict[str, object] = {
    "an endless step": {"type": "number", "multipleOf": float("inf")},
    "an endless bound": {"type": "integer", "minimum": float("-inf"), "exclusiveMaximum": float("inf")},
    "no number": {"type": "number", "minimum": "1", "multipleOf": None, "maxLength": True},
    "no pattern": {"patternProperties": {"(": {"type": "string"}}, "additionalProperties": False},
    "types of no kind": {"type": ["text", 3], "enum": 3},
    "a discriminator that is none": {
        "oneOf": [{"type": "object"}, {"required": ["a"]}],
        "discriminator": "kind",
    },
    "a mapping that leads nowhere": {
        "discriminator": {"propertyName": "a", "mapping": {"x": "#/nowhere", "y": 3}}
    },
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_schema_is_compared_all_the_same(name: str) -> None:
    assert not changes(document(BAD[name]), document(BAD[name]))
    assert changes(document(BAD[name]), document(False))
