"""A document that was read: its value, its bytes' hash, and where each of its nodes stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from cynod_spec.base import pointer as pointers
from cynod_spec.base.location import SourceLocation
from cynod_spec.base.pointer import Tokens
from cynod_spec.source.source_map import SourceMap

FILES: Final = "x-files"
"""The member under which the other files of a document are taken in, each by its name."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Which document was read: what reports call it, and the SHA-256 of its bytes in hexadecimal."""

    file: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Source:
    """One OpenAPI document, other files that it refers to included, before it means anything.

    ``english`` maps the pointer of a string to its English words, for each that an overlay translates;
    ``beside`` maps each other file that was read, relative to the document's folder, to its SHA-256.
    ``unread`` names the overlays whose words are missing in ``english`` because they could not be read.
    ``positions`` are those of the files as they were read. ``moves`` says of each part of another file, once
    the files are one, where it stands and where it stood.
    """

    file: str
    sha256: str
    value: Mapping[str, Any]
    positions: SourceMap = field(default_factory=SourceMap, repr=False)
    english: Mapping[str, str] = field(default_factory=dict, repr=False)
    beside: Mapping[str, str] = field(default_factory=dict, repr=False)
    unread: tuple[str, ...] = ()
    moves: Mapping[Tokens, Tokens] = field(default_factory=dict, repr=False)

    def origin(self, tokens: Tokens) -> Tokens:
        """Where the node at *tokens* stood before the files became one."""
        for size in range(len(tokens), 0, -1) if self.moves else ():
            old = self.moves.get(tokens[:size])
            if old is not None:
                return (*old, *tokens[size:])
        return tokens

    @property
    def files(self) -> frozenset[str]:
        """What reports call the files that it was read from."""
        others = self.positions.below.get(FILES, SourceMap()).below
        return frozenset((self.file, *(each.file for each in others.values())))

    def at(self, pointer: str) -> SourceLocation:
        """Where the node at *pointer* stands: its key in a mapping, itself in a list.

        The nearest place above is given for a pointer that leads nowhere.
        """
        return self.place(pointers.split(pointer))

    def place(self, tokens: Iterable[str]) -> SourceLocation:
        """The same for unescaped *tokens*."""
        tokens = tuple(tokens)
        for size in range(len(tokens), 0, -1):
            found = self.positions.position((*self.origin(tokens[: size - 1]), tokens[size - 1]))
            if found is None and self.moves and (part := self.positions.at(self.origin(tokens[:size]))):
                found = part.first()  # of another file: it has no key where it stands
            if found is not None:
                return SourceLocation(found[0], pointers.join(tokens), *found[1:])
        return SourceLocation(self.file, pointers.join(tokens), 1, 1)
