"""Every text of a document that partners read: what overlays translate, and what may mention other parts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from cynod_spec.base.location import SourceLocation
from cynod_spec.base.pointer import Tokens, join
from cynod_spec.model import Text
from cynod_spec.source.node import Node
from cynod_spec.source.traversal import Traversal

_TEXTS: Final = ("title", "summary", "description")
_OWN_TEXTS: Final = (*_TEXTS, "text", "unchecked", "provoke", "unprovokable")
"""Likewise below ``x-cynod``."""
_NAMES: Final = ("request", "answer", "members", "states", "types", "headers")
"""The mappings below ``x-cynod`` whose keys are names, which may be those of texts."""
MAX_ALIAS_MAPPINGS: Final = 100_000  # that aliases of one document repeat and that are looked at
_MESSAGE: Final = ("code", "message")


@dataclass(frozen=True, slots=True)
class TextLocation:
    """A text, and the node that holds it under ``key``."""

    holder: Node
    key: str
    text: Text

    @property
    def at(self) -> SourceLocation:
        """Where it stands."""
        return self.holder.place(self.key)

    def said(self, name: str) -> str:
        """How a sentence names it as what mentions *name*: with its language, where that is English only."""
        return self.key if name in self.text.fr else f"{self.key} in English"

    @property
    def described(self) -> str:
        """How a sentence names it: its key, and the pointer of what it is about."""
        return f"{self.key} of {self.holder.pointer or 'the document'}"


def places(root: Node, traversal: Traversal) -> Iterator[TextLocation]:
    """Every text for partners, in the document's order; empty ones and values of examples aside."""
    for holder in traversal.mappings:
        yield from _of(holder)


def alias_places(traversal: Traversal) -> Iterator[TextLocation]:
    """The same texts at the other places where YAML aliases repeat them: each is translated by itself."""
    known = {id(node.value): node for node in traversal.mappings}
    waiting = [
        (tokens, value)
        for node in traversal.mappings
        for tokens, value in _below(node, known)
        if known[id(value)].tokens != tokens
    ]
    for _ in range(MAX_ALIAS_MAPPINGS):
        if not waiting:
            return
        tokens, value = waiting.pop()
        if id(value) in known:
            yield from _of(Node(known[id(value)].source, tokens, value))
        waiting += [each for each in _members(tokens, value) if isinstance(each[1], dict | list)]


def _below(node: Node, known: Mapping[int, Node]) -> Iterator[tuple[Tokens, Any]]:
    """The *known* mappings directly below *node*, or in its lists and mappings by name."""
    for tokens, value in _members(node.tokens, node.value):
        if id(value) in known:
            yield tokens, value
        elif isinstance(value, dict | list):
            yield from (each for each in _members(tokens, value) if id(each[1]) in known)


def _members(tokens: Tokens, value: Any) -> Iterator[tuple[Tokens, Any]]:
    """The members or items of the container *value* at *tokens*."""
    for key, each in enumerate(value) if isinstance(value, list) else value.items():
        yield (*tokens, str(key)), each


def _of(holder: Node) -> Iterator[TextLocation]:
    """The texts of *holder*."""
    english = holder.source.english
    for key in _keys(holder):
        value = holder.value.get(key)
        if isinstance(value, str) and value.strip():
            yield TextLocation(holder, key, Text(value, english.get(join((*holder.tokens, key)), "")))


def _keys(holder: Node) -> tuple[str, ...]:
    """The members of *holder* that are texts."""
    tokens = holder.tokens
    if tokens[-1:] == ("scopes",) and tokens[-3:-2] == ("flows",):
        return tuple(holder.value)
    if tokens == ("info", "contact"):
        return ("name",)
    if "x-cynod-allow" in tokens:
        return ()
    if "x-cynod" not in tokens:
        return _TEXTS
    return () if tokens[-1] in _NAMES or tokens[-2:] == _MESSAGE else _OWN_TEXTS
