"""YAML or JSON text → plain values and the position of each, in one pass over libyaml's events.

Scalars follow the YAML 1.2 core schema: dates, ``yes`` and ``on`` stay strings. Anything that would be
unsafe, ambiguous or not JSON is refused with its line and column.
"""

from __future__ import annotations

import gc
import json
import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final

import yaml

from cynod_spec.base.errors import DocumentError
from cynod_spec.base.location import SourceLocation
from cynod_spec.source.identifiers import may_name_schemas
from cynod_spec.source.source_map import Position, SourceMap
from cynod_spec.source.yaml_events import LINE_BREAK, loader, position, replacements

MAX_NODES: Final = 2_000_000  # with every alias expanded
MAX_DEPTH: Final = 100

_ROOT: Final = ""  # the token of the document in the map that holds its own

_NULL = frozenset(("", "~", "null", "Null", "NULL"))
_BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_STANDARD = "tag:yaml.org,2002:"
_TAGS = {_STANDARD + name for name in ("str", "int", "float", "bool", "null", "map", "seq")} | {"!"}
_CONFLICT = re.compile(r"^<{7} ", re.MULTILINE)
_LOOK = "look for a quote, a bracket or an indentation that is wrong here or before"
_HINTS = {  # what libyaml says → what to do
    "cannot start any token": "put the value between quotes",
    "mapping values are not allowed": "put a value that holds a colon and a space between quotes",
    "did not find expected key": "align the members of a mapping in one column",
    "unexpected end of stream": "a quote or a bracket is not closed",
    "did not find expected ','": "a comma or a closing bracket is missing here or before",
    "escape character": "between double quotes, a backslash is written twice",
}
_INNER_QUOTE = re.compile(r"""[^\W_](')[^\W_]|.(")[^\W_]""")  # one that ends a quoted text, and a letter
_INNER_QUOTES = {
    "'": "this apostrophe ends the quoted text: write it twice (''), or put the text between double quotes",
    '"': 'this quote ends the quoted text: write it as \\", or put the text between single quotes',
}
_SURROGATES = re.compile(r"(?<!\\)((?:\\\\)*)\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")


@dataclass(frozen=True, slots=True)
class Parsed:
    """The value of one file, and where each of its members stands.

    ``may_name_schemas``: whether ``$id``, ``$anchor`` and their like may stand in it; see ``identifiers.py``.
    """

    value: Any
    positions: SourceMap
    may_name_schemas: bool = False


def parse(text: str, file: str) -> Parsed:
    """The one YAML or JSON document that *text* holds. Raises DocumentError with its line and column."""
    if file.endswith(".json"):
        _check_json(text, file)
        if "\\ud" in text or "\\uD" in text:
            text = _SURROGATES.sub(_one_character, text)
    try:
        with without_collector():
            return replace(_Composer(text, file).document(), may_name_schemas=may_name_schemas(text))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        said = " ".join(part for part in (error.context, error.problem) if part)
        quoted = _inner_quote(text, where)
        hint = _INNER_QUOTES[quoted[0]] if quoted else _hint(said, text, where)
        if quoted:
            where = quoted[1]
        raise _refusal(file, where, f"not readable as YAML: {said}", hint) from None
    except yaml.reader.ReaderError as error:
        given = text.translate(replacements(text)).encode()
        index = len(given[: error.position].decode(errors="replace"))
        said = f"not readable as YAML: the control character U+{ord(text[index]):04X}"
        raise _refusal(
            file, position(text, index), said, "save it as UTF-8 text, without control characters"
        ) from None


