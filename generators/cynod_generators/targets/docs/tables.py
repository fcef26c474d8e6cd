"""Schemas as flat tables: one row a member, with its type, its bounds and its description."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from markupsafe import Markup

from cynod_generators.schemas import Property, Schemas
from cynod_generators.targets.docs.bounds import phrases
from cynod_generators.targets.docs.edition import Edition
from cynod_generators.targets.docs.parameters import as_shown
from cynod_spec.model import Parameter, Schema

_DEEPEST: Final = 6
_MOST: Final = 1000  # rows: schemas that refer to each other may unfold without end


@dataclass(frozen=True, slots=True)
class Row:
    """A member or a parameter. *prefix* leads to it; *place* is a parameter's, or a member's alternative."""

    prefix: str
    name: str
    place: str
    required: bool
    kind: str
    bounds: tuple[Markup, ...]
    description: Markup
    sent: str = ""  # how a value of a parameter goes on the wire, where it is more than its own text


class Tables:
    """Tables of one edition."""

    def __init__(self, edition: Edition) -> None:
        self._edition = edition
        self._schemas = Schemas(edition.contract)

    def members(self, schema: Schema) -> tuple[Row, ...]:
        """The members of the values of *schema* at every depth, outermost first."""
        return tuple(islice(self._rows(schema.value, schema.pointer, "", ()), _MOST))

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
                sent=as_shown(self._edition.contract, each),
            )
            for each in parameters
        )

    def _rows(self, value: Any, pointer: str, prefix: str, within: tuple[str, ...]) -> Iterator[Row]:
        if pointer in within or len(within) > _DEEPEST:
            return
        certain = self._schemas.properties(value, pointer)
        yield from self._described_members(certain, prefix, "", (*within, pointer))
        found = bool(certain)
        for each, at, variant in self._alternatives(value, pointer):
            own = {k: v for k, v in self._schemas.properties(each, at).items() if k not in certain}
            yield from self._described_members(own, prefix, variant, (*within, pointer))
            found = found or bool(own)
        if not prefix and not found:
            below, where, lists = self._innermost(value, pointer)
            if lists:
                yield from self._rows(below, where, "[]" * lists + ".", (*within, pointer))

    def _described_members(
        self, members: Mapping[str, Property], prefix: str, variant: str, within: tuple[str, ...]
    ) -> Iterator[Row]:
        for name, member in members.items():
            yield Row(
                prefix=prefix,
                name=name,
                place=variant,
                required=member.required,
                kind=self.kind(member.schema, member.pointer),
                bounds=self.bounds(member.schema, member.pointer),
                description=self._described(member.schema, member.pointer),
            )
            below, where, lists = self._innermost(member.schema, member.pointer)
            yield from self._rows(below, where, f"{prefix}{name}{'[]' * lists}.", within)

    def _alternatives(self, value: Any, pointer: str) -> Iterator[tuple[Any, str, str]]:
        """Each alternative in *value*, its pointer, and which it is in words when there are several."""
        for part, at in self._schemas.parts(value, pointer):
            for keyword in ("oneOf", "anyOf"):
                listed = part.get(keyword)
                alternatives = listed if isinstance(listed, list) else []
                for number, each in enumerate(alternatives):
                    several = len(alternatives) > 1
                    words = (
                        self._edition.words.variant.format(number + 1, len(alternatives)) if several else ""
                    )
                    yield each, f"{at}/{keyword}/{number}", words

    def _items(self, value: Any, pointer: str) -> tuple[Any, str] | None:
        """The schema of the items of a list, and its pointer; None when *value* describes no list."""
        listed = ((part["items"], at) for part, at in self._schemas.parts(value, pointer) if "items" in part)
        return next(((items, at + "/items") for items, at in listed), None)

    def _innermost(self, value: Any, pointer: str) -> tuple[Any, str, int]:
        """What lists of lists hold in the end, and how many lists there are."""
        for lists in range(_DEEPEST):
            items = self._items(value, pointer)
            if items is None:
                return value, pointer, lists
            value, pointer = items
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
        items = self._items(value, pointer)
        return str(words.list_of.format(self.kind(*items)) if items else kind)

    def bounds(self, value: Any, pointer: str) -> tuple[Markup, ...]:
        """What limits the values of a schema, each a phrase."""
        merged: dict[str, Any] = {}
        for part, _ in self._schemas.parts(value, pointer):
            for keyword, each in part.items():
                merged.setdefault(keyword, each)
        return tuple(phrases(merged, self._edition.words))


def _constants(schema: Mapping[str, Any]) -> Iterator[Any]:
    if "const" in schema:
        yield schema["const"]
    elif isinstance(schema.get("enum"), list):
        yield from schema["enum"]


def _type_of(value: Any) -> str:
    kinds = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}
    return kinds.get(type(value), "null")
