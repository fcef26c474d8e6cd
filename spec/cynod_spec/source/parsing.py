"""YAML or JSON text → plain values and the position of each.

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
from dataclasses import dataclass, field
from typing import Any, Final

from cynod_spec.base.errors import DocumentError
from cynod_spec.source.identifiers import may_name_schemas
from cynod_spec.source.source_map import SourceMap
from cynod_spec.source.text_lines import position
from cynod_spec.source.yaml_errors import refusal
from cynod_spec.source.yaml_nodes import (
    MAX_NODES,
    YamlAlias,
    YamlList,
    YamlMapping,
    YamlNode,
    YamlScalar,
    compose,
)

_ROOT: Final = ""  # the token of the document in the map that holds its own

_NULL = frozenset(("", "~", "null", "Null", "NULL"))
_BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_STANDARD = "tag:yaml.org,2002:"
_TAGS = {_STANDARD + name for name in ("str", "int", "float", "bool", "null", "map", "seq")} | {"!"}
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
    with without_collector():
        value, positions = _Values(file).document(compose(text, file))
    return Parsed(value, positions, may_name_schemas(text))


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
        raise refusal(file, position(text, index), f"not readable as JSON: {said}", hint) from None
    except RecursionError:
        return  # the composer says where


def _one_character(pair: re.Match[str]) -> str:
    """JSON writes a character beyond U+FFFF as two escapes, which YAML does not know."""
    high, low = int(pair[2], 16), int(pair[3], 16)
    return pair[1] + chr(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))


@dataclass(slots=True)
class _Anchor:
    value: Any
    size: int  # nodes below it, itself included; 0 while it is still open
    positions: SourceMap = field(default_factory=SourceMap)


class _Values:
    """The values of nodes. ``nodes`` counts what a reader without anchors would see."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.anchors: dict[str, _Anchor] = {}
        self.nodes = 1

    def refuse(self, node: YamlNode, message: str, hint: str = "") -> DocumentError:
        return refusal(self.file, node.at, message, hint)

    def document(self, root: YamlNode) -> tuple[Any, SourceMap]:
        """The value of *root*, and the positions of its members."""
        around = SourceMap(self.file)
        value = self.node(root, around, _ROOT)
        return value, around.below.get(_ROOT) or around

    def node(self, node: YamlNode, holder: SourceMap, token: str) -> Any:
        """The value of *node*; its map becomes that of *token* in *holder*."""
        if isinstance(node, YamlScalar):  # scalars come first, for speed: most nodes are
            return self.scalar(node)
        if isinstance(node, YamlAlias):
            return self.alias(node, holder, token)
        self.check_tag(node)
        value: Any = [] if isinstance(node, YamlList) else {}
        before = self.nodes
        anchor = _Anchor(value, 0, SourceMap(self.file))
        if node.anchor:
            self.anchors[node.anchor] = anchor
        holder.below[token] = anchor.positions
        if isinstance(node, YamlList):
            self.items(node, value, anchor.positions)
        elif isinstance(node, YamlMapping):
            self.members(node, value, anchor.positions)
        anchor.size = self.nodes - before + 1
        return value

    def check_tag(self, node: YamlNode) -> None:
        if node.tag is not None and node.tag not in _TAGS:
            shown = node.tag.replace(_STANDARD, "!!")
            raise self.refuse(node, f"the tag {shown} is not understood", "use plain YAML values")

    def alias(self, node: YamlAlias, holder: SourceMap, token: str) -> Any:
        anchor = self.anchors.get(node.name)
        if anchor is None:
            raise self.refuse(node, f"the alias *{node.name} has no anchor")
        if anchor.size == 0:
            raise self.refuse(node, f"the alias *{node.name} contains itself")
        self.nodes += anchor.size - 1
        if self.nodes > MAX_NODES:
            raise self.refuse(node, f"more than {MAX_NODES:,} nodes once its aliases are expanded")
        if isinstance(anchor.value, dict | list):
            holder.below[token] = anchor.positions
        return anchor.value

    def items(self, node: YamlList, values: list[Any], positions: SourceMap) -> None:
        self.nodes += len(node.items)
        places = positions.positions
        for index, item in enumerate(node.items):
            token = str(index)
            places[token] = item.at
            values.append(self.node(item, positions, token))

    def members(self, node: YamlMapping, members: dict[str, Any], positions: SourceMap) -> None:
        self.nodes += 2 * len(node.pairs)
        merged: list[tuple[YamlNode, Any, SourceMap]] = []
        places = positions.positions
        for written, value in node.pairs:
            if isinstance(written, YamlScalar) and written.value == "<<" and written.is_resolved:
                around = SourceMap(self.file)
                given = self.node(value, around, _ROOT)
                merged.append((written, given, around.below.get(_ROOT) or around))
                continue
            key = self.key(written)
            if key in members:
                line = places[key][0]
                raise self.refuse(
                    written, f"the key {key!r} stands here twice", f"it already stands on line {line}"
                )
            places[key] = written.at
            members[key] = self.node(value, positions, key)
        for written, other, given_positions in merged:
            if isinstance(other, list):
                for index, each in enumerate(other):
                    self.merge(written, each, given_positions.below.get(str(index)), members, positions)
            else:
                self.merge(written, other, given_positions, members, positions)

    def merge(
        self,
        written: YamlNode,
        other: Any,
        given: SourceMap | None,
        members: dict[str, Any],
        positions: SourceMap,
    ) -> None:
        """A merge key: what *other*, whose members stand where *given* says, has and *members* lacks."""
        if not isinstance(other, dict) or given is None:
            raise self.refuse(written, "the merge key << takes a mapping, or a list of mappings")
        for key, inherited in other.items():
            if key not in members:
                members[key] = inherited
                positions.positions[key] = given.positions[key]
                if key in given.below:
                    positions.below[key] = given.below[key]

    def key(self, node: YamlNode) -> str:
        if isinstance(node, YamlScalar):
            value = self.scalar(node)
            if type(value) is int:
                return node.value  # a status: 200 and '200' are one key
        else:
            value = self.alias(node, SourceMap(), _ROOT) if isinstance(node, YamlAlias) else None
        if isinstance(value, str):
            return value
        raise self.refuse(node, "a key must be a string", "put it between quotes")

    def scalar(self, node: YamlScalar) -> Any:
        if node.tag is not None:
            value = self.tagged(node)
        else:
            value = self.resolved(node) if node.is_resolved else node.value
        if node.anchor:
            self.anchors[node.anchor] = _Anchor(value, 1)
        return value

    def tagged(self, node: YamlScalar) -> Any:
        self.check_tag(node)
        kind = str(node.tag).removeprefix(_STANDARD)
        if kind in ("str", "!"):
            return node.value
        value = self.resolved(node)
        allowed = {"int": ("int",), "float": ("int", "float"), "bool": ("bool",), "null": ("NoneType",)}
        if type(value).__name__ not in allowed.get(kind, (type(value).__name__,)):
            raise self.refuse(node, f"{node.value!r} is no !!{kind}")
        return float(value) if kind == "float" else value

    def resolved(self, node: YamlScalar) -> Any:
        """The value of the text of *node* by the core schema."""
        text = node.value
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
            raise self.refuse(node, f"a number of {len(text)} digits is too large") from None
        if _NOT_FINITE.fullmatch(text) or _FLOAT.fullmatch(text):
            raise self.refuse(node, f"{text} is a number that JSON cannot write")
        return text
