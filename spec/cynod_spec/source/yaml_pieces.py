"""The text of a YAML or JSON document as pieces: where each node begins and ends, as it was written.

Unlike libyaml's own marks, a block ends with its last character, and an alias is a piece of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

import yaml

from cynod_spec.source.parsing import MAX_DEPTH
from cynod_spec.source.yaml_events import events

Kind = Literal["scalar", "list", "map", "alias"]


@dataclass(slots=True)
class Piece:
    """One node. ``start`` and ``end``: of its text, with its anchor and tag; ``column`` from 0.

    ``style`` is a scalar's quote or block indicator, ``value`` its text or an alias's name; ``items`` are of
    a list, ``pairs`` of a mapping. ``is_flow``: a list or mapping in brackets or braces.
    """

    kind: Kind
    start: int
    end: int
    column: int
    style: str | None = None
    value: str = ""
    is_flow: bool = False
    anchor: str = ""
    items: list[Piece] = field(default_factory=list)
    pairs: list[tuple[Piece, Piece]] = field(default_factory=list)
    key: Piece | None = None  # a key whose value is still to come

    def add(self, piece: Piece) -> None:
        """One more piece in a list or a mapping: an item, or a key or its value."""
        if self.kind == "list":
            self.items.append(piece)
        elif self.key is None:
            self.key = piece
        else:
            self.pairs.append((self.key, piece))
            self.key = None

    def all(self) -> Iterator[Piece]:
        """It and every piece within it."""
        waiting = [self]
        while waiting:
            piece = waiting.pop()
            yield piece
            waiting += piece.items
            for key, value in piece.pairs:
                waiting += (key, value)


def pieces(text: str) -> Piece | None:
    """The root of *text*; None when it is no single document of YAML, or deeper than one may be."""
    roots: list[Piece] = []
    above: list[Piece] = []
    try:
        for event in events(text):
            if isinstance(event, yaml.CollectionEndEvent):
                _close(above.pop(), event)
            elif isinstance(event, yaml.NodeEvent):
                piece = _piece(event, text)
                if above:
                    above[-1].add(piece)
                else:
                    roots.append(piece)
                if isinstance(event, yaml.CollectionStartEvent):
                    above.append(piece)
                if len(above) > MAX_DEPTH:
                    return None
    except yaml.YAMLError:
        return None
    return roots[0] if len(roots) == 1 else None


def line_end(text: str, index: int) -> int:
    """Where the line of *index* ends: behind a comment that stands on it, before its line break."""
    found = text.find("\n", index)
    end = len(text) if found < 0 else found
    return end - 1 if end > index and text[end - 1] == "\r" else end


def line_start(text: str, index: int) -> int:
    """Where the line of *index* begins."""
    return text.rfind("\n", 0, index) + 1


def _piece(event: Any, text: str) -> Piece:
    start, end, column = event.start_mark.index, event.end_mark.index, event.start_mark.column
    anchor = event.anchor or ""
    if isinstance(event, yaml.AliasEvent):
        return Piece("alias", start, end, column, value=anchor)
    if isinstance(event, yaml.ScalarEvent):
        if event.style in ("|", ">"):
            end = _block_end(text, start, end)
        return Piece("scalar", start, end, column, event.style or None, event.value, anchor=anchor)
    kind: Kind = "list" if isinstance(event, yaml.SequenceStartEvent) else "map"
    return Piece(kind, start, end, column, is_flow=bool(event.flow_style), anchor=anchor)


def _block_end(text: str, start: int, end: int) -> int:
    """Behind the last character of a block scalar; with ``+``, behind its empty lines but the last break."""
    header = text[start : line_end(text, start)].partition("#")[0]
    if "+" in header:
        return end - 1 if text[end - 1 : end] == "\n" else end
    return start + len(text[start:end].rstrip())


def _close(piece: Piece, event: Any) -> None:
    if piece.is_flow:
        piece.end = event.end_mark.index
        return
    children = piece.items or [part for pair in piece.pairs for part in pair]
    if children:
        piece.end = max(child.end for child in children)
