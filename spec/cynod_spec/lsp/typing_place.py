"""Where one types, read from the lines themselves: a text that is being written seldom parses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_MOST: Final = 100_000  # lines looked back at
_KEY = re.compile(
    r"""(?P<lead>\s*(?:-\s+)*)(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<plain>[^\s#'"\[{][^#]*?))\s*:(?:\s|$)"""
)
_LEAD = re.compile(r"\s*(?:-\s+)*")


@dataclass(frozen=True, slots=True)
class Place:
    """``keys`` lead to what is typed: a value of the last of them, or another key below it.

    ``typed`` is what stands before the cursor of the word that begins at ``start``, without its ``quote``.
    """

    keys: tuple[str, ...]
    is_value: bool
    typed: str
    start: int
    quote: str


def place(text: str, index: int) -> Place:
    """Where the cursor at *index* of *text* stands."""
    line_start = max(text.rfind("\n", 0, index), text.rfind("\r", 0, index)) + 1
    before = text[line_start:index]
    lead = _LEAD.match(before)
    indent = len(before) - len(before.lstrip(" "))
    begin = lead.end() if lead else 0
    is_item = before.lstrip().startswith("-")
    above = _above(text[:line_start], indent, begin, is_item=is_item)
    keys, is_value, typed, start, quote = _within(before, begin)
    return Place((*above, *keys), is_value, typed, line_start + start, quote)


def _above(text: str, indent: int, column: int, *, is_item: bool) -> list[str]:
    """The keys of the lines above, in which a line with *indent* and its first key at *column* stands."""
    found: list[str] = []
    for line in reversed(text.splitlines()[-_MOST:]):
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


def _within(before: str, begin: int) -> tuple[list[str], bool, str, int, str]:
    """The keys of the line itself up to the cursor, and the word that is being typed."""
    keys: list[str] = []  # of each open level, the line's own first
    depth_keys: list[int] = []  # how many keys were known where each bracket opened
    kinds: list[str] = []
    word_start, quote, word = begin, "", ""
    is_value = False
    at = begin
    while at < len(before):
        char = before[at]
        if quote:
            if char == quote:
                quote = ""
            word += "" if not quote else char
            at += 1
            continue
        if char in "'\"" and not word.strip():
            quote, word, word_start = char, "", at + 1
        elif char in "{[" and not word.strip():
            kinds.append(char)
            depth_keys.append(len(keys))
            is_value = char == "[" and bool(keys)
            word, word_start = "", at + 1
        elif char in "}]" and kinds:
            kinds.pop()
            del keys[depth_keys.pop() :]
            word, word_start, is_value = "", at + 1, True
        elif char == "," and kinds:
            del keys[depth_keys[-1] :]
            is_value = kinds[-1] == "["
            word, word_start = "", at + 1
        elif char == ":" and before[at + 1 : at + 2] in (" ", "") and not _is_list(kinds):
            if before[at + 1 : at + 2] == " ":
                keys.append(word.strip())
                is_value, word, word_start = True, "", at + 1
            else:
                word += char
        elif char == " " and not word:
            word_start = at + 1
        else:
            word += char
        at += 1
    return keys, is_value, word, word_start, quote


def _is_list(kinds: list[str]) -> bool:
    """Whether the innermost bracket is a list's, whose items hold no key without braces here."""
    return bool(kinds) and kinds[-1] == "["
