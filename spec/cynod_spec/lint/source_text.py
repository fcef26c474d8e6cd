"""The text of a document as its author sees it: lines, where tokens end, the nodes behind pointers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Final

import yaml

from cynod_spec.base.pointer import Tokens
from cynod_spec.source.parsing import MAX_DEPTH
from cynod_spec.source.reading import MAX_FILE_BYTES, SAVED, Unsaved
from cynod_spec.source.yaml_events import LINE_BREAK, events

_MAX_CHARACTERS: Final = 4_000_000  # characters; the tree of a longer text would take too much memory
_WORD = re.compile(r"[^\s:,{}\[\]]+")
_SIMPLE = re.compile(
    r""""(?:[^"\\]|\\.)*+"|'(?:[^']|'')*+'|[\w$/.-]++(?=:(?: |$))"""
)  # a node whose end is plain to see


class SourceText:
    """The text of one file. ``root`` is its tree of YAML nodes, None when it is no YAML."""

    def __init__(self, text: str) -> None:
        self.text = text

    @classmethod
    def of(cls, file: str, unsaved: Unsaved = SAVED) -> SourceText:
        """The text of *file* as far as it can be read; nothing is an error here."""
        try:
            if unsaved and (text := unsaved.get(Path(file).resolve())) is not None:
                return cls(text)
            state = Path(file).stat()
        except (OSError, ValueError):
            return cls("")
        return _read(file, state.st_mtime_ns, state.st_size)

    @cached_property
    def lines(self) -> list[str]:
        """Its lines, without their ends."""
        return LINE_BREAK.split(self.text) if "\r" in self.text else self.text.split("\n")

    @cached_property
    def root(self) -> Any:
        """The tree of YAML nodes, with the place of each."""
        if len(self.text) > _MAX_CHARACTERS:
            return None
        try:
            return _composed(events(self.text))
        except (yaml.YAMLError, LookupError):
            return None

    @cached_property
    def _ends(self) -> dict[tuple[int, int], tuple[int, int]]:
        """Where each node begins → where it ends, from 1; a key comes before the mapping that it opens."""
        found: dict[tuple[int, int], tuple[int, int]] = {}
        for node in _nodes(self.root):
            start, end = node.start_mark, node.end_mark
            place = (start.line + 1, start.column + 1)
            if isinstance(node, yaml.ScalarNode):
                found[place] = (end.line + 1, end.column + 1)
            else:
                found.setdefault(place, (end.line + 1, end.column + 1))
        return found

    def end(self, line: int, column: int) -> tuple[int, int]:
        """Where the node that begins at *line* and *column* ends: on the same line, for an excerpt."""
        written = self.lines[line - 1] if line <= len(self.lines) else ""
        simple = _SIMPLE.match(written, column - 1)
        if simple:
            return line, simple.end() + 1
        known = self._ends.get((line, column))
        if known is None:
            word = _WORD.match(written, column - 1)
            known = (line, word.end() + 1 if word else column + 1)
        end = known[1] if known[0] == line else len(written) + 1
        return line, max(min(end, len(written) + 1), column)

    def find(self, tokens: Tokens) -> list[Any] | None:
        """The nodes on the way to *tokens*, the root first; None behind an alias or a merge key."""
        node = self.root
        way = [node]
        for token in tokens:
            below = _child(node, token)
            if below is None or not _holds(node, below):
                return None
            way.append(below)
            node = below
        return way


@lru_cache(4)
def _read(file: str, *state: int) -> SourceText:
    """The text of *file* in its present *state*."""
    try:
        with Path(file).open("rb") as content:
            return SourceText(content.read(MAX_FILE_BYTES).decode("utf-8-sig", "replace"))
    except OSError:
        return SourceText("")


def _composed(events: Iterable[Any]) -> Any:
    """The tree that *events* describe, None when it is too deep; PyYAML's own composer has no such bound."""
    root: list[Any] = []
    open_nodes: list[Any] = []
    keys: list[Any] = []
    anchors: dict[str, Any] = {}
    for event in events:
        node: Any
        start: Any = event.start_mark
        end: Any = event.end_mark
        anchor: str = getattr(event, "anchor", None) or ""
        if isinstance(event, yaml.CollectionEndEvent):
            open_nodes.pop().end_mark = end
            keys.pop()
            continue
        if isinstance(event, yaml.AliasEvent):
            node = anchors[anchor]
        elif isinstance(event, yaml.ScalarEvent):
            node = yaml.ScalarNode("", event.value, start, end, event.style)
        elif isinstance(event, yaml.CollectionStartEvent):
            is_list = isinstance(event, yaml.SequenceStartEvent)
            kind = yaml.SequenceNode if is_list else yaml.MappingNode
            node = kind("", [], start, end, event.flow_style)
        else:
            continue
        if anchor and not isinstance(event, yaml.AliasEvent):
            anchors[anchor] = node
        if not open_nodes:
            root.append(node)
        elif isinstance(open_nodes[-1], yaml.SequenceNode):
            open_nodes[-1].value.append(node)
        elif keys[-1] is None:
            keys[-1] = node
        else:
            open_nodes[-1].value.append((keys[-1], node))
            keys[-1] = None
        if isinstance(event, yaml.CollectionStartEvent):
            open_nodes.append(node)
            keys.append(None)
            if len(open_nodes) > MAX_DEPTH:
                return None
    return root[0] if len(root) == 1 else None


def _child(node: Any, token: str) -> Any:
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if getattr(key, "value", None) == token), None)
    if isinstance(node, yaml.SequenceNode) and token.isdigit() and int(token) < len(node.value):
        return node.value[int(token)]
    return None


def _holds(outer: Any, inner: Any) -> bool:
    """Whether *inner* is written within *outer*; an alias is written elsewhere."""
    return bool(
        outer.start_mark.index <= inner.start_mark.index and inner.end_mark.index <= outer.end_mark.index
    )


def _nodes(root: Any) -> Iterator[Any]:
    waiting = [root] if root is not None else []
    seen: set[int] = set()
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        yield node
        if isinstance(node, yaml.MappingNode):
            waiting.extend(part for pair in node.value for part in pair)
        elif isinstance(node, yaml.SequenceNode):
            waiting.extend(node.value)
