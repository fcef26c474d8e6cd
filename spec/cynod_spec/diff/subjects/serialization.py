"""How the values of a parameter or header are written on the wire: style, explode, ``content``."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.build.shapes import MixedShape, shape_of, types_of
from cynod_spec.model.serialization import DEFAULT_STYLES
from cynod_spec.source.node import Node

_FREE_OF_EXPLODE = {
    "scalar": frozenset(("form", "simple", "label", "matrix")),
    "array": frozenset(("simple",)),
}
"""Kind of values → the styles in which explode changes nothing (RFC 6570)."""


def rewritten(old: Node, new: Node, place: str) -> Iterator[str]:
    """The keywords by which *new* is written differently from *old*; *place* is where both stand."""
    has_content = old.get("content") is not None, new.get("content") is not None
    if has_content[0] != has_content[1]:
        yield "content"
    if any(has_content):
        return  # style and explode say nothing, and media types are compared by themselves
    usual = DEFAULT_STYLES.get(place, "form")
    styles = _stated(old, "style", usual), _stated(new, "style", usual)
    if styles[0] != styles[1]:
        yield "style"
    elif _explode(old, styles[0]) != _explode(new, styles[1]) and not _is_free(old, new, styles[0]):
        yield "explode"
    if _stated(old, "allowReserved", False) != _stated(new, "allowReserved", False):
        yield "allowReserved"


def written_at(node: Node, keyword: str) -> Node:
    """Where the parameter or header *node* says how it is written, in the words of *keyword*."""
    found = node.get(keyword)
    if found is None and keyword == "content":
        found = node.get("schema")
    return found or node


def schema_of(node: Node) -> Node | None:
    """The schema of a parameter or header, that of its one media type included."""
    schema = node.get("schema")
    for _, media in node.members("content") if schema is None else ():
        return media.get("schema")
    return schema


def _stated(node: Node, keyword: str, usual: object) -> object:
    found = node.get(keyword)
    return usual if found is None else found.value


def _explode(node: Node, style: object) -> object:
    """What ``explode`` is, by default as OpenAPI says; a deepObject is never anything but exploded."""
    return True if style == "deepObject" else _stated(node, "explode", style == "form")


def _is_free(old: Node, new: Node, style: object) -> bool:
    """Whether explode changes nothing for all values of both; no for what their schemas do not say."""
    return all(style in _FREE_OF_EXPLODE.get(_kind(node), frozenset()) for node in (old, new))


def _kind(node: Node) -> str:
    """Scalar, array or object; empty where the schema of *node* does not say."""
    schema = node.get("schema")
    if schema is None or not types_of(node.source.value, schema.value):
        return ""
    try:
        return shape_of(node.source.value, schema.value).kind
    except MixedShape:
        return ""
