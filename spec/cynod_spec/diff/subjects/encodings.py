"""Encodings: how each part of a form or of a multipart body is written.

An encoding matters only for media types that have parts, and a default that is written out changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from cynod_spec.diff.changes import ApiLocation, Change, Direction
from cynod_spec.diff.emit import change
from cynod_spec.diff.subjects.media_types import cover, has_parts, media_type
from cynod_spec.schema.composition import branches, member
from cynod_spec.source.node import Node

BINARY: Final = "application/octet-stream"
JSON: Final = "application/json"
TEXT: Final = "text/plain"
_BINARY_FORMATS: Final = ("binary", "base64")  # of OpenAPI 3.0


@dataclass(frozen=True, slots=True)
class Encoded:
    """A part of which at least one side states the encoding, and where each side does or would."""

    name: str
    old: Node | None
    new: Node | None
    at: tuple[Node, Node]


def encoded(kind: str, old: Node, new: Node) -> Iterator[Encoded]:
    """The parts of which the media type objects *old* and *new* of the media type *kind* state encodings."""
    if not has_parts(kind):
        return
    before, after = dict(old.members("encoding")), dict(new.members("encoding"))
    for name in {**before, **after}:
        was, now = before.get(name), after.get(name)
        if old.get("schema") and new.get("schema") and not (_described(old, name) or _described(new, name)):
            continue  # there is no such part: OpenAPI says to ignore it
        at = was or old.get("encoding") or old, now or new.get("encoding") or new
        yield Encoded(name, was, now, at)


def encodings(
    kind: str, old: Node, new: Node, direction: Direction, location: ApiLocation
) -> Iterator[Change]:
    """The encodings of the media type objects *old* and *new*, headers aside: see ``part_headers``."""
    for part in encoded(kind, old, new):
        name, was, now, at = part.name, part.old, part.new, part.at
        where = location.below((name,))
        yield from _types((_types_of(old, name, was), _types_of(new, name, now)), at, direction, where, name)
        for keyword in ("style", "explode", "allowReserved"):
            values = _setting(was, keyword), _setting(now, keyword)
            if values[0] != values[1]:
                words = {"name": name, "keyword": keyword}
                yield change("encoding-changed", direction, at[0], at[1], where, **words)
    if not has_parts(kind):
        return
    for keyword in ("prefixEncoding", "itemEncoding"):  # OpenAPI 3.2, for parts by their order
        listed = old.get(keyword), new.get(keyword)
        if (listed[0] and listed[0].value) != (listed[1] and listed[1].value):
            at = listed[0] or old, listed[1] or new
            yield change("encoding-changed", direction, *at, location, name=keyword, keyword=keyword)


def _types(
    types: tuple[frozenset[str], frozenset[str]],
    at: tuple[Node, Node],
    direction: Direction,
    location: ApiLocation,
    name: str,
) -> Iterator[Change]:
    """The media types that a part may have: more, fewer, or others."""
    more = sorted(kind for kind in types[1] if kind not in types[0] and cover(kind, types[0]) is None)
    fewer = sorted(kind for kind in types[0] if kind not in types[1] and cover(kind, types[1]) is None)
    if more and fewer:
        yield change("encoding-changed", direction, *at, location, name=name, keyword="contentType")
        return
    for rule, kinds in (("media-type-added", more), ("media-type-removed", fewer)):
        for kind in kinds:
            yield change(rule, direction, *at, location, name=kind)


def _types_of(medium: Node, name: str, encoding: Node | None) -> frozenset[str]:
    stated = encoding.get("contentType") if encoding is not None else None
    if stated is not None:
        return frozenset(media_type(kind) for kind in stated.string().split(","))
    return frozenset((_usual(_described(medium, name), str(medium.source.value["openapi"])),))


def _described(medium: Node, name: str) -> list[Node]:
    """The schemas of the member *name* of the content."""
    schema = medium.get("schema")
    return list(member(schema, (name,), alternatives=True)) if schema is not None else []


def _usual(parts: list[Node], version: str) -> str:
    """The media type of a part that states none (OpenAPI 3.1.1 §4.8.15.1.1, 3.0.4 §4.7.15.1.1)."""
    parts = [branch for part in parts for branch in branches(part, alternatives=True)]
    kinds = {kind for part in parts for kind in _kinds(part)} - {"null"}
    if kinds == {"array"}:
        items = [below for part in parts if (below := part.get("items")) is not None]
        return _usual(items, version) if items else BINARY
    if kinds == {"object"}:
        return JSON
    is_binary = any(_is_binary(part) for part in parts)
    return BINARY if is_binary or not (kinds or version.startswith("3.0")) else TEXT


def _kinds(part: Node) -> list[str]:
    """The types that a schema names, or those of the values that it lists."""
    stated = part.value.get("type")
    if stated is not None:
        return [stated] if isinstance(stated, str) else list(stated)
    listed = [part.value["const"]] if "const" in part.value else part.value.get("enum", [])
    return ["string" for value in listed if isinstance(value, str | int | float)]


def _is_binary(part: Node) -> bool:
    return "contentEncoding" in part.value or part.value.get("format") in _BINARY_FORMATS


def _setting(encoding: Node | None, keyword: str) -> Any:
    """``style``, ``explode`` or ``allowReserved``, as written or by default."""
    written = encoding.get(keyword) if encoding is not None else None
    if written is not None:
        return written.value
    if keyword == "explode":
        return _setting(encoding, "style") == "form"
    return "form" if keyword == "style" else False
