"""A choice that needs no composition: between values, or between something and null."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

from cynod_spec.flat.keywords import assertions, words_of

NAMES: Final = "x-enum-varnames"
TEXTS: Final = "x-enum-descriptions"
_TYPES: Final = {str: "string", bool: "boolean", int: "integer", float: "number", type(None): "null"}


class _Choice(NamedTuple):
    value: Any
    name: str
    text: str

    @property
    def key(self) -> str:
        """The same for values that JSON Schema holds for equal, such as 1 and 1.0."""
        value = self.value
        return json.dumps(int(value) if isinstance(value, float) and value.is_integer() else value)


def as_enumeration(
    alternatives: Sequence[Any], names: Sequence[str], *, exactly_one: bool
) -> dict[str, Any] | None:
    """The *alternatives*, called *names*, as one ``enum`` that keeps their names and words; else None.

    *exactly_one*: a value that two of them allow is refused, as by ``oneOf``.
    """
    if not all(map(_is_values, alternatives)):
        return None
    choices: dict[str, _Choice] = {}
    twice: set[str] = set()
    for alternative, name in zip(alternatives, names, strict=True):
        of_one = {choice.key: choice for choice in _choices(alternative, name)}
        twice |= choices.keys() & of_one.keys()
        choices = of_one | choices
    kept = [choice for key, choice in sorted_as(choices, alternatives) if not (exactly_one and key in twice)]
    return _enumeration(kept)


def sorted_as(choices: dict[str, _Choice], alternatives: Sequence[Any]) -> Iterator[tuple[str, _Choice]]:
    """*choices* in the order in which *alternatives* hold them."""
    order = [choice.key for alternative in alternatives for choice in _choices(alternative, "")]
    for key in dict.fromkeys(order):
        yield key, choices[key]


def with_null(alternatives: Sequence[Any]) -> dict[str, Any] | None:
    """One of two *alternatives* with null among its types when the other is null alone; else None."""
    if len(alternatives) != 2:
        return None
    for one, other in (alternatives, alternatives[::-1]):
        if assertions(other) == {"type": "null"} and isinstance(one, dict):
            types = one.get("type")
            listed = types if isinstance(types, list) else [types]
            bound = {"$ref", "const", "enum", "allOf", "anyOf", "oneOf", "not", "if"}
            if None in listed or "null" in listed or not bound.isdisjoint(one):
                return None
            return {**one, "type": [*listed, "null"]}
    return None


def only(schema: dict[str, Any], kept: Sequence[int]) -> dict[str, Any]:
    """The enumeration *schema* with the values at the places *kept* alone, and their names and words."""
    lists = {
        key: [schema[key][place] for place in kept]
        for key in ("enum", NAMES, TEXTS)
        if isinstance(schema.get(key), list) and len(schema[key]) == len(schema["enum"])
    }
    return {**schema, **lists}


def _is_values(schema: Any) -> bool:
    said = assertions(schema)
    if not isinstance(said, dict) or not said.keys() <= {"const", "enum", "type"}:
        return False
    values = [said["const"]] if "const" in said else said.get("enum")
    types = said.get("type", list(_TYPES.values()))
    return isinstance(values, list) and all(
        _TYPES.get(type(value)) in ([types] if isinstance(types, str) else types) for value in values
    )


def _choices(schema: dict[str, Any], name: str) -> Iterator[_Choice]:
    said = words_of(schema)
    text = ". ".join(str(said[key]).strip().rstrip(".") for key in ("title", "description") if key in said)
    text += "." if text else ""
    if "const" in schema:
        yield _Choice(schema["const"], name, text)
        return
    values = schema["enum"]
    names, texts = schema.get(NAMES), schema.get(TEXTS)
    for place, value in enumerate(values):
        yield _Choice(
            value,
            str(names[place]) if isinstance(names, list) and len(names) == len(values) else "",
            str(texts[place]) if isinstance(texts, list) and len(texts) == len(values) else text,
        )


def _enumeration(choices: Sequence[_Choice]) -> dict[str, Any]:
    if not choices:
        return {"not": {}}
    types = {_TYPES[type(choice.value)] for choice in choices}
    made: dict[str, Any] = {"type": types.pop()} if len(types) == 1 else {}
    made["enum"] = [choice.value for choice in choices]
    names = [choice.name for choice in choices]
    if all(names) and len(set(names)) == len(names):
        made[NAMES] = names
    if any(choice.text for choice in choices):
        made[TEXTS] = [choice.text for choice in choices]
    return made
