"""A node of a document with its place: what the builders walk instead of raw values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from cynod_spec.base import pointer as pointers
from cynod_spec.base.errors import DocumentError
from cynod_spec.base.location import SourceLocation
from cynod_spec.base.pointer import Tokens
from cynod_spec.base.suggestions import closest, question
from cynod_spec.model import Schema, Text
from cynod_spec.source.document import Source
from cynod_spec.source.references import target

_ANNOTATIONS = frozenset(
    ("$ref", "title", "description", "summary", "example", "examples", "default", "deprecated", "$comment")
)
_WORDS = {str: "a string", int: "an integer", bool: "true or false", dict: "a mapping", list: "a list"}


@dataclass(slots=True)  # not frozen, for that trebles the price of a node, and lint makes a hundred thousand
class Node:
    """``value`` stands in ``source`` at ``tokens``; nothing changes a node."""

    source: Source
    tokens: Tokens
    value: Any

    @classmethod
    def root(cls, source: Source) -> Node:
        """The document itself."""
        return cls(source, (), source.value)

    @property
    def at(self) -> SourceLocation:
        """Its place."""
        return self.source.place(self.tokens)

    def place(self, key: str) -> SourceLocation:
        """The place of its member *key*."""
        return self.source.place((*self.tokens, key))

    @property
    def pointer(self) -> str:
        """Its RFC 6901 pointer."""
        return pointers.join(self.tokens)

    @property
    def name(self) -> str:
        """The key or index under which it stands."""
        return self.tokens[-1] if self.tokens else ""

    def fail(self, message: str, hint: str = "") -> NoReturn:
        """Refuse the document because of this node."""
        raise DocumentError(message, hint, self.at)

    def get(self, *path: str) -> Node | None:
        """The node below along *path*, following no reference; None when there is none."""
        value = self.value
        for key in path:
            if isinstance(value, dict):
                if key not in value:
                    return None
                value = value[key]
                continue
            try:
                value = pointers.child(value, key)
            except LookupError:
                return None
        return Node(self.source, (*self.tokens, *path), value)

    def need(self, key: str, hint: str = "") -> Node:
        """The member *key*. Raises DocumentError when it is missing."""
        node = self.get(key)
        if node is None:
            self.fail(f"{self.described} lacks the member {key!r}", hint)
        return node

    def members(self, *path: str) -> Iterator[tuple[str, Node]]:
        """The members of the mapping along *path*; none when it is absent."""
        node = self.get(*path)
        if node is not None:
            for key, value in node.mapping().items():
                yield key, Node(self.source, (*node.tokens, key), value)

    def items(self, *path: str) -> Iterator[Node]:
        """The items of the list along *path*; none when it is absent."""
        node = self.get(*path)
        if node is not None:
            for index, value in enumerate(node.list()):
                yield Node(self.source, (*node.tokens, str(index)), value)

    def extension(self, *path: str) -> Node | None:
        """What stands below its ``x-cynod`` along *path*, or None."""
        return self.get("x-cynod", *path)

    def resolved(self) -> Node:
        """The node that it refers to, through any number of ``$ref``; itself when it refers to none."""
        node, seen = self, set()
        while isinstance(node.value, Mapping) and isinstance(node.value.get("$ref"), str):
            if node.tokens in seen:
                self.fail("this reference leads back to itself")
            seen.add(node.tokens)
            node = node.referred()
        return node

    def referred(self) -> Node:
        """The target of its own ``$ref``."""
        tokens = target(self.value["$ref"])
        return Node(self.source, tokens, pointers.resolve(self.source.value, tokens))

    def schema(self) -> Schema:
        """It as a schema, references followed unless more stands beside them than annotations."""
        node = self
        while isinstance(node.value, Mapping) and isinstance(node.value.get("$ref"), str):
            beside = node.value.keys() - _ANNOTATIONS
            if not node.source.value["openapi"].startswith("3.0") and any(
                not k.startswith("x-") for k in beside
            ):
                break
            node = node.referred()
        if isinstance(node.value, bool):
            return Schema({} if node.value else {"not": {}}, node.at)
        return Schema(node.mapping(), node.at)

    def text(self, key: str) -> Text:
        """The words of its member *key* in both languages; empty when absent."""
        node = self.get(key)
        return node.words() if node else Text("")

    def words(self) -> Text:
        """Its own words in both languages."""
        return Text(self.string(), self.source.english.get(pointers.join(self.tokens), ""))

    def string(self) -> str:
        """Its value, a string."""
        if not isinstance(self.value, str):
            self.refuse(str)
        return self.value

    def strings(self) -> tuple[str, ...]:
        """Its value, a list of strings."""
        return tuple(item.string() for item in self.items())

    def integer(self) -> int:
        """Its value, an integer."""
        if not isinstance(self.value, int) or isinstance(self.value, bool):
            self.refuse(int)
        return self.value

    def boolean(self) -> bool:
        """Its value, true or false."""
        if not isinstance(self.value, bool):
            self.refuse(bool)
        return self.value

    def mapping(self) -> Mapping[str, Any]:
        """Its value, a mapping."""
        if not isinstance(self.value, dict):
            self.refuse(dict)
        return self.value

    def list(self) -> list[Any]:
        """Its value, a list."""
        if not isinstance(self.value, list):
            self.refuse(list)
        return self.value

    def one_of(self, allowed: tuple[str, ...]) -> str:
        """Its value, one of *allowed*."""
        if self.value not in allowed:
            other = closest(self.value, allowed) if isinstance(self.value, str) else ""
            hint = "one of " + ", ".join(allowed)
            self.fail(f"{self.described} is {self.value!r}", f"{question(other)} {hint}" if other else hint)
        return self.string()

    def refuse(self, wanted: type) -> NoReturn:
        """Refuse the document because this node is not of the kind *wanted*."""
        is_number = wanted is str and isinstance(self.value, int | float) and not isinstance(self.value, bool)
        hint = "put it between quotes: without them it is a number" if is_number else ""
        self.fail(f"{self.described} must be {_WORDS[wanted]}", hint)

    @property
    def described(self) -> str:
        """How a sentence names it."""
        return pointers.join(self.tokens) or "the document"
