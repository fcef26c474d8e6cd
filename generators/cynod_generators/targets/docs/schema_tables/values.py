"""One value of the document, with every schema that describes it, through ``$ref`` and ``allOf``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from cynod_generators.ir.schemas import Part, SchemaQueries

UNIONS: Final = ("oneOf", "anyOf")
_NULL: Final = ({"type": "null"}, {"type": ["null"]}, {"const": None}, {"enum": [None]})
_MAX_NESTED_UNIONS: Final = 16


@dataclass(frozen=True, slots=True)
class Value:
    """A value and its schemas.

    ``parts`` apply to every value, ``unless_null`` to those that are not null. ``is_never``: the schema
    ``false`` is among them, so no value is valid. ``pointer`` is that of the first schema.
    """

    pointer: str
    parts: tuple[Part, ...]
    unless_null: tuple[Part, ...]
    is_never: bool

    @property
    def all_parts(self) -> tuple[Part, ...]:
        """Everything that describes the value when it is not null."""
        return self.parts + self.unless_null


def read(schemas: SchemaQueries, described_by: Iterable[tuple[Any, str]]) -> Value:
    """The value that all schemas of *described_by* (schema, pointer) describe together."""
    listed = list(described_by)
    parts: dict[str, Part] = {}
    for schema, pointer in listed:
        for part in schemas.parts(schema, pointer):
            parts.setdefault(part[1], part)
    unless_null: dict[str, Part] = {}
    _add_only_alternatives(schemas, parts.values(), unless_null, 0)
    return Value(
        pointer=listed[0][1],
        parts=tuple(parts.values()),
        unless_null=tuple(part for at, part in unless_null.items() if at not in parts),
        is_never=any(schema is False for schema, _ in listed) or any(map(_has_false, parts.values())),
    )


def alternatives(part: Part) -> Iterator[tuple[str, list[tuple[Any, str]]]]:
    """Each keyword of *part* that lists alternatives, with those but ``null``, each with its pointer."""
    schema, pointer = part
    for keyword in UNIONS:
        listed = schema.get(keyword)
        if isinstance(listed, list) and listed:
            named = ((each, f"{pointer}/{keyword}/{index}") for index, each in enumerate(listed))
            yield keyword, [(each, at) for each, at in named if not _is_null(each)]


def choices(value: Value) -> Iterator[tuple[Part, str, list[tuple[Any, str]]]]:
    """Each list of several alternatives that *value* has: its schema, its keyword, and the alternatives."""
    for part in value.all_parts:
        for keyword, listed in alternatives(part):
            if len(listed) > 1:
                yield part, keyword, listed


def _add_only_alternatives(
    schemas: SchemaQueries, parts: Iterable[Part], found: dict[str, Part], depth: int
) -> None:
    """Add to *found* the schemas of unions that have one alternative besides null."""
    for part in parts if depth < _MAX_NESTED_UNIONS else ():
        for _, listed in alternatives(part):
            if len(listed) == 1:
                below = [each for each in schemas.parts(*listed[0]) if each[1] not in found]
                found.update((each[1], each) for each in below)
                _add_only_alternatives(schemas, below, found, depth + 1)


def _has_false(part: Part) -> bool:
    listed = part[0].get("allOf")
    return isinstance(listed, list) and any(each is False for each in listed)


def _is_null(schema: Any) -> bool:
    if not isinstance(schema, Mapping):
        return False
    return {key: each for key, each in schema.items() if key in ("type", "const", "enum")} in _NULL
