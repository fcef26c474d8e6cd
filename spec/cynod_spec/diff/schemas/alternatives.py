"""Alternatives of ``oneOf`` and ``anyOf``: those that came, went or changed, and values that match two."""

from __future__ import annotations

from collections.abc import Sequence

from cynod_spec.diff.emit import shown
from cynod_spec.diff.schemas.differences import Differences, SchemaDifference, SchemasBelow, ShapePair
from cynod_spec.diff.schemas.objects import described, required
from cynod_spec.diff.schemas.pairing import (
    NOTHING_SHARED,
    Branches,
    Pair,
    choices,
    compared_types,
    paired,
    shared,
)
from cynod_spec.diff.schemas.relevance import ASSERTING, relevant
from cynod_spec.diff.schemas.shape import ALL_TYPES, Nodes, SchemaShape, Types, Union, home
from cynod_spec.source.node import Node


def generalised(both: ShapePair, old: Nodes, new: Nodes) -> Differences | None:
    """What differs when one side has a choice where the other has one schema that became a branch of it.

    None when that is not so: both have a choice, or the choice stands beside more for the same values.
    """
    if len(both.old.unions) + len(both.new.unions) != 1:
        return None
    added = bool(both.new.unions)
    whole, chosen = (both.old, both.new) if added else (both.new, both.old)
    union = chosen.unions[0]
    if not _is_all(chosen, union):
        return None
    nodes = old if added else new
    same = _became(whole, nodes, union, both)
    return None if same is None else _generalised(both, old, new, union, same, added=added)


def _generalised(
    both: ShapePair, old: Nodes, new: Nodes, union: Union, same: Node, *, added: bool
) -> Differences:
    nodes = old if added else new
    for node in union.branches:
        if node is not same and not _is_covered(node, (nodes,), union.types, both, added=added):
            places = (both.old.home, node) if added else (node, both.new.home)
            yield SchemaDifference(
                "alternative-added" if added else "alternative-removed", *places, _named(node)
            )
    if union.exclusive:
        places = (both.old.home, union.place) if added else (union.place, both.new.home)
        rule = "alternatives-exclusive" if added else "alternatives-inclusive"
        whole = both.old if added else both.new
        is_known = _matches_another(whole, union, same, both)
        yield SchemaDifference(rule if is_known else "alternatives-overlap-changed", *places)
    before, after = (old, (same,)) if added else ((same,), new)
    yield SchemasBelow((), before, after, within=union.types)
    if union.types is not None:
        yield SchemasBelow((), old, new, within=_remaining(both, union.types))


def _matches_another(whole: SchemaShape, union: Union, same: Node, both: ShapePair) -> bool:
    """Whether members that *whole* describes are enough to match another branch than *same*."""
    others = (both.meanings.forms.of((node,), union.types) for node in union.branches if node is not same)
    return any(required(other).keys() <= described(whole).keys() for other in others)


def _remaining(both: ShapePair, types: Types) -> Types:
    """The types that one of both sides admits, but for *types*."""
    known = (ALL_TYPES if side.types is None else side.types for side in (both.old, both.new))
    return frozenset().union(*known) - types


def _is_all(shape: SchemaShape, union: Union) -> bool:
    """Whether *union* is all that *shape* says of its types."""
    return shape.listed is None and ASSERTING.isdisjoint(relevant(shape.keywords, union.types))


def _became(whole: SchemaShape, nodes: Nodes, union: Union, both: ShapePair) -> Node | None:
    """The branch of *union* that *nodes* became, or that became them."""
    wanted = both.meanings.of(nodes, union.types)
    for node in union.branches:
        if both.meanings.of((node,), union.types) == wanted:
            return node
    restricted = both.meanings.forms.of(nodes, union.types)
    scores = [
        (shared(restricted, both.meanings.forms.of((node,), union.types)), node) for node in union.branches
    ]
    score, best = max(scores, key=lambda scored: scored[0])
    return best if score > NOTHING_SHARED else None


def alternatives(both: ShapePair) -> Differences:
    """Branches that came, went or changed."""
    places = both.places("oneOf", "anyOf")
    for old, new in choices(both):
        if old is None:
            yield SchemaDifference("alternatives-listed", *places)
        elif new is None:
            yield SchemaDifference("alternatives-unlisted", *places)
        else:
            yield from _branches(old, new, both)


def _branches(old: Union, new: Union, both: ShapePair) -> Differences:
    branches = paired(old, new, both)
    for node in branches.removed:
        if not _is_one_more(node, new, old.types, both, added=False):
            yield SchemaDifference("alternative-removed", node, new.place, _named(node))
    for node in branches.added:
        if not _is_one_more(node, old, new.types, both, added=True):
            yield SchemaDifference("alternative-added", old.place, node, _named(node))
    yield from _overlaps(old, new, branches, both)
    for was, now in branches.pairs:
        yield SchemasBelow((), (was,), (now,), compared_types(old, new))


def _is_one_more(node: Node, other: Union, types: Types | None, both: ShapePair, *, added: bool) -> bool:
    """Whether a branch of the union *other*, on the other side, admits all that the branch *node* does.

    Not where a value may match one branch only, which then is refused.
    """
    others = [(branch,) for branch in other.branches]
    return not other.exclusive and _is_covered(node, others, types, both, added=added)


def _is_covered(
    node: Node, others: Sequence[Nodes], types: Types | None, both: ShapePair, *, added: bool
) -> bool:
    """Whether one of *others*, each on the other side, admits all that the branch *node* admits of *types*.

    Not where a discriminator names the branches: each is then an alternative of its own. One that was *added*
    must not bring members either that are known by name and may be something else in it.
    """
    if both.old.first("discriminator") or both.new.first("discriminator"):
        return False
    return any(both.covers((node,), other, types, added) for other in others)


def _overlaps(old: Union, new: Union, branches: Branches, both: ShapePair) -> Differences:
    """Whether a value that matches two branches is refused; which values do changes with the branches."""
    if old.exclusive != new.exclusive and old.place.name != new.place.name:
        rule = "alternatives-exclusive" if new.exclusive else "alternatives-inclusive"
        yield SchemaDifference(rule, old.place, new.place)
    elif old.exclusive or new.exclusive:
        moved = branches.removed or branches.added
        if moved or any(_outlines_differ(pair, compared_types(old, new), both) for pair in branches.pairs):
            yield SchemaDifference("alternatives-overlap-changed", old.place, new.place)


def _outlines_differ(pair: Pair, within: Types | None, both: ShapePair) -> bool:
    """Whether the branches of *pair* differ in more than optional members that one side does not describe."""
    before, after = (both.meanings.forms.of((node,), within) for node in pair)
    names = described(before).keys() & described(after).keys()
    return both.meanings.outline(before, names) != both.meanings.outline(after, names)


def _named(node: Node) -> dict[str, str]:
    """What a sentence calls a branch: the schema it refers to, its title, or its type."""
    target = home(node)
    value = target.value if isinstance(target.value, dict) else {}
    if target.tokens != node.tokens:
        return {"name": target.name}
    return {"name": shown(value.get("title") or value.get("type") or value.get("const") or target.name)}
