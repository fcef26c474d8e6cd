"""Texts as words of a bash command line.

A text is quoted whole and means itself. What bash is to replace is an ``Expansion``, which code makes and
nobody reads out of a text: a text that looks like a variable stays a text. Octets that are no UTF-8 stand in
a text as Python's ``surrogateescape`` writes them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from cynod_spec.output.control_characters import one_line

MAX_WORD_OCTETS = 100_000  # of one argument: Linux takes 128 KiB
MAX_PRINTF_OCTETS = 20_000  # of one printf in a pipe
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_PLAIN = re.compile(r"[A-Za-z0-9_@%+=:,./-]+")  # means itself without quotes
_CALM = re.compile(r"[A-Za-z0-9_@%+=:,./?& ()-]*")  # means itself between double quotes
_REPEATED = re.compile(r"(.{1,12}?)\1{199,}", re.DOTALL)  # what is written by its count


@dataclass(frozen=True)
class Expansion:
    """What bash replaces between double quotes: ``$NAME``, ``${NAME:0:3}`` or ``$(command)``."""

    source: str

    @property
    def name(self) -> str:
        """The variable, when it is nothing more than one; else empty."""
        return self.source[1:] if _NAME.fullmatch(self.source[1:]) else ""

    @property
    def command(self) -> str:
        """The command that writes what it stands for."""
        return self.source[2:-1] if self.source.startswith("$(") else f'printf %s "{self.source}"'


Part = str | Expansion
"""A text that means itself, or an expansion."""


def variable(name: str) -> Expansion:
    """The value of the variable *name*. Raises ValueError for what is no name."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name of a variable")
    return Expansion(f"${name}")


def encoded(text: str) -> bytes:
    """The octets of *text*."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # a surrogate that stands for no octet
        return text.encode("utf-8", "surrogatepass")


def decoded(octets: bytes) -> str:
    """*octets* as a text of which ``encoded`` makes them again."""
    return octets.decode("utf-8", "surrogateescape")


def quoted(text: str, *, portable: bool = False) -> str:
    """*text* as one word. Raises ValueError for a NUL, which no word can hold.

    *portable* is for any POSIX shell and for reading: its line breaks are written as they are.
    """
    if "\0" in text:
        raise ValueError("a word of bash holds no NUL")
    if _PLAIN.fullmatch(text):
        return text
    if portable:
        return "".join(_portably(text)) or "''"
    return _literally(text) if one_line(text) == text else "$'" + _escaped(text) + "'"


def _portably(text: str) -> Iterator[str]:
    for is_shown, characters in groupby(text, lambda each: each == "\n" or one_line(each) == each):
        piece = "".join(characters)
        yield _literally(piece) if is_shown else f'"$({_printf(encoded(piece))})"'


def _literally(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def joined(words: Iterable[str]) -> str:
    """The command of *words*, each of them quoted."""
    return " ".join(map(quoted, words))


def assignment(name: str, value: str) -> str:
    """The line that sets the variable *name*."""
    return f"{variable(name).name}={quoted(value)}"


def word(parts: Sequence[Part], *, portable: bool = False) -> str:
    """*parts* as one word, in which the expansions among them are replaced and nothing else is."""
    parts = _merged(parts)
    texts = [part for part in parts if isinstance(part, str)]
    if any(isinstance(part, Expansion) and part.name for part in parts) and all(map(_CALM.fullmatch, texts)):
        following = (*parts[1:], "")
        return '"' + "".join(_between_quotes(*each) for each in zip(parts, following, strict=True)) + '"'
    words = (
        quoted(part, portable=portable) if isinstance(part, str) else f'"{part.source}"' for part in parts
    )
    return "".join(words) or "''"


def _between_quotes(part: Part, following: Part) -> str:
    if isinstance(part, str):
        return part
    braces = part.name and isinstance(following, str) and re.match(r"\w", following)
    return f"${{{part.name}}}" if braces else part.source


def written(parts: Iterable[Part]) -> str:
    """The command that writes *parts* on its output, whatever they hold and however long they are."""
    commands = []
    for part in _merged(parts):
        if isinstance(part, Expansion):
            commands.append(part.command)
        else:
            octets = encoded(part)
            starts = range(0, len(octets), MAX_PRINTF_OCTETS)
            commands += [_printf(octets[start : start + MAX_PRINTF_OCTETS]) for start in starts]
    if not commands:
        return _printf(b"")
    return commands[0] if len(commands) == 1 else "{ " + "; ".join(commands) + "; }"


def _merged(parts: Iterable[Part]) -> tuple[Part, ...]:
    """*parts*, with texts that follow each other as one, and without empty ones."""
    found: list[Part] = []
    for part in parts:
        if part and isinstance(part, str) and found and isinstance(found[-1], str):
            found[-1] += part
        elif part:
            found.append(part)
    return tuple(found)


def with_repeats(parts: Iterable[Part]) -> tuple[Part, ...]:
    """*parts*, with what is in a text some hundred times over as the command that writes it."""
    found: list[Part] = []
    for part in parts:
        found += _repeats_in(part) if isinstance(part, str) else (part,)
    return tuple(found)


def _repeats_in(text: str) -> Iterator[Part]:
    matches = [
        each for each in _REPEATED.finditer(text) if not each[1].endswith("\n") and "\0" not in each[1]
    ]
    edges = [0, *(edge for each in matches for edge in each.span()), len(text)]
    for index, (start, end) in enumerate(pairwise(edges)):
        if index % 2:  # neither a NUL nor a last line break survives a command substitution
            once = matches[index // 2][1]
            yield Expansion(f"$({_times(once, (end - start) // len(once))})")
        elif end > start:
            yield text[start:end]


def _times(text: str, count: int) -> str:
    octets = encoded(text)
    if len(octets) == 1:
        return f"head -c {count} /dev/zero | tr '\\0' '\\{octets[0]:03o}'"
    return f"{_printf(octets, '%.0s')} $(seq {count})"


def _printf(octets: bytes, more: str = "") -> str:
    return "printf -- '" + _escaped(octets).replace("%", "%%") + more + "'"


def _escaped(text: str | bytes) -> str:
    """*text* as bash reads it in ``$'…'``, and printf in its format but for ``%``; without ``##[``."""
    octets = encoded(text) if isinstance(text, str) else text
    return "".join(
        chr(each) if 32 <= each <= 126 and chr(each) not in "\\'#" else f"\\{each:03o}" for each in octets
    )
