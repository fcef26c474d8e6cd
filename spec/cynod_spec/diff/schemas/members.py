"""Members of objects: those described, those required, and all others."""

from __future__ import annotations

from typing import Literal

from cynod_spec.diff.schemas import objects
from cynod_spec.diff.schemas.conjuncts import says_nothing
from cynod_spec.diff.schemas.differences import Differences, SchemaDifference, SchemasBelow, ShapePair
from cynod_spec.diff.schemas.shape import Nodes, SchemaShape
from cynod_spec.source.node import Node

Side = Literal["readOnly", "writeOnly"]


def members(both: ShapePair, hidden: Side) -> Differences:
    """Members that came, went, or became required; those with *hidden* neither come nor go that way."""
    old, new = objects.described(both.old), objects.described(both.new)
    before, after = _required(both, both.old, old, hidden), _required(both, both.new, new, hidden)
    for name in {**old, **new}:
        was = old[name] if name in old else _as_another(both.old, name)
        now = new[name] if name in new else _as_another(both.new, name)
        if now is None:
            closed = objects.is_refused(both.new, name)
            if not closed and _is_hidden(both, was, hidden):
                continue
            rule = _rule("removed", "shut-out", required=name in before, closed=closed)
            place = both.new.place("properties", "required")
            yield SchemaDifference(rule, _place(old, name, both.old), place, {"name": name}, (name,))
        elif was is None:
            closed = objects.is_refused(both.old, name)
            if not closed and _is_hidden(both, now, hidden):
                continue
            rule = _rule("added", "let-in", required=name in after, closed=closed)
            place = both.old.place("properties", "required")
            yield SchemaDifference(rule, place, _place(new, name, both.new), {"name": name}, (name,))
        else:
            places = _place({name: was}, name, both.old), _place({name: now}, name, both.new)
            yield from _kept(both, name, (was, now), places, (before, after))


def _kept(
    both: ShapePair,
    name: str,
    schemas: tuple[Nodes, Nodes],
    places: tuple[Node, Node],
    required: tuple[dict[str, Node], dict[str, Node]],
) -> Differences:
    """The member *name*, which both sides know."""
    (old, new), (before, after) = schemas, required
    if name in after and name not in before:
        yield SchemaDifference("member-became-required", places[0], after[name], {"name": name}, (name,))
    elif name in before and name not in after:
        yield SchemaDifference("member-became-optional", before[name], places[1], {"name": name}, (name,))
    if old and new:
        yield SchemasBelow((name,), old, new)
    elif not all(says_nothing(node) for node in old + new):
        rule = "member-described" if new else "member-undescribed"
        yield SchemaDifference(rule, *places, {"name": name}, (name,))


def _as_another(shape: SchemaShape, name: str) -> Nodes | None:
    """The schemas that hold for the member *name* without naming it; None when none does or it is refused."""
    found = objects.applicable(shape, name)
    return found if found and not objects.is_refused(shape, name) else None


def _rule(plain: str, of_closed: str, *, required: bool, closed: bool) -> str:
    """The row for a member that came or went; *closed*: where it is missing, it is refused."""
    return f"member-{'required' if required else 'optional'}-{of_closed if closed else plain}"


def _required(
    both: ShapePair, whole: SchemaShape, described: dict[str, Nodes], hidden: Side
) -> dict[str, Node]:
    """Name → where it is required, for each required member that is not *hidden*."""
    return {
        name: node
        for name, node in objects.required(whole).items()
        if not (described[name] and both.meanings.forms.of(described[name]).says(hidden))
    }


def _is_hidden(both: ShapePair, schemas: Nodes | None, hidden: Side) -> bool:
    """Whether a member with these *schemas* is ignored, or absent, in this direction."""
    return bool(schemas) and both.meanings.forms.of(schemas or ()).says(hidden)


def _place(described: dict[str, Nodes], name: str, whole: SchemaShape) -> Node:
    """Where the member *name* stands: its schema, else where it is required."""
    found = described[name] or tuple(node for known, node in objects.required(whole).items() if known == name)
    return next(iter(found), whole.home)


def others(both: ShapePair) -> Differences:
    """Members that the schema does not name: refused, described by a schema, or free."""
    closed_before, closed_after = objects.refusing(both.old), objects.refusing(both.new)
    old, new = objects.others(both.old), objects.others(both.new)
    places = both.places("additionalProperties", "unevaluatedProperties")
    if closed_before is None and closed_after is not None:
        yield SchemaDifference("others-refused", places[0], closed_after)
    elif closed_before is not None and closed_after is None:
        yield SchemaDifference("others-allowed", closed_before, places[1])
    elif closed_before is None and bool(old) != bool(new):
        yield SchemaDifference("others-described" if new else "others-undescribed", *places)
    elif closed_before is None and old and new:
        yield SchemasBelow(("*",), old, new)


def named_like(both: ShapePair) -> Differences:
    """``patternProperties``."""
    old, new = objects.patterns(both.old), objects.patterns(both.new)
    places = both.places("patternProperties")
    for pattern in {**old, **new}:
        was, now = objects.of_pattern(both.old, pattern), objects.of_pattern(both.new, pattern)
        at = _pattern_place(both.old, pattern, places[0]), _pattern_place(both.new, pattern, places[1])
        words = {"pattern": pattern}
        refused = objects.is_false(was), objects.is_false(now)
        if refused[0] != refused[1]:
            yield SchemaDifference("named-like-shut-out" if refused[1] else "named-like-let-in", *at, words)
        elif refused[0]:
            continue
        elif was and now:
            yield SchemasBelow((pattern,), was, now)
        elif was or now:
            yield SchemaDifference("named-like-added" if now else "named-like-removed", *at, words)


def _pattern_place(shape: SchemaShape, pattern: str, otherwise: Node) -> Node:
    stated = (node.get("patternProperties", pattern) for node in shape.objects)
    return next((node for node in stated if node is not None), otherwise)
