"""Bodies: whether there is one, its media types, its schema."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.diff.changes import ApiLocation, Change, Direction
from cynod_spec.diff.emit import change, texts
from cynod_spec.diff.schemas.conjuncts import says_nothing
from cynod_spec.diff.schemas.shape import home
from cynod_spec.diff.subjects.both import Documents, is_true
from cynod_spec.diff.subjects.encodings import encodings
from cynod_spec.diff.subjects.media_types import cover, is_xml, media_type
from cynod_spec.source.node import Node

NONE_SKIPPED: frozenset[tuple[str, ...]] = frozenset()
ITEMS = "*"  # in a path: any item of a list, or of a sequence of items


def body(
    both: Documents, old: Node, new: Node, direction: Direction, location: ApiLocation
) -> Iterator[Change]:
    """The request body of the operations *old* and *new*."""
    location = location.of("body")
    was, now = request_body(old), request_body(new)
    if was is None or now is None:
        if was or now:
            there = now or was
            kind = "required" if there and is_true(there, "required") else "optional"
            rule = f"body-{kind}-{'added' if now else 'removed'}"
            yield change(rule, direction, was or old, now or new, location)
        return
    before, after = is_true(was, "required"), is_true(now, "required")
    if before != after:
        rule = "body-became-required" if after else "body-became-optional"
        yield change(rule, direction, was.get("required") or was, now.get("required") or now, location)
    yield from texts(was, now, ("description",), direction, location)
    yield from content(both, was, now, direction, location)


def request_body(operation: Node) -> Node | None:
    """The request body of *operation*, references followed."""
    written = operation.get("requestBody")
    return written.resolved() if written else None


def content(
    both: Documents,
    old: Node,
    new: Node,
    direction: Direction,
    location: ApiLocation,
    skipped: frozenset[tuple[str, ...]] = NONE_SKIPPED,
) -> Iterator[Change]:
    """The media types of *old* and *new*.

    One that only one side names is compared with the range of the other side that covers it.
    """
    for kind, was, now in media(old, new):
        if was is not None and now is not None:
            yield from _medium(both, kind, was, now, direction, location, skipped)
            yield from encodings(kind, was, now, direction, location)
        elif now is not None:
            place = old.get("content") or old
            yield change("media-type-added", direction, place, now, location, name=kind)
        elif was is not None:
            place = new.get("content") or new
            yield change("media-type-removed", direction, was, place, location, name=kind)


def media(old: Node, new: Node) -> Iterator[tuple[str, Node | None, Node | None]]:
    """Each media type of *old* or *new*, with the media type object that describes it on either side."""
    before, after = _media(old), _media(new)
    for kind in {**before, **after}:
        names = kind if kind in before else cover(kind, before), kind if kind in after else cover(kind, after)
        yield kind, before[names[0]] if names[0] else None, after[names[1]] if names[1] else None


def _media(node: Node) -> dict[str, Node]:
    """Media type → its object, which OpenAPI 3.2 lets a reference stand for."""
    return {media_type(name): medium.resolved() for name, medium in node.members("content")}


def _medium(
    both: Documents,
    kind: str,
    old: Node,
    new: Node,
    direction: Direction,
    location: ApiLocation,
    skipped: frozenset[tuple[str, ...]],
) -> Iterator[Change]:
    yield from examples(old, new, direction, location)
    for keyword, where in (("schema", location), ("itemSchema", location.below((ITEMS,)))):
        yield from _schema(both, (old, new), keyword, direction, where, skipped, is_xml=is_xml(kind))


def _schema(
    both: Documents,
    media: tuple[Node, Node],
    keyword: str,
    direction: Direction,
    location: ApiLocation,
    skipped: frozenset[tuple[str, ...]],
    *,
    is_xml: bool,
) -> Iterator[Change]:
    """The schema *keyword* of both *media*: of the content, or of each item of a sequence (OpenAPI 3.2)."""
    was, now = media[0].get(keyword), media[1].get(keyword)
    if was is not None and now is not None:
        yield from both.schemas.compare(was, now, direction, location, skipped, is_xml=is_xml)
    elif (there := now or was) is not None and not says_nothing(home(there)):
        rule = "schema-added" if now else "schema-removed"
        yield change(rule, direction, was or media[0], now or media[1], location)


def examples(old: Node, new: Node, direction: Direction, location: ApiLocation) -> Iterator[Change]:
    """The examples that stand beside a schema."""
    for key in ("example", "examples"):
        was, now = old.get(key), new.get(key)
        if (was and was.value) != (now and now.value):
            yield change("example-changed", direction, was or old, now or new, location)
