"""What the schema of a parameter says of its values, as far as their text depends on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from cynod_spec.model.serialization import Shape
from cynod_spec.schema.composition import joined, parts

_TYPES: Final = {
    str: "string",
    bool: "boolean",
    int: "integer",
    float: "number",
    list: "array",
    dict: "object",
}
_STRUCTURES: Final = frozenset(("array", "object"))
_OBJECT: Final = frozenset(("properties", "patternProperties", "additionalProperties", "required"))
_ARRAY: Final = frozenset(("items", "prefixItems", "minItems", "maxItems"))


class MixedShape(Exception):  # noqa: N818 - an outcome, not an error
    """Values that no style of OpenAPI writes without doubt: *message* says which, *hint* what helps."""

    def __init__(self, message: str, hint: str = "describe it with content: {application/json: …}") -> None:
        super().__init__(message)
        self.message, self.hint = message, hint


def shape_of(document: Mapping[str, Any], schema: object) -> Shape:
    """The shape of the values of *schema*. Raises MixedShape when no style can write all of them."""
    types = types_of(document, schema)
    found = [kind for kind in types if kind in _STRUCTURES]
    if not found:
        return Shape("scalar", types or ("string",))
    if len(types) > 1:
        raise MixedShape(f"a parameter that is one of {', '.join(types)} cannot be told apart in a text")
    described_by = parts(document, schema, alternatives=True, nearest_first=True)
    found_parts = [part.value for part in described_by]
    if found == ["array"]:
        items = _union(_scalars(document, each, "an item") for each in _items(found_parts))
        return Shape("array", items or ("string",))
    members: dict[str, tuple[str, ...]] = {}
    for part in found_parts:
        declared = part.get("properties")
        for name, each in declared.items() if isinstance(declared, Mapping) else ():
            known = members.get(str(name), ())
            members[str(name)] = _union((known, _scalars(document, each, f"the member {name}")))
    declared_types = {name: types or ("string",) for name, types in members.items()}
    return Shape("object", ("string",), declared_types, _additional(document, found_parts))


def types_of(document: Mapping[str, Any], schema: object) -> tuple[str, ...]:
    """The types, null aside, of the values of *schema*, in its order; empty when it does not say."""
    return _types_of(document, schema, set())


def _types_of(document: Mapping[str, Any], schema: object, seen: set[int]) -> tuple[str, ...]:
    if not isinstance(schema, Mapping) or id(schema) in seen:
        return ()
    seen.add(id(schema))
    found = _own_types(schema)
    if found is not None:
        return found
    for part in joined(document, schema):
        if found := _types_of(document, part.value, seen):
            return found
    for keyword in ("oneOf", "anyOf"):
        listed = schema.get(keyword)
        if isinstance(listed, list):
            found = _union(_types_of(document, each, seen) for each in listed)
            if found:
                return found
    if _OBJECT & schema.keys():
        return ("object",)
    return ("array",) if _ARRAY & schema.keys() else ()


def _own_types(schema: Mapping[str, Any]) -> tuple[str, ...] | None:
    """What ``type``, ``const`` or ``enum`` says; None when there is none of them."""
    stated = schema.get("type")
    if isinstance(stated, str | list):
        kinds = [stated] if isinstance(stated, str) else stated
        return tuple(kind for kind in kinds if isinstance(kind, str) and kind != "null")
    listed = [schema["const"]] if "const" in schema else schema.get("enum")
    if not isinstance(listed, list):
        return None
    return tuple(dict.fromkeys(_TYPES[type(each)] for each in listed if type(each) in _TYPES))


def _items(described_by: list[Mapping[str, Any]]) -> Iterator[Any]:
    for part in described_by:
        prefix = part.get("prefixItems")
        yield from prefix if isinstance(prefix, list) else ()
        if "items" in part:
            yield part["items"]


def _additional(document: Mapping[str, Any], described_by: list[Mapping[str, Any]]) -> tuple[str, ...] | None:
    """The types of members that are not declared; None where no keyword asks for any."""
    asked: list[Any] = []
    for part in described_by:
        patterns = part.get("patternProperties")
        asked += patterns.values() if isinstance(patterns, Mapping) else ()
        asked += [
            part[keyword]
            for keyword in ("additionalProperties", "unevaluatedProperties")
            if part.get(keyword, False) is not False
        ]
    if not asked:
        return None
    return _union(_scalars(document, each, "an additional member") for each in asked) or ("string",)


def _scalars(document: Mapping[str, Any], schema: object, what: str) -> tuple[str, ...]:
    """The types of a part of a list or object. Raises MixedShape for a list or object in it."""
    types = types_of(document, schema)
    if _STRUCTURES & set(types):
        raise MixedShape(f"{what} that is a list or an object cannot be written in this style")
    return types


def _union(found: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(kind for types in found for kind in types))
