"""Characters that cannot be seen, or that act on whoever shows them, written as their code point: ⟨U+001B⟩.

A text of a document, a target or a file name may hold an escape sequence that moves a terminal's cursor, a
line break that begins a line of the reader's own log, or an override that turns a line round. Here they
become marks that can be read. Every generated server has a copy of this module, which imports nothing else.
"""

from __future__ import annotations

import re
from typing import Final

HIDDEN: Final = (
    r"\x00-\x1f\x7f-\x9f"  # Cc: C0, DEL and C1, which holds a second CSI, U+009B
    r"\ud800-\udfff"  # Cs: octets of a file name that are no UTF-8, and JSON's unpaired \ud800
    r"\u2028\u2029"  # Zl, Zp: separators of lines and paragraphs
    r"\ue000-\uf8ff\U000f0000-\U0010ffff"  # Co: private use, which every font draws as it likes
    r"\u00ad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    r"\ufeff\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3"
    r"\U0001d173-\U0001d17a"  # Cf: soft hyphen, zero width, directions, invisible operators, byte order mark
    r"\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\ufff0-\ufff8"
    r"\U000e0000-\U000e0fff"  # others of Default_Ignorable_Code_Point: fillers, variation selectors, tags
    r"\ufdd0-\ufdef\ufffe\uffff"  # noncharacters, two of which XML cannot hold
    + "".join(rf"\U000{plane:x}fffe\U000{plane:x}ffff" for plane in range(1, 15))
)
"""The inside of a character class of ``re``: Unicode's categories Cc, Cf, Cs, Co, Zl and Zp, and what else is
ignored when it is drawn. ZWJ and ZWNJ are among them: no French or English word needs them, and with them two
names that differ look the same. Spaces (Zs) are not: French has need of U+00A0 and U+202F."""

_HIDDEN = re.compile(f"[{HIDDEN}]")
_SYMBOL = re.compile("[©®‼⁉™ℹ\u2190-\u2bff〰〽㊗㊙\U0001f000-\U0001faff]")
_PRESENTATION: Final = "\ufe0e\ufe0f"  # after a symbol, they only choose whether it is drawn in colour
_LAYOUT: Final = "\n\t"
# GitHub, Azure Pipelines and TeamCity obey ``##[…]``, ``##vso[…]`` and ``##teamcity[…]`` anywhere in a line.
_LOG_COMMAND = re.compile(r"(?<=#)#(?=[A-Za-z]*\[)")
_BLANK = re.compile(r"[ \t\r\n]+")


def one_line(text: str) -> str:
    """*text* for a line of a terminal or of a log: nothing hidden, no tab, no line break, no command.

    A command is what CI services read out of the lines of a log: ``##[error]`` and its kin.
    """
    if text.isascii() and text.isprintable() and "##" not in text:
        return text
    return _LOG_COMMAND.sub(_mark, _HIDDEN.sub(_mark, text))


def multi_line(text: str) -> str:
    """*text* for a page or an indented block: tabs and line breaks stay, CRLF as LF; nothing is hidden."""
    return _HIDDEN.sub(lambda found: found[0] if found[0] in _LAYOUT else _mark(found), _unix(text))


def folded(text: str) -> str:
    """*text*, prose of a document, as one line: each run of spaces, tabs and line breaks is one space."""
    return one_line(_BLANK.sub(" ", text).strip(" "))


def json_escaped(json: str) -> str:
    r"""*json*, a text in JSON, its hidden characters as ``\u001b``; it reads back as the same values."""
    if json.isascii() and "\x7f" not in json and "##" not in json:
        return json
    return _LOG_COMMAND.sub(_json_escape, _HIDDEN.sub(_json_escape, json))


def _unix(text: str) -> str:
    return text.replace("\r\n", "\n") if "\r" in text else text


def _mark(found: re.Match[str]) -> str:
    character, at = found[0], found.start()
    if character in _PRESENTATION and at and _SYMBOL.match(found.string, at - 1):
        return character
    return f"⟨U+{ord(character):04X}⟩"


def _json_escape(found: re.Match[str]) -> str:
    """What JSON writes for a character: of UTF-16, whose pairs stand for what is beyond U+FFFF."""
    if found[0] == "\n":
        return "\n"  # between tokens: within a string it is escaped already
    units = found[0].encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))