@contextmanager
def without_collector() -> Iterator[None]:
    """Meanwhile, cycles are not looked for: a document's many nodes hold none, and are walked in vain."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _check_json(text: str, file: str) -> None:
    """Refuse what YAML forgives and readers of JSON do not, such as a comma before the end (RFC 8259)."""
    try:
        json.loads(text, parse_int=str, parse_float=str)
    except json.JSONDecodeError as error:
        index, said = error.pos, error.msg[:1].lower() + error.msg[1:]
        comma = text.rfind(",", 0, error.pos + 1)
        if comma >= 0 and text[comma + 1 :].lstrip()[:1] in (
            "}",
            "]",
        ):  # Pythons differ in what they say of it
            said = "a comma before the end"
            index = comma
        hint = "JSON is strict: double quotes, no comma before the end, no comments"
        raise _refusal(file, position(text, index), f"not readable as JSON: {said}", hint) from None
    except RecursionError:
        return  # the composer says where


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


def _refusal(file: str, position: Position, message: str, hint: str = "") -> DocumentError:
    return DocumentError(message, hint, SourceLocation(file, "", *position))


def _one_character(pair: re.Match[str]) -> str:
    """JSON writes a character beyond U+FFFF as two escapes, which YAML does not know."""
    high, low = int(pair[2], 16), int(pair[3], 16)
    return pair[1] + chr(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))


@dataclass(slots=True)
class _Anchor:
    value: Any
    size: int  # nodes below it, itself included; 0 while it is still open
    positions: SourceMap | None = None  # of a mapping or a list


class _Composer:
    """Values from events. ``nodes`` counts what a reader without anchors would see."""

    def __init__(self, text: str, file: str) -> None:
        self.events: Any = loader(text)
        self.file = file
        self.anchors: dict[str, _Anchor] = {}
        self.nodes = 0

    def refuse(self, event: yaml.Event, message: str, hint: str = "") -> DocumentError:
        return _refusal(self.file, self.position(event), message, hint)

    @staticmethod
    def position(event: yaml.Event) -> Position:
        mark: Any = event.start_mark
        return (mark.line + 1, mark.column + 1)

    def document(self) -> Parsed:
        self.events.get_event()  # the stream's start
        event = self.events.get_event()
        if isinstance(event, yaml.StreamEndEvent):
            raise _refusal(self.file, (1, 1), "the file is empty")
        around = SourceMap(self.file)
        value = self.node(self.events.get_event(), 1, around, _ROOT)
        self.events.get_event()  # the document's end
        event = self.events.get_event()
        if not isinstance(event, yaml.StreamEndEvent):
            raise self.refuse(event, "a second YAML document begins here", "keep one document in the file")
        return Parsed(value, around.below.get(_ROOT) or around)

    def count(self, event: yaml.Event, nodes: int = 1) -> None:
        self.nodes += nodes
        if self.nodes > MAX_NODES:
            raise self.refuse(event, f"more than {MAX_NODES:,} nodes once its aliases are expanded")

    def node(self, event: Any, depth: int, holder: SourceMap, token: str) -> Any:
        """The value that begins with *event*; its map becomes that of *token* in *holder*."""
        kind = type(event)  # most nodes are scalars of no tag and no anchor: they come first, for speed
        if kind is yaml.ScalarEvent and event.tag is None and event.anchor is None:
            self.count(event)
            return self.plain(event, event.value) if event.implicit[0] else event.value
        if kind is yaml.AliasEvent:
            return self.alias(event, holder, token)
        self.count(event)
        if event.tag is not None and event.tag not in _TAGS:
            shown = event.tag.replace(_STANDARD, "!!")
            raise self.refuse(event, f"the tag {shown} is not understood", "use plain YAML values")
        if kind is yaml.ScalarEvent:
            value = self.scalar(event)
            if event.anchor:
                self.anchors[event.anchor] = _Anchor(value, 1)
            return value
        if depth > MAX_DEPTH:
            raise self.refuse(event, f"nested deeper than {MAX_DEPTH} levels")
        container: Any = [] if kind is yaml.SequenceStartEvent else {}
        before = self.nodes
        positions = SourceMap(self.file)
        anchor = _Anchor(container, 0, positions)
        if event.anchor:
            self.anchors[event.anchor] = anchor
        holder.below[token] = positions
        if isinstance(container, list):
            self.sequence(container, positions, depth)
        else:
            self.mapping(container, positions, depth)
        anchor.size = self.nodes - before + 1
        return container

    def alias(self, event: Any, holder: SourceMap, token: str) -> Any:
        anchor = self.anchors.get(event.anchor)
        if anchor is None:
            raise self.refuse(event, f"the alias *{event.anchor} has no anchor")
        if anchor.size == 0:
            raise self.refuse(event, f"the alias *{event.anchor} contains itself")
        self.count(event, anchor.size)
        if anchor.positions is not None:
            holder.below[token] = anchor.positions
        return anchor.value

    def sequence(self, items: list[Any], positions: SourceMap, depth: int) -> None:
        following, places = self.events.get_event, positions.positions
        while type(event := following()) is not yaml.SequenceEndEvent:
            mark, token = event.start_mark, str(len(items))
            places[token] = (mark.line + 1, mark.column + 1)
            items.append(self.node(event, depth + 1, positions, token))

    def mapping(self, members: dict[str, Any], positions: SourceMap, depth: int) -> None:
        merged: list[tuple[yaml.Event, Any, SourceMap]] = []
        following, places = self.events.get_event, positions.positions
        while type(event := following()) is not yaml.MappingEndEvent:
            if type(event) is yaml.ScalarEvent and event.value == "<<" and event.implicit[0]:
                self.count(event)
                around = SourceMap(self.file)
                value = self.node(following(), depth + 1, around, _ROOT)
                merged.append((event, value, around.below.get(_ROOT) or around))
                continue
            key = self.key(event)
            if key in members:
                line = places[key][0]
                raise self.refuse(
                    event, f"the key {key!r} stands here twice", f"it already stands on line {line}"
                )
            mark = event.start_mark
            places[key] = (mark.line + 1, mark.column + 1)
            members[key] = self.node(following(), depth + 1, positions, key)
        for event, value, given in merged:
            if isinstance(value, list):
                for index, other in enumerate(value):
                    self.merge(event, other, given.below.get(str(index)), members, positions)
            else:
                self.merge(event, value, given, members, positions)

    def merge(
        self,
        event: yaml.Event,
        other: Any,
        given: SourceMap | None,
        members: dict[str, Any],
        positions: SourceMap,
    ) -> None:
        """A merge key: what *other*, whose members stand where *given* says, has and *members* lacks."""
        if not isinstance(other, dict) or given is None:
            raise self.refuse(event, "the merge key << takes a mapping, or a list of mappings")
        for key, inherited in other.items():
            if key not in members:
                members[key] = inherited
                positions.positions[key] = given.positions[key]
                if key in given.below:
                    positions.below[key] = given.below[key]

    def key(self, event: Any) -> str:
        if type(event) is yaml.AliasEvent:
            value = self.alias(event, SourceMap(), _ROOT)
        elif type(event) is yaml.ScalarEvent:
            value = self.node(event, 1, SourceMap(), _ROOT)
            if isinstance(value, str):
                return value
            if isinstance(value, int) and not isinstance(value, bool):
                return str(event.value)  # a status: 200 and '200' are one key
        else:
            value = None
        if not isinstance(value, str):
            raise self.refuse(event, "a key must be a string", "put it between quotes")
        return value

    def scalar(self, event: Any) -> Any:
        text: str = event.value
        if event.tag is None:
            if not event.implicit[0]:
                return text
            kind = ""
        else:
            kind = event.tag.removeprefix(_STANDARD)
            if kind in ("str", "!"):
                return text
        value = self.plain(event, text)
        allowed = {"int": ("int",), "float": ("int", "float"), "bool": ("bool",), "null": ("NoneType",)}
        if type(value).__name__ not in allowed.get(kind, (type(value).__name__,)):
            raise self.refuse(event, f"{text!r} is no !!{kind}")
        return float(value) if kind == "float" else value

    def plain(self, event: Any, text: str) -> Any:
        if text in _NULL:
            return None
        if text in _BOOLEANS:
            return _BOOLEANS[text]
        if text[0] not in "+-.0123456789":
            return text
        try:
            if _INTEGER.fullmatch(text):
                return int(text, 0) if text[:2] in ("0o", "0x") else int(text)
            if _FLOAT.fullmatch(text):
                number = float(text)
                if math.isfinite(number):
                    return number
        except ValueError:  # more digits than Python converts
            raise self.refuse(event, f"a number of {len(text)} digits is too large") from None
        if _NOT_FINITE.fullmatch(text) or _FLOAT.fullmatch(text):
            raise self.refuse(event, f"{text} is a number that JSON cannot write")
        return text
