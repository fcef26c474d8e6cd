"""A document that was read: its value, its bytes' hash, and where each of its nodes stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cynod_spec.base import pointer as pointers
from cynod_spec.base.location import At
from cynod_spec.base.pointer import Tokens
from cynod_spec.source.parsing import Marks


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
    ``moves`` says of each part of another file, once the files are one, where it stood and where it stands.
    """

    file: str
    sha256: str
    value: Mapping[str, Any]
    marks: Marks = field(repr=False)
    english: Mapping[str, str] = field(default_factory=dict, repr=False)
    beside: Mapping[str, str] = field(default_factory=dict, repr=False)
    unread: tuple[str, ...] = ()
    moves: tuple[tuple[Tokens, Tokens], ...] = field(default=(), repr=False)

    def origin(self, tokens: Tokens) -> Tokens:
        """Where the node at *tokens* stood before the files became one."""
        above = [(old, new) for old, new in self.moves if tokens[: len(new)] == new]
        if not above:
            return tokens
        old, new = max(above, key=lambda move: len(move[1]))
        return (*old, *tokens[len(new) :])

    def at(self, pointer: str) -> At:
        """Where the node at *pointer* stands: its key in a mapping, itself in a list.

        The nearest place above is given for a pointer that leads nowhere.
        """
        return self.place(pointers.split(pointer))

    def place(self, tokens: Iterable[str]) -> At:
        """The same for unescaped *tokens*."""
        tokens = tuple(tokens)
        value: Any = self.value
        passed: list[tuple[Any, str | int]] = []
        for token in tokens:
            key = int(token) if isinstance(value, list) and token.isdigit() else token
            passed.append((value, key))
            try:
                value = value[key]
            except (LookupError, TypeError):
                break
        for container, key in reversed(passed):
            known = self.marks.get(id(container))
            if known is not None and key in known[1]:
                return At(known[0], pointers.join(tokens), *known[1][key])
            below = self.marks.get(id(_child(container, key)))  # a part of another file has no key in its own
            if below is not None and below[1]:
                return At(below[0], pointers.join(tokens), *min(below[1].values()))
        return At(self.file, pointers.join(tokens), 1, 1)


def _child(container: Any, key: str | int) -> Any:
    try:
        return container[key]
    except (LookupError, TypeError):
        return None
