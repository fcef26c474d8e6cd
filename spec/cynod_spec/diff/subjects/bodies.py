"""Bodies: whether there is one, its media types, its schema."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.diff.changes import Change, Direction, Spot
from cynod_spec.diff.emit import change, texts
from cynod_spec.diff.subjects.both import Documents, is_true
from cynod_spec.node import Node

NONE_SKIPPED: frozenset[tuple[str, ...]] = frozenset()


def body(both: Documents, old: Node, new: Node, direction: Direction, spot: Spot) -> Iterator[Change]:
    """The request body of the operations *old* and *new*."""
    spot = spot.of("body")
    was, now = _body(old), _body(new)
    if was is None or now is None:
        if was or now:
            there = now or was
            kind = "required" if there and is_true(there, "required") else "optional"
            rule = f"body-{kind}-{'added' if now else 'removed'}"
            yield change(rule, direction, was or old, now or new, spot)
        return
    before, after = is_true(was, "required"), is_true(now, "required")
    if before != after:
        rule = "body-became-required" if after else "body-became-optional"
        yield change(rule, direction, was.get("required") or was, now.get("required") or now, spot)
    yield from texts(was, now, ("description",), direction, spot)
    yield from content(both, was, now, direction, spot)


def _body(operation: Node) -> Node | None:
    written = operation.get("requestBody")
    return written.followed() if written else None


def content(
    both: Documents,
    old: Node,
    new: Node,
    direction: Direction,
    spot: Spot,
    skipped: frozenset[tuple[str, ...]] = NONE_SKIPPED,
) -> Iterator[Change]:
    """The media types of *old* and *new*, by their names, which know no case."""
    before, after = _media(old), _media(new)
    for key in {**before, **after}:
        if key not in before:
            place = old.get("content") or old
            yield change("media-type-added", direction, place, after[key], spot, name=key)
        elif key not in after:
            place = new.get("content") or new
            yield change("media-type-removed", direction, before[key], place, spot, name=key)
        else:
            yield from _medium(both, before[key], after[key], direction, spot, skipped)


def _media(node: Node) -> dict[str, Node]:
    return {name.replace(" ", "").lower(): medium for name, medium in node.members("content")}


def _medium(
    both: Documents,
    old: Node,
    new: Node,
    direction: Direction,
    spot: Spot,
    skipped: frozenset[tuple[str, ...]],
) -> Iterator[Change]:
    yield from examples(old, new, direction, spot)
    encodings = old.get("encoding"), new.get("encoding")
    if (encodings[0] and encodings[0].value) != (encodings[1] and encodings[1].value):
        yield change("encoding-changed", direction, encodings[0] or old, encodings[1] or new, spot)
    was, now = old.get("schema"), new.get("schema")
    if was is not None and now is not None:
        yield from both.schemas.compare(was, now, direction, spot, skipped)
    elif was is not None or now is not None:
        rule = "schema-added" if now else "schema-removed"
        yield change(rule, direction, was or old, now or new, spot)


def examples(old: Node, new: Node, direction: Direction, spot: Spot) -> Iterator[Change]:
    """The examples that stand beside a schema."""
    for key in ("example", "examples"):
        was, now = old.get(key), new.get(key)
        if (was and was.value) != (now and now.value):
            yield change("example-changed", direction, was or old, now or new, spot)
