"""The type of a value, in words: ``entier``, ``chaîne ou nul``, ``liste : entier``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from cynod_generators.ir.schemas import Part, SchemaQueries
from cynod_generators.targets.docs.schema_tables import values
from cynod_generators.targets.docs.schema_tables.values import Value
from cynod_spec.i18n.catalogue import Texts

_MAX_DEPTH: Final = 16
_LAST: Final = "null array"  # the items of an array fill the rest of the text, so it comes last
_OF_PYTHON: Final = {
    bool: "boolean",
    int: "integer",
    float: "number",
    str: "string",
    list: "array",
    dict: "object",
    type(None): "null",
}

Names = tuple[str, ...]
"""Names of JSON Schema types; empty when no value is valid."""


class TypeNames:
    """Names the types of values in the language of a catalogue."""

    def __init__(self, schemas: SchemaQueries, words: Texts) -> None:
        self._schemas = schemas
        self._words = words
        self._known: dict[str, Names | None] = {}  # types of an alternative, by its pointer

    def of(self, value: Value) -> str:
        """The types that *value* may have; an array includes the type of its items."""
        return self._in_words(value, 0)

    def _in_words(self, value: Value, depth: int) -> str:
        names = self._names(value, depth)
        if names is None:
            return str(self._words.kind_any)
        if not names:
            return str(self._words.kind_never)
        order = sorted(names, key=_LAST.find)
        told = [self._list(value, depth) if name == "array" else self._word(name) for name in order]
        return str(self._words.alternative.join([", ".join(told[:-1]), told[-1]] if told[1:] else told))

    def _word(self, name: str) -> str:
        return str(getattr(self._words, f"kind_{name}", name))

    def _list(self, value: Value, depth: int) -> str:
        held = items(value.all_parts)
        if held is None or depth > _MAX_DEPTH:
            return str(self._words.kind_array)
        return str(self._words.list_of.format(self._in_words(values.read(self._schemas, [held]), depth + 1)))

    def _names(self, value: Value, depth: int) -> Names | None:
        """The types that *value* may have; None when the document does not say."""
        if value.is_never:
            return ()
        found: Names | None = None
        for part in value.parts:
            for stated in (_stated(part[0]), *self._of_unions(part, depth)):
                found = stated if found is None else found if stated is None else _both(found, stated)
        return _guessed(value.parts) if found is None else found

    def _of_unions(self, part: Part, depth: int) -> Iterable[Names | None]:
        """For each union in *part*, the types that its alternatives have together."""
        for keyword in values.UNIONS if depth <= _MAX_DEPTH else ():
            listed = part[0].get(keyword)
            if not isinstance(listed, list) or not listed:
                continue
            found: list[str] | None = []
            for index, each in enumerate(listed):
                names = self._of_alternative(each, f"{part[1]}/{keyword}/{index}", depth)
                found = None if found is None or names is None else [*found, *names]
            yield None if found is None else tuple(dict.fromkeys(found))

    def _of_alternative(self, schema: Any, pointer: str, depth: int) -> Names | None:
        if pointer not in self._known:
            self._known[pointer] = None  # for an alternative that contains itself
            self._known[pointer] = self._names(values.read(self._schemas, [(schema, pointer)]), depth + 1)
        return self._known[pointer]


def items(parts: Iterable[Part]) -> tuple[Any, str] | None:
    """The schema of the items of a list, and its pointer; None when *parts* describe none."""
    for part, at in parts:
        if isinstance(part.get("items"), Mapping):
            return part["items"], at + "/items"
    return None


def _stated(schema: Mapping[str, Any]) -> Names | None:
    """The types that *schema* names, or those of its constants."""
    kinds = schema.get("type")
    if isinstance(kinds, str):
        return (kinds,)
    if isinstance(kinds, list):
        return tuple(kind for kind in kinds if isinstance(kind, str))
    if "const" in schema:
        return (_OF_PYTHON.get(type(schema["const"]), "null"),)
    if isinstance(schema.get("enum"), list):
        return tuple(dict.fromkeys(_OF_PYTHON.get(type(each), "null") for each in schema["enum"]))
    return None


def _guessed(parts: Iterable[Part]) -> Names | None:
    """The type implied by schemas without one that describe members or items; None without such."""
    for part, _ in parts:
        if isinstance(part.get("properties"), Mapping):
            return ("object",)
        if isinstance(part.get("items"), Mapping) or isinstance(part.get("prefixItems"), list):
            return ("array",)
    return None


def _both(first: Names, second: Names) -> Names:
    """The types in both; an integer is a number."""
    narrowed = ["integer" if name == "number" and name not in second else name for name in first]
    allowed = {*second, "integer"} if "number" in second else {*second}
    return tuple(dict.fromkeys(name for name in narrowed if name in allowed))
