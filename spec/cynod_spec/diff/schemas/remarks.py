"""What a schema says besides constraints: default, deprecation, read or write only, words."""

from __future__ import annotations

from cynod_spec.base.pointer import resolve
from cynod_spec.diff.emit import differ, shown
from cynod_spec.diff.schemas.differences import Differences, SchemaDifference, ShapePair
from cynod_spec.diff.schemas.json_values import canonical
from cynod_spec.model import Text
from cynod_spec.source.node import Node


def default(both: ShapePair) -> Differences:
    """The value that absence stands for."""
    old, new = both.old.first("default"), both.new.first("default")
    places = both.places("default")
    if old is None and new is not None:
        yield SchemaDifference("default-added", *places, {"after": shown(new.value)})
    elif old is not None and new is None:
        yield SchemaDifference("default-removed", *places, {"before": shown(old.value)})
    elif old is not None and new is not None and canonical(old.value) != canonical(new.value):
        yield SchemaDifference(
            "default-changed", *places, {"before": shown(old.value), "after": shown(new.value)}
        )


def deprecation(both: ShapePair) -> Differences:
    """Whether it is deprecated."""
    before, after = both.old.says("deprecated"), both.new.says("deprecated")
    if before != after:
        yield SchemaDifference(
            "schema-deprecated" if after else "schema-reinstated", *both.places("deprecated")
        )


def read_only(both: ShapePair) -> Differences:
    """Whether it is only read."""
    before, after = both.old.says("readOnly"), both.new.says("readOnly")
    if before != after:
        yield SchemaDifference("read-only-set" if after else "read-only-unset", *both.places("readOnly"))


def write_only(both: ShapePair) -> Differences:
    """Whether it is only sent."""
    before, after = both.old.says("writeOnly"), both.new.says("writeOnly")
    if before != after:
        yield SchemaDifference("write-only-set" if after else "write-only-unset", *both.places("writeOnly"))


def words(both: ShapePair) -> Differences:
    """Its title and description, in either language, and those of each value that a choice lists."""
    for keyword in ("title", "description"):
        old, new = both.old.first(keyword), both.new.first(keyword)
        if differ(_words(old), _words(new)):
            yield SchemaDifference("text-changed", *both.places(keyword), {"key": keyword})
        yield from _words_of_values(both, keyword)


def _words_of_values(both: ShapePair, keyword: str) -> Differences:
    """What stands beside a ``const`` on both sides; the value of a schema of its own has said it already."""
    before, after = both.old.listed or {}, both.new.listed or {}
    for text in before.keys() & after.keys():
        holders = [_holder(node) for node in (before[text], after[text]) if node.name == "const"]
        if len(holders) < 2 or any(
            holder in side.nodes for holder, side in zip(holders, (both.old, both.new), strict=True)
        ):
            continue
        old, new = (holder.get(keyword) for holder in holders)
        if differ(_words(old), _words(new)):
            yield SchemaDifference("text-changed", old or holders[0], new or holders[1], {"key": keyword})


def _holder(node: Node) -> Node:
    """The schema object in which the keyword *node* stands."""
    tokens = node.tokens[:-1]
    return Node(node.source, tokens, resolve(node.source.value, tokens))


def _words(node: Node | None) -> Text:
    return node.words() if node is not None and isinstance(node.value, str) else Text("")
