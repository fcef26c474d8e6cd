"""Where each member of a document stands in its files: a tree of the same form as the document."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

Position = tuple[int, int]
"""A line and a column, both from 1."""


@dataclass(slots=True)
class SourceMap:
    """The positions of the members of one mapping or list, and the maps of the mappings and lists in it.

    ``positions`` are by token: the key of a mapping, the index of a list in digits. A member of a mapping
    stands where its key stands. What an alias repeats shares the map of what it repeats.

    >>> document = SourceMap("a.yaml", {"info": (1, 1)}, {"info": SourceMap("a.yaml", {"title": (2, 3)})})
    >>> document.position(("info", "title"))
    ('a.yaml', 2, 3)
    """

    file: str = ""
    positions: dict[str, Position] = field(default_factory=dict)
    below: dict[str, SourceMap] = field(default_factory=dict)

    def at(self, tokens: Iterable[str]) -> SourceMap | None:
        """The map of the container at *tokens*; None where none was read."""
        here: SourceMap | None = self
        for token in tokens:
            if here is None:
                return None
            here = here.below.get(token)
        return here

    def position(self, tokens: Iterable[str]) -> tuple[str, int, int] | None:
        """File, line and column of the node at *tokens*: its key in a mapping, itself in a list.

        That of the first member of a container that has no key in its own file; None where nothing is known.
        """
        *above, last = tokens
        holder = self.at(above)
        if holder is None:
            return None
        if last in holder.positions:
            return holder.file, *holder.positions[last]
        container = holder.below.get(last)
        return container.first() if container is not None else None

    def first(self) -> tuple[str, int, int] | None:
        """File, line and column of the first member; None where there is none."""
        return (self.file, *min(self.positions.values())) if self.positions else None
