"""What libyaml refuses, as an error that shows the place and says what to do about it."""

from __future__ import annotations

import re
from typing import Final

import yaml

from cynod_spec.base.errors import DocumentError
from cynod_spec.base.location import SourceLocation
from cynod_spec.source.source_map import Position
from cynod_spec.source.text_lines import LINE_BREAK, position
from cynod_spec.source.yaml_events import replacements

_CONFLICT = re.compile(r"^<{7} ", re.MULTILINE)
_LOOK: Final = "look for a quote, a bracket or an indentation that is wrong here or before"
_HINTS: Final = {  # what libyaml says → what to do
    "cannot start any token": "put the value between quotes",
    "mapping values are not allowed": "put a value that holds a colon and a space between quotes",
    "did not find expected key": "align the members of a mapping in one column",
    "unexpected end of stream": "a quote or a bracket is not closed",
    "did not find expected ','": "a comma or a closing bracket is missing here or before",
    "escape character": "between double quotes, a backslash is written twice",
}
_INNER_QUOTE = re.compile(r"""[^\W_](')[^\W_]|.(")[^\W_]""")  # one that ends a quoted text, and a letter
_INNER_QUOTES: Final = {
    "'": "this apostrophe ends the quoted text: write it twice (''), or put the text between double quotes",
    '"': 'this quote ends the quoted text: write it as \\", or put the text between single quotes',
}


def unreadable(error: yaml.YAMLError, text: str, file: str) -> DocumentError:
    """The refusal of *text*, that of *file*, of which libyaml says *error*.

    Any other error than a parser's or a reader's is raised again.
    """
    if isinstance(error, yaml.MarkedYAMLError):
        return _not_yaml(error, text, file)
    if isinstance(error, yaml.reader.ReaderError):
        return _control_character(error, text, file)
    raise error


def _not_yaml(error: yaml.MarkedYAMLError, text: str, file: str) -> DocumentError:
    mark = error.problem_mark or error.context_mark
    where = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    said = " ".join(part for part in (error.context, error.problem) if part)
    quoted = _inner_quote(text, where)
    hint = _INNER_QUOTES[quoted[0]] if quoted else _hint(said, text, where)
    if quoted:
        where = quoted[1]
    return refusal(file, where, f"not readable as YAML: {said}", hint)


def _control_character(error: yaml.reader.ReaderError, text: str, file: str) -> DocumentError:
    given = text.translate(replacements(text)).encode()
    index = len(given[: error.position].decode(errors="replace"))
    said = f"not readable as YAML: the control character U+{ord(text[index]):04X}"
    return refusal(file, position(text, index), said, "save it as UTF-8 text, without control characters")


def refusal(file: str, position: Position, message: str, hint: str = "") -> DocumentError:
    """The error that says *message* of the place *position* in *file*."""
    return DocumentError(message, hint, SourceLocation(file, "", *position))


def _hint(said: str, text: str, where: Position) -> str:
    """What to do about what libyaml *said* at *where*."""
    if _CONFLICT.search(text):
        return "resolve the conflict that git marked in the file"
    lines = LINE_BREAK.split(text)
    if where[0] <= len(lines) and "\t" in lines[where[0] - 1][: where[1]]:
        return "indent with spaces: a tab is no indentation"
    return next((hint for part, hint in _HINTS.items() if part in said), _LOOK)


def _inner_quote(text: str, where: Position) -> tuple[str, Position] | None:
    """The quote before *where* that was meant as part of the text, and its place, as in 'l'adresse'.

    In 'les clients' adresses' a blank follows it, and the text begins and ends with such a quote.
    """
    lines = LINE_BREAK.split(text)
    line = lines[where[0] - 1] if where[0] <= len(lines) else ""
    found = _INNER_QUOTE.match(line, max(where[1] - 3, 0))
    if found:
        return next(quote for quote in found.groups() if quote), (where[0], where[1] - 1)
    before = line[: where[1] - 1].rstrip()
    quote = before[-1:]
    if quote in _INNER_QUOTES and before.count(quote) == 2 and line[where[1] - 1 :].count(quote) == 1:
        return quote, (where[0], len(before))
    return None
