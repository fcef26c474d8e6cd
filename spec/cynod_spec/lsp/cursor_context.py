"""Where one types, read from the lines themselves: a text that is being written seldom parses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_MAX_LINES_BACK: Final = 100_000  # lines looked back at
_KEY = re.compile(
    r"""(?P<lead>\s*(?:-\s+)*)(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<plain>[^\s#'"\[{][^#]*?))\s*:(?:\s|$)"""
)
_LEAD = re.compile(r"\s*(?:-\s+)*")


@dataclass(frozen=True, slots=True)
class CursorContext:
    """``keys`` lead to what is typed: a value of the last of them, or another key below it.

    ``typed`` is what stands before the cursor of the word that begins at ``start``, without its ``quote``.
    """

    keys: tuple[str, ...]
    is_value: bool
    typed: str
    start: int
    quote: str


def place(text: str, index: int) -> CursorContext:
    """Where the cursor at *index* of *text* stands."""
    line_start = max(text.rfind("\n", 0, index), text.rfind("\r", 0, index)) + 1
    before = text[line_start:index]
    lead = _LEAD.match(before)
    indent = len(before) - len(before.lstrip(" "))
    begin = lead.end() if lead else 0
    is_item = before.lstrip().startswith("-")
    above = _above(text[:line_start], indent, begin, is_item=is_item)
    line = _Line(before, begin)
    return CursorContext((*above, *line.keys), line.is_value, line.word, line_start + line.start, line.quote)


def _above(text: str, indent: int, column: int, *, is_item: bool) -> list[str]:
    """The keys of the lines above, in which a line with *indent* and its first key at *column* stands."""
    found: list[str] = []
    for line in reversed(text.splitlines()[-_MAX_LINES_BACK:]):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        edge = len(line) - len(line.lstrip(" "))
        if edge > indent or (edge == indent and not (is_item and not line.lstrip().startswith("-"))):
            continue
        key = _KEY.match(line)
        if key is not None:
            at = key.end("lead")
            if at < column and (at < indent or is_item):
                found.insert(0, key["double"] or key["single"] or key["plain"] or "")
                column = at
        indent, is_item = edge, line.lstrip().startswith("-")
        if indent == 0 and not is_item:
            break
    return found


class _Line:
    """A line up to the cursor, read from its first key on, character by character.

    ``word`` is the one that is being typed: it begins at ``start``, within ``quote`` if that is open.
    """

    def __init__(self, before: str, begin: int) -> None:
        self.keys: list[str] = []  # those that lead to the word, from the line's own on
        self.is_value = False
        self.word, self.start, self.quote = "", begin, ""
        self._brackets: list[tuple[str, int]] = []  # each that is open, and how many keys lead to it
        for at in range(begin, len(before)):
            self._read(before[at], before[at + 1 : at + 2], at)

    def _read(self, char: str, following: str, at: int) -> None:
        """One character at index *at*; *following* is the next, empty at the cursor."""
        is_first = not self.word.strip()
        if self.quote:
            self._quoted(char)
        elif char in "'\"" and is_first:
            self._begin(at)
            self.quote = char
        elif char in "{[" and is_first:
            self._brackets.append((char, len(self.keys)))
            self._begin(at, is_value=char == "[" and bool(self.keys))
        elif char in "}]" and self._brackets:
            del self.keys[self._brackets.pop()[1] :]
            self._begin(at, is_value=True)
        elif char == "," and self._brackets:
            del self.keys[self._brackets[-1][1] :]
            self._begin(at, is_value=self._in_list)
        elif char == ":" and following == " " and not self._in_list:
            self.keys.append(self.word.strip())
            self._begin(at, is_value=True)
        elif char == " " and not self.word:
            self.start = at + 1
        else:
            self.word += char

    def _quoted(self, char: str) -> None:
        if char == self.quote:
            self.quote = ""
        else:
            self.word += char

    def _begin(self, at: int, *, is_value: bool | None = None) -> None:
        """A new word, behind *at*."""
        self.word, self.start = "", at + 1
        self.is_value = self.is_value if is_value is None else is_value

    @property
    def _in_list(self) -> bool:
        """Whether the innermost bracket is a list's, whose items have no keys without braces."""
        return bool(self._brackets) and self._brackets[-1][0] == "["
