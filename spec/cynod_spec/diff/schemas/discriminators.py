"""``discriminator``: which member tells alternatives apart, and which of its values names which."""

from __future__ import annotations

from typing import Final

from cynod_spec.base.pointer import Tokens
from cynod_spec.diff.schemas.differences import Differences, SchemaDifference, SchemasBelow, ShapePair
from cynod_spec.diff.schemas.pairing import choices, paired
from cynod_spec.diff.schemas.shape import SchemaShape, home
from cynod_spec.diff.schemas.tags import OTHERWISE, DiscriminatorValue, tags
from cynod_spec.model import Text
from cynod_spec.source.node import Node

ANY_OTHER: Final = Text("(toute autre)", "(any other)")


def discriminators(both: ShapePair) -> Differences:
    """A discriminator that came, went, or tells by another member or by other values."""
    old, new = both.old.first("discriminator"), both.new.first("discriminator")
    places = both.places("discriminator")
    if old is None or new is None:
        if old or new:
            rule = "discriminator-added" if new else "discriminator-removed"
            yield SchemaDifference(rule, *places, {"name": _property(new or old)})
        return
    before, after = _property(old), _property(new)
    if before != after:
        yield SchemaDifference("discriminator-changed", *places, {"before": before, "after": after})
    yield from _values(both, old.get("mapping") or old, new.get("mapping") or new)


def subtypes(both: ShapePair) -> Differences:
    """The schemas that inherit from this one by ``allOf`` and that its discriminator names, in pairs.

    A value described by their parent alone is one of them, although no choice lists them.
    """
    was, now = tags(both.old), tags(both.new)
    before, after = _subtypes(both.old, was, both), _subtypes(both.new, now, both)
    for value in was.keys() & now.keys():
        old, new = was[value], now[value]
        if old.schema is None or new.schema is None:
            continue
        if old.target in before and new.target in after:
            yield SchemasBelow((), (old.schema,), (new.schema,))


def _subtypes(shape: SchemaShape, named: dict[str, DiscriminatorValue], both: ShapePair) -> set[Tokens]:
    """Those of the schemas *named* that hold, by ``allOf``, all of them that *shape* holds already."""
    stated = shape.first("discriminator")
    if stated is None:
        return set()
    known = {tag.target for tag in named.values()} | {shape.holder(stated).tokens}
    held = {node.tokens for node in shape.nodes} & known
    schemas = [tag.schema for tag in named.values() if tag.schema is not None]
    holders = {
        node.tokens: {each.tokens for each in both.meanings.forms.of((node,)).nodes} for node in schemas
    }
    return {tokens for tokens, nodes in holders.items() if tokens not in held and held <= nodes}


def _values(both: ShapePair, old: Node, new: Node) -> Differences:
    """The values that name alternatives; those that only a branch's own coming or going implies left out."""
    was, now = tags(both.old), tags(both.new)
    moved = _moved(both)
    for value in {**was, **now}:
        words = {"value": ANY_OTHER if value == OTHERWISE else value}
        if value not in now:
            if not (was[value].implied and was[value].target in moved[0]):
                yield SchemaDifference("mapping-removed", was[value].node, new, words)
        elif value not in was:
            if not (now[value].implied and now[value].target in moved[1]):
                yield SchemaDifference("mapping-added", old, now[value].node, words)
        elif _names_another(was[value], now[value], was, now, both):
            yield SchemaDifference("mapping-changed", was[value].node, now[value].node, words)


def _moved(both: ShapePair) -> tuple[set[tuple[str, ...]], set[tuple[str, ...]]]:
    """The schemas of the branches that went, and of those that came."""
    gone: set[tuple[str, ...]] = set()
    come: set[tuple[str, ...]] = set()
    for old, new in choices(both):
        if old is None or new is None:
            continue
        branches = paired(old, new, both)
        gone |= {home(node).tokens for node in branches.removed}
        come |= {home(node).tokens for node in branches.added}
    return gone, come


def _names_another(
    old: DiscriminatorValue,
    new: DiscriminatorValue,
    was: dict[str, DiscriminatorValue],
    now: dict[str, DiscriminatorValue],
    both: ShapePair,
) -> bool:
    """Whether the value of *old* and *new* names another schema, a new name for the same one aside."""
    before, after = old.schema, new.schema
    if before is None or after is None:
        return bool(old.node.value != new.node.value)
    if old.target == new.target or both.meanings.of((before,)) == both.meanings.of((after,)):
        return False
    kept = {tag.target for tag in was.values()} & {tag.target for tag in now.values()}
    return old.target in kept or new.target in kept


def _property(node: Node | None) -> str | Text:
    value = node.value if node else None
    return str(value.get("propertyName", "")) if isinstance(value, dict) else ""
