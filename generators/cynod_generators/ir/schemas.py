"""Queries over the schemas of a contract: types, defaults, constants, required members."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from cynod_spec.base import pointer as pointers
from cynod_spec.model import Contract, Schema
from cynod_spec.schema.composition import parts
from cynod_spec.schema.sample import sample

_MAX_DEPTH = 32

Part = tuple[Mapping[str, Any], str]
"""A schema that describes a value, by itself or with others (``$ref``, ``allOf``), and its JSON Pointer."""


@dataclass(frozen=True, slots=True)
class Property:
    """A member that an object schema declares."""

    schema: Any
    pointer: str
    required: bool


def declared(parts: Iterable[Part]) -> dict[str, Property]:
    """The members that *parts* of one schema declare together."""
    found: dict[str, Property] = {}
    required: set[str] = set()
    for part, at in parts:
        names = part.get("required")
        if isinstance(names, list):
            required.update(name for name in names if isinstance(name, str))
        members = part.get("properties")
        if isinstance(members, Mapping):
            for name, schema in members.items():
                there = at + "/properties/" + pointers.escape(name)
                found.setdefault(name, Property(schema, there, required=False))
    return {name: replace(each, required=name in required) for name, each in found.items()}


@dataclass(frozen=True, slots=True)
class MemberPath:
    """A path to a member through alternatives (``oneOf``, ``anyOf``).

    ``taken``: the alternatives chosen on the way, as (instance path, schema, pointer). ``ends``: the pointers
    of the schemas that describe the member itself.
    """

    ends: tuple[str, ...]
    taken: tuple[tuple[tuple[str, ...], Any, str], ...]


class SchemaQueries:
    """Queries over the schemas of *contract*; ``$ref`` and ``allOf`` are followed."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract

    def kind(self, schema: Schema) -> str:
        """The type of the values of *schema*; ``string`` when it names none."""
        for part, _ in self.parts(schema.value, schema.pointer):
            kinds = part.get("type")
            for kind in [kinds] if isinstance(kinds, str) else kinds if isinstance(kinds, list) else ():
                if isinstance(kind, str) and kind != "null":
                    return kind
        return "string"

    def default(self, schema: Schema) -> Any:
        """The default of *schema*, or None."""
        return next(
            (p["default"] for p, _ in self.parts(schema.value, schema.pointer) if "default" in p), None
        )

    def constant(self, schema: Schema) -> tuple[bool, Any]:
        """Whether *schema* has a constant value (const, enum, example or default), and that value."""
        for part, _ in self.parts(schema.value, schema.pointer):
            if "const" in part:
                return True, part["const"]
            for keyword in ("enum", "examples"):
                if isinstance(part.get(keyword), list) and part[keyword]:
                    return True, part[keyword][0]
            for keyword in ("default", "example"):
                if keyword in part:
                    return True, part[keyword]
        return False, None

    def properties(self, value: Any, pointer: str) -> dict[str, Property]:
        """The members that an object schema declares, ``allOf`` included."""
        return declared(self.parts(value, pointer))

    def requires(self, schema: Schema, path: tuple[str, ...]) -> bool:
        """Whether every token of *path* is required where it stands in *schema*."""
        value, pointer = schema.value, schema.pointer
        for token in path:
            member = self.properties(value, pointer).get(token)
            if member is None or not member.required:
                return False
            value, pointer = member.schema, member.pointer
        return True

    def unnamed(self, schema: Schema, named: Iterable[tuple[str, ...]]) -> list[tuple[list[str], Any]]:
        """The required members that no path in *named* leads to or through, as (path, valid value)."""
        return list(self._unnamed(schema, schema.value, schema.pointer, (), tuple(named)))

    def _unnamed(
        self, whole: Schema, value: Any, pointer: str, at: tuple[str, ...], named: tuple[tuple[str, ...], ...]
    ) -> Iterator[tuple[list[str], Any]]:
        if at in named or len(at) > _MAX_DEPTH:
            return
        for name, member in self.properties(value, pointer).items():
            path = (*at, name)
            if any(each[: len(path)] == path for each in named):
                yield from self._unnamed(whole, member.schema, member.pointer, path, named)
            elif member.required:
                there = replace(whole.at, pointer=member.pointer)
                part = Schema(member.schema if isinstance(member.schema, Mapping) else {}, there)
                given, constant = self.constant(part)
                yield list(path), constant if given else sample(self._contract, part)

    def member_paths(self, schema: Schema, path: tuple[str, ...]) -> Iterator[MemberPath]:
        """Each way to follow *path* from *schema*, through ``oneOf`` and ``anyOf`` too."""
        return self._ways(schema.value, schema.pointer, path, (), ())

    def _ways(
        self, value: Any, pointer: str, path: tuple[str, ...], at: tuple[str, ...], taken: tuple[Any, ...]
    ) -> Iterator[MemberPath]:
        parts = list(self.parts(value, pointer))
        for part, there in parts if len(taken) < _MAX_DEPTH else ():
            for keyword in ("oneOf", "anyOf"):
                listed = part.get(keyword)
                for index, chosen in enumerate(listed if isinstance(listed, list) else ()):
                    below = f"{there}/{keyword}/{index}"
                    yield from self._ways(chosen, below, path, at, (*taken, (at, chosen, below)))
        if not path:
            yield MemberPath(tuple(there for _, there in parts), taken)
        elif (member := self.properties(value, pointer).get(path[0])) is not None:
            yield from self._ways(member.schema, member.pointer, path[1:], (*at, path[0]), taken)

    def unnamed_along(
        self, schema: Schema, member_path: MemberPath, named: Iterable[tuple[str, ...]]
    ) -> list[tuple[list[str], Any]]:
        """What ``unnamed`` gives for *schema* and for the alternatives taken on *member_path*."""
        known = tuple(named)
        found = self.unnamed(schema, known)
        for at, value, pointer in member_path.taken:
            found += self._unnamed(schema, value, pointer, at, known)
        return found

    def parts(self, value: Any, pointer: str) -> Iterator[Part]:
        """*value*, what it refers to and what it is composed of, each once with its pointer."""
        for part in parts(self._contract.document, value, pointers.split(pointer)):
            yield part.value, part.pointer
