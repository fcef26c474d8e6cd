"""Every text of a document that partners read: what overlays translate, and what may mention other parts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from cynod_spec.lint.walking import Walked
from cynod_spec.model import At, Text
from cynod_spec.node import Node
from cynod_spec.pointer import join

_TEXTS: Final = ("title", "summary", "description")
_OWN_TEXTS: Final = (*_TEXTS, "text", "unchecked", "provoke", "unprovokable")
"""Likewise below ``x-cynod``."""
_NAMES: Final = ("request", "answer", "members", "states", "types", "headers")
"""The mappings below ``x-cynod`` whose keys are names, which may be those of texts."""
_MESSAGE: Final = ("code", "message")


@dataclass(frozen=True, slots=True)
class Place:
    """A text, and the node that holds it under ``key``."""

    holder: Node
    key: str
    text: Text

    @property
    def at(self) -> At:
        """Where it stands."""
        return self.holder.place(self.key)

    @property
    def described(self) -> str:
        """How a sentence names it: its key, and the pointer of what it is about."""
        return f"{self.key} of {self.holder.pointer or 'the document'}"


def places(root: Node, walked: Walked) -> Iterator[Place]:
    """Every text for partners, in the document's order; empty ones and values of examples aside."""
    english = root.source.english
    for holder in walked.mappings:
        for key in _keys(holder):
            value = holder.value.get(key)
            if isinstance(value, str) and value.strip():
                yield Place(holder, key, Text(value, english.get(join((*holder.tokens, key)), "")))


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
