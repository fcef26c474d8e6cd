"""The lines of a text: only line feeds and carriage returns end one, as in YAML 1.2 (§5.4) and in editors."""

from __future__ import annotations

import re
from typing import Final

LINE_BREAK: Final = re.compile("\r\n|[\n\r]")


def position(text: str, index: int) -> tuple[int, int]:
    """Line and column, both from 1 and in characters, of the character of *text* at *index*."""
    starts = [0, *(each.end() for each in LINE_BREAK.finditer(text, 0, index))]
    return len(starts), index - starts[-1] + 1


def line_end(text: str, index: int) -> int:
    """Where the line of *index* ends: behind a comment that stands on it, before its line break."""
    found = text.find("\n", index)
    end = len(text) if found < 0 else found
    return end - 1 if end > index and text[end - 1] == "\r" else end


def line_start(text: str, index: int) -> int:
    """Where the line of *index* begins."""
    return text.rfind("\n", 0, index) + 1
