"""The text of a document as its author sees it: lines, where tokens end, the nodes behind pointers."""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Final

from cynod_spec.base.errors import DocumentError
from cynod_spec.base.pointer import Tokens
from cynod_spec.source.reading import MAX_FILE_BYTES, SAVED, Unsaved
from cynod_spec.source.source_map import Position
from cynod_spec.source.text_lines import LINE_BREAK
from cynod_spec.source.yaml_nodes import YamlAlias, YamlList, YamlMapping, YamlNode, YamlScalar, compose

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
    def root(self) -> YamlNode | None:
        """The tree of its nodes, with the place of each."""
        if len(self.text) > _MAX_CHARACTERS:
            return None
        try:
            return compose(self.text)
        except DocumentError:
            return None

    @cached_property
    def _lengths(self) -> dict[Position, int]:
        """Where each node begins → its characters; a key comes before the mapping that it opens."""
        found: dict[Position, int] = {}
        for node in self.root.all() if self.root is not None else ():
            if isinstance(node, YamlScalar):
                found[node.at] = node.end - node.start
            else:
                found.setdefault(node.at, node.end - node.start)
        return found

    def end(self, line: int, column: int) -> Position:
        """Where the node that begins at *line* and *column* ends: on the same line, for an excerpt."""
        written = self.lines[line - 1] if line <= len(self.lines) else ""
        simple = _SIMPLE.match(written, column - 1)
        if simple:
            return line, simple.end() + 1
        length = self._lengths.get((line, column))
        if length is None:
            word = _WORD.match(written, column - 1)
            length = len(word[0]) if word else 1
        return line, max(min(column + length, len(written) + 1), column)

    def find(self, tokens: Tokens) -> list[YamlNode] | None:
        """The nodes on the way to *tokens*, the root first; None behind an alias or a merge key."""
        node = self.root
        way = [node] if node is not None else []
        for token in tokens:
            node = _child(node, token)
            if node is None or isinstance(node, YamlAlias):
                return None
            way.append(node)
        return way or None


@lru_cache(4)
def _read(file: str, *state: int) -> SourceText:
    """The text of *file* in its present *state*."""
    try:
        with Path(file).open("rb") as content:
            return SourceText(content.read(MAX_FILE_BYTES).decode("utf-8-sig", "replace"))
    except OSError:
        return SourceText("")


def _child(node: YamlNode | None, token: str) -> YamlNode | None:
    if isinstance(node, YamlMapping):
        return next(
            (value for key, value in node.pairs if isinstance(key, YamlScalar) and key.value == token), None
        )
    if isinstance(node, YamlList) and token.isdigit() and int(token) < len(node.items):
        return node.items[int(token)]
    return None
