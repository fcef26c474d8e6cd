"""Text from outside in Markdown (CommonMark and GitHub's): shown, never interpreted."""

from __future__ import annotations

import re
from typing import Final

from cynod_spec.output.control_characters import one_line

_TEMPLATE = re.compile(r"(\{[{%#]|[}%#]\})")  # what Jekyll and other engines read even in code
_SPECIAL = re.compile(r"[!-&*+<-@\[-`{-~]")
_ENTITIES: Final = "<>&{}%#@"
_MARKER = re.compile(r"(\d*)([-+.)])")  # of a list, when a line begins with it
_BACKTICKS = re.compile("`+")
_QUOTED = re.compile(r"(?<!`)`([^`]+)`(?!`)")


def code(text: str) -> str:
    """*text* as code: no mention, link, heading or HTML can come of it, nor a table's next cell.

    What template engines would read is left out of the code span, as entities: ``{{`` and its kin.
    """
    parts = _TEMPLATE.split(one_line(text))
    return "".join(_entities(part) if index % 2 else _span(part) for index, part in enumerate(parts) if part)


def escaped(text: str) -> str:
    """*text* with every punctuation mark escaped that Markdown, HTML or a template engine may read."""
    text = one_line(" ".join(text.split()))
    marker = _MARKER.match(text)
    lead = f"{marker[1]}\\{marker[2]}" if marker else ""
    return lead + _SPECIAL.sub(lambda found: _escape(found[0]), text[marker.end() if marker else 0 :])


def prose(text: str) -> str:
    """*text*, a sentence of a document, escaped but for what it quotes between backticks: that is code."""
    parts = _QUOTED.split(" ".join(text.split()))
    return "".join(code(part) if index % 2 else _inner(part) for index, part in enumerate(parts) if part)


def _inner(text: str) -> str:
    """*text* escaped; the blanks around it stay."""
    made = escaped(text)
    return f"{' ' * text.startswith(' ')}{made}{' ' * (text.endswith(' ') and bool(made))}"


def _span(text: str) -> str:
    """*text* as a code span, between more backticks than it holds in a row (CommonMark 0.31 §6.1)."""
    fence = "`" * (1 + max((len(found[0]) for found in _BACKTICKS.finditer(text)), default=0))
    is_stripped = text[:1] == text[-1:] == " " and text.strip(" ") != ""
    pad = " " if is_stripped or text[:1] == "`" or text[-1:] == "`" else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def _entities(text: str) -> str:
    return "".join(f"&#{ord(character)};" for character in text)


def _escape(mark: str) -> str:
    return _entities(mark) if mark in _ENTITIES else f"\\{mark}"
