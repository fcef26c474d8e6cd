"""Schemas as flat tables: one row a member, its place, its type and its bounds in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, Final

from markupsafe import Markup, escape

from cynod_generators.schemas import Schemas
from cynod_generators.targets.docs.edition import Edition
from cynod_generators.targets.docs.highlighting import json_text
from cynod_spec.model import Parameter, Schema

_DEEPEST: Final = 8


@dataclass(frozen=True, slots=True)
class Row:
    """A member or a parameter. *prefix* leads to it, *place* is empty for a member."""

    prefix: str
    name: str
    place: str
    required: bool
    kind: str
    bounds: tuple[Markup, ...]
    description: Markup


class Tables:
    """Tables of one edition."""

    def __init__(self, edition: Edition) -> None:
        self._edition = edition
        self._schemas = Schemas(edition.contract)

    def members(self, schema: Schema) -> tuple[Row, ...]:
        """The members of the values of *schema* at every depth, outermost first."""
        return tuple(self._rows(schema.value, schema.pointer, "", ()))

    def parameters(self, parameters: tuple[Parameter, ...]) -> tuple[Row, ...]:
        """A row for each of *parameters*."""
        return tuple(
            Row(
                prefix="",
                name=each.name,
                place=str(getattr(self._edition.words, f"in_{each.place}")),
                required=each.required,
                kind=self.kind(each.schema.value, each.schema.pointer),
                bounds=self.bounds(each.schema.value, each.schema.pointer),
                description=self._edition.rich(each.description, each.at)
                or self._described(each.schema.value, each.schema.pointer),
            )
            for each in parameters
        )

    def _rows(self, value: Any, pointer: str, prefix: str, within: tuple[str, ...]) -> Iterator[Row]:
        if pointer in within or len(within) > _DEEPEST:
            return
        seen: set[str] = set()
        for part, at, sure in self._alternatives(value, pointer):
            for name, member in self._schemas.properties(part, at).items():
                if name in seen:
                    continue
                seen.add(name)
                yield Row(
                    prefix=prefix,
                    name=name,
                    place="",
                    required=member.required and sure,
                    kind=self.kind(member.schema, member.pointer),
                    bounds=self.bounds(member.schema, member.pointer),
                    description=self._described(member.schema, member.pointer),
                )
                below, where, listed = self._inner(member.schema, member.pointer)
                steps = f"{prefix}{name}{'[]' * listed}."
                yield from self._rows(below, where, steps, (*within, pointer))
        if not prefix and not seen:
            below, where, listed = self._inner(value, pointer)
            if listed:
                yield from self._rows(below, where, "[]" * listed + ".", (*within, pointer))

    def _alternatives(self, value: Any, pointer: str) -> Iterator[tuple[Any, str, bool]]:
        """*value*, then each of the alternatives in it, of which none is sure to hold."""
        yield value, pointer, True
        for part, at in self._schemas.parts(value, pointer):
            for keyword in ("oneOf", "anyOf"):
                listed = part.get(keyword)
                alternatives = listed if isinstance(listed, list) else []
                for index, each in enumerate(alternatives):
                    yield each, f"{at}/{keyword}/{index}", len(alternatives) == 1

    def _inner(self, value: Any, pointer: str) -> tuple[Any, str, int]:
        """What lists of lists hold in the end, and how many lists there are."""
        for depth in range(_DEEPEST):
            items = next(
                ((part["items"], at) for part, at in self._schemas.parts(value, pointer) if "items" in part),
                None,
            )
            if items is None:
                return value, pointer, depth
            value, pointer = items[0], items[1] + "/items"
        return value, pointer, _DEEPEST

    def _described(self, value: Any, pointer: str) -> Markup:
        found = (self._edition.described(at) for _, at in self._schemas.parts(value, pointer))
        return next((text for text in found if text), Markup(""))

    def kind(self, value: Any, pointer: str) -> str:
        """The type of the values of a schema, in words."""
        words = self._edition.words
        parts = [part for part, _ in self._schemas.parts(value, pointer)]
        stated = next((part["type"] for part in parts if "type" in part), None)
        names = [stated] if isinstance(stated, str) else stated if isinstance(stated, list) else []
        if not names:
            names = [_type_of(each) for part in parts for each in _constants(part)]
        if not names and any("properties" in part or "oneOf" in part for part in parts):
            names = ["object"]
        told = [str(getattr(words, f"kind_{name}", name)) for name in dict.fromkeys(names)]
        kind = words.alternative.join(told) or words.kind_any
        items = next(
            ((part["items"], at) for part, at in self._schemas.parts(value, pointer) if "items" in part), None
        )
        return str(words.list_of.format(self.kind(items[0], items[1] + "/items")) if items else kind)

    def bounds(self, value: Any, pointer: str) -> tuple[Markup, ...]:
        """What limits the values of a schema, each a phrase."""
        merged: dict[str, Any] = {}
        for part, _ in self._schemas.parts(value, pointer):
            for keyword, each in part.items():
                merged.setdefault(keyword, each)
        return tuple(_phrases(merged, self._edition.words))


def _phrases(schema: Mapping[str, Any], words: SimpleNamespace) -> Iterator[Markup]:
    if "const" in schema:
        yield _filled(words.always, _code(schema["const"]))
    if isinstance(schema.get("enum"), list):
        yield _filled(words.one_of, Markup(", ").join(_code(each) for each in schema["enum"]))
    yield from _range(schema, "minimum", "maximum", ("{}", "{}"), words)
    for keyword, phrase in (("exclusiveMinimum", words.above), ("exclusiveMaximum", words.below)):
        if keyword in schema:
            yield _filled(phrase, str(schema[keyword]))
    yield from _range(schema, "minLength", "maxLength", (words.character, words.characters), words)
    yield from _range(schema, "minItems", "maxItems", (words.item, words.items), words)
    if schema.get("uniqueItems") is True:
        yield escape(words.unique)
    for keyword in ("format", "pattern"):
        if isinstance(schema.get(keyword), str):
            yield _filled(getattr(words, keyword), Markup("<code>{}</code>").format(schema[keyword]))
    if "default" in schema:
        yield _filled(words.default, _code(schema["default"]))


def _range(
    schema: Mapping[str, Any], least: str, most: str, units: tuple[str, str], words: SimpleNamespace
) -> Iterator[Markup]:
    """The bounds *least* and *most* in one phrase; *units* are for one and for many."""
    low, high = schema.get(least), schema.get(most)
    if low is None and high is None:
        return
    if low is None or high is None:
        phrase = words.at_most.format(high) if low is None else words.at_least.format(low)
    else:
        phrase = words.between.format(low, high) if low != high else str(low)
    last = low if high is None else high
    yield escape(units[last != 1].format(phrase))


def _filled(phrase: str, value: str) -> Markup:
    return Markup(phrase).format(value)  # the phrase is our own; format escapes the value


def _code(value: Any) -> Markup:
    return Markup("<code>{}</code>").format(json_text(value))


def _constants(schema: Mapping[str, Any]) -> Iterator[Any]:
    if "const" in schema:
        yield schema["const"]
    elif isinstance(schema.get("enum"), list):
        yield from schema["enum"]


def _type_of(value: Any) -> str:
    kinds = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}
    return kinds.get(type(value), "null")
