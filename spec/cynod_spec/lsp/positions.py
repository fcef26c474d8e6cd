"""Indexes into a text ↔ the protocol's positions, whose columns count UTF-16 units by default."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property
from itertools import accumulate
from typing import Final

from lsprotocol import types

from cynod_spec.source.text_lines import LINE_BREAK

Encoding = types.PositionEncodingKind | str
_WIDE: Final = {
    types.PositionEncodingKind.Utf16: re.compile("[\U00010000-\U0010ffff]"),
    types.PositionEncodingKind.Utf8: re.compile("[^\x00-\x7f]"),
}


class Lines:
    """One text, as the protocol counts it. *marked*: before it stands a byte order mark, no part of it."""

    def __init__(self, text: str, encoding: Encoding, *, marked: bool = False) -> None:
        self.text = text
        self._encoding = types.PositionEncodingKind(encoding)
        self._mark = (3 if self._encoding is types.PositionEncodingKind.Utf8 else 1) if marked else 0

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(each.end() for each in LINE_BREAK.finditer(self.text))]

    @cached_property
    def _wide(self) -> tuple[list[int], list[int]]:
        """Where characters of more than one unit stand, and how many more units there are up to each."""
        pattern = _WIDE.get(self._encoding)
        found = list(pattern.finditer(self.text)) if pattern else []
        more = (self._units(each[0]) - 1 for each in found)
        return [each.start() for each in found], [0, *accumulate(more)]

    def _units(self, character: str) -> int:
        if self._encoding is types.PositionEncodingKind.Utf8:
            return len(character.encode("utf-8", "replace"))
        return 2

    def _more(self, index: int) -> int:
        places, more = self._wide
        return more[bisect_right(places, index - 1)]

    def position(self, index: int) -> types.Position:
        """The position of the character at *index*."""
        index = max(0, min(index, len(self.text)))
        line = bisect_right(self._starts, index) - 1
        start = self._starts[line]
        units = index - start + self._more(index) - self._more(start)
        return types.Position(line, units + (0 if line else self._mark))

    def index(self, position: types.Position) -> int:
        """The index of *position*; the end of its line, or of the text, when it lies behind."""
        if position.line >= len(self._starts):
            return len(self.text)
        low = start = self._starts[position.line]
        is_last = position.line + 1 == len(self._starts)
        high = len(self.text) if is_last else self._starts[position.line + 1] - 1
        if not is_last and self.text[high - 1 : high + 1] == "\r\n":
            high -= 1
        units = position.character - (0 if position.line else self._mark)
        base = self._more(start)
        while low < high:
            middle = (low + high) // 2
            if middle - start + self._more(middle) - base < units:
                low = middle + 1
            else:
                high = middle
        return low

    def range(self, start: int, end: int) -> types.Range:
        """The range from one index up to another."""
        return types.Range(self.position(start), self.position(end))

    def written_at(self, line: int, column: int) -> int:
        """The index of *line* and *column* as lint counts them: in characters, both from 1."""
        starts = self._starts
        return min(starts[min(line, len(starts)) - 1] + column - 1, len(self.text))
