"""What the comparison of two shapes yields: differences of their own, and pairs of schemas below them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from cynod_spec.diff.changes import Word
from cynod_spec.diff.schemas.meaning import Meanings
from cynod_spec.diff.schemas.shape import Nodes, SchemaShape, Types
from cynod_spec.source.node import Node


@dataclass(frozen=True, slots=True)
class SchemaDifference:
    """A difference: its rule, its places, its words, and the member below that it is about."""

    rule: str
    old: Node
    new: Node
    words: Mapping[str, Word] = field(default_factory=dict)
    below: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SchemasBelow:
    """Schemas of both documents that describe the same value, ``path`` below the ones compared.

    ``within``: the types of the values that they are compared for; None for any.
    """

    path: tuple[str, ...]
    old: Nodes
    new: Nodes
    within: Types | None = None


Differences = Iterator[SchemaDifference | SchemasBelow]


@dataclass(frozen=True, slots=True)
class ShapePair:
    """The shapes of one value in both documents.

    ``covers``: see ``Coverage``.
    """

    old: SchemaShape
    new: SchemaShape
    meanings: Meanings
    covers: Callable[[Nodes, Nodes, Types | None, bool], bool]

    def places(self, *keywords: str) -> tuple[Node, Node]:
        """Where one of *keywords* stands on each side, or the side's home."""
        return self.old.place(*keywords), self.new.place(*keywords)
