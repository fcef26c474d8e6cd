"""Alternatives: ``oneOf`` and ``anyOf``, which branch became which, and how they are told apart."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Final

from cynod_spec.diff.emit import shown
from cynod_spec.diff.schemas.discriminating import Tag, tags
from cynod_spec.diff.schemas.finding import Below, Both, Finding, Seen
from cynod_spec.diff.schemas.objects import applicable, described, required
from cynod_spec.diff.schemas.relevance import ASSERTING, relevant
from cynod_spec.diff.schemas.shape import ALL_TYPES, Shape, Types, Union, home
from cynod_spec.model import Text
from cynod_spec.node import Node

Pair = tuple[Node, Node]
NOTHING_SHARED: Final = 0


@dataclass(frozen=True, slots=True)
class Branches:
    """The branches of two unions: those that became one another, and those of one side only."""

    pairs: list[Pair] = field(default_factory=list)
    removed: list[Node] = field(default_factory=list)
    added: list[Node] = field(default_factory=list)


def generalised(both: Both, old: tuple[Node, ...], new: tuple[Node, ...]) -> Seen | None:
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
    both: Both, old: tuple[Node, ...], new: tuple[Node, ...], union: Union, same: Node, *, added: bool
) -> Seen:
    for node in union.branches:
        if node is not same:
            places = (both.old.home, node) if added else (node, both.new.home)
            yield Finding("alternative-added" if added else "alternative-removed", *places, _named(node))
    if union.exclusive:
        places = (both.old.home, union.place) if added else (union.place, both.new.home)
        yield Finding("alternatives-exclusive" if added else "alternatives-inclusive", *places)
    before, after = (old, (same,)) if added else ((same,), new)
    yield Below((), before, after, within=union.types)
    if union.types is not None:
        yield Below((), old, new, within=_remaining(both, union.types))


def _remaining(both: Both, types: Types) -> Types:
    """The types that one of both sides admits, but for *types*."""
    known = (ALL_TYPES if side.types is None else side.types for side in (both.old, both.new))
    return frozenset().union(*known) - types


def _is_all(shape: Shape, union: Union) -> bool:
    """Whether *union* is all that *shape* says of its types."""
    return shape.listed is None and ASSERTING.isdisjoint(relevant(shape.keywords, union.types))


def _became(whole: Shape, nodes: tuple[Node, ...], union: Union, both: Both) -> Node | None:
    """The branch of *union* that *nodes* became, or that became them."""
    wanted = both.meanings.of(nodes, union.types)
    for node in union.branches:
        if both.meanings.of((node,), union.types) == wanted:
            return node
    restricted = both.meanings.forms.of(nodes, union.types)
    scores = [
        (_shared(restricted, both.meanings.forms.of((node,), union.types)), node) for node in union.branches
    ]
    score, best = max(scores, key=lambda scored: scored[0])
    return best if score > NOTHING_SHARED else None


def alternatives(both: Both) -> Seen:
    """Branches that came, went or changed."""
    places = both.places("oneOf", "anyOf")
    for old, new in _choices(both):
        if old is None:
            yield Finding("alternatives-listed", *places)
        elif new is None:
            yield Finding("alternatives-unlisted", *places)
        else:
            yield from _branches(old, new, both)


def _choices(both: Both) -> Iterator[tuple[Union | None, Union | None]]:
    """The choices of both sides that are one: by what they mean, by types, then by order."""
    old, new = list(both.old.unions), list(both.new.unions)
    for key in (both.meanings.of_union, lambda _, union: union.types):
        for before in list(old):
            wanted = key(both.old, before)
            after = next((union for union in new if key(both.new, union) == wanted), None)
            if after is not None:
                old.remove(before)
                new.remove(after)
                yield before, after
    yield from zip_longest(old, new)


def _branches(old: Union, new: Union, both: Both) -> Seen:
    branches = paired(old, new, both)
    for node in branches.removed:
        yield Finding("alternative-removed", node, new.place, _named(node))
    for node in branches.added:
        yield Finding("alternative-added", old.place, node, _named(node))
    yield from _overlaps(old, new, branches, both)
    for before, after in branches.pairs:
        yield Below((), (before,), (after,), _common_types(both))


def _common_types(both: Both) -> Types | None:
    """The types that the branches of both sides are compared for, when both sides admit the same."""
    return both.old.types if both.old.types == both.new.types else None


def _overlaps(old: Union, new: Union, branches: Branches, both: Both) -> Seen:
    """Whether a value that matches two branches is refused; which values do changes with the branches."""
    if old.exclusive != new.exclusive and old.place.name != new.place.name:
        rule = "alternatives-exclusive" if new.exclusive else "alternatives-inclusive"
        yield Finding(rule, old.place, new.place)
    elif old.exclusive or new.exclusive:
        moved = branches.removed or branches.added
        if moved or any(_outlines_differ(pair, both) for pair in branches.pairs):
            yield Finding("alternatives-overlap-changed", old.place, new.place)


def _outlines_differ(pair: Pair, both: Both) -> bool:
    """Whether the branches of *pair* differ in more than optional members that one side does not describe."""
    before, after = (both.meanings.forms.of((node,), _common_types(both)) for node in pair)
    names = described(before).keys() & described(after).keys()
    return both.meanings.outline(before, names) != both.meanings.outline(after, names)


def paired(old: Union, new: Union, both: Both) -> Branches:
    """Which branch of *old* became which of *new*.

    By what they mean, the values of a discriminator, their references, titles and constant members, and at
    last by the members that most have in common.
    """
    within = _common_types(both)
    found = Branches([], list(old.branches), list(new.branches))
    valued: dict[tuple[int, tuple[str, ...]], str] = {}
    for shape in (both.old, both.new):
        for value, tag in tags(shape).items():
            if tag.target is not None:
                valued.setdefault((id(tag.node.source), tag.target), value)
    keys: tuple[Callable[[Node], str], ...] = (
        lambda node: both.meanings.of((node,), within),
        lambda node: valued.get((id(node.source), home(node).tokens), ""),
        lambda node: str(node.value.get("$ref", "")) if isinstance(node.value, dict) else "",
        _titled,
        lambda node: _constants(both.meanings.forms.of((node,), within), both),
    )
    for key in keys:
        _match(found, key)
    _match_by_members(found, both)
    if len(found.removed) == len(found.added) == 1 == len(old.branches) == len(new.branches):
        found.pairs.append((found.removed.pop(), found.added.pop()))
    return found


def _match(found: Branches, key: Callable[[Node], str]) -> None:
    """Pairs of one key, taken out of the branches of one side only."""
    for before in list(found.removed):
        wanted = key(before)
        after = next((node for node in found.added if wanted and key(node) == wanted), None)
        if after is not None:
            found.pairs.append((before, after))
            found.removed.remove(before)
            found.added.remove(after)


def _match_by_members(found: Branches, both: Both) -> None:
    """Pairs of branches that have members in common, those with most of them first."""

    def form(node: Node) -> Shape:
        return both.meanings.forms.of((node,), _common_types(both))

    scores = [
        (_shared(form(before), form(after)), -row - column, before, after)
        for row, before in enumerate(found.removed)
        for column, after in enumerate(found.added)
    ]
    for score, _, before, after in sorted(scores, key=lambda scored: scored[:2], reverse=True):
        if score > NOTHING_SHARED and before in found.removed and after in found.added:
            found.pairs.append((before, after))
            found.removed.remove(before)
            found.added.remove(after)


def _shared(one: Shape, other: Shape) -> int:
    """How much two branches have in common; nothing when no value is of the types of both."""
    if not (one.types or ALL_TYPES) & (other.types or ALL_TYPES):
        return NOTHING_SHARED
    members = described(one), described(other)
    names = members[0].keys() & members[1].keys()
    if not members[0] and not members[1]:
        return 1
    return 2 * len(names) + len(required(one).keys() & required(other).keys())


def _titled(node: Node) -> str:
    value = home(node).value
    return str(value.get("title", "")) if isinstance(value, dict) else ""


def _constants(shape: Shape, both: Both) -> str:
    """The required members that have one value, with their values; empty for none."""
    found = []
    for name in sorted(required(shape)):
        nodes = applicable(shape, name)
        listed = both.meanings.forms.of(nodes).listed if nodes else None
        if listed is not None and len(listed) == 1:
            found.append(f"{name}={next(iter(listed))}")
    return "\n".join(found)


def _named(node: Node) -> dict[str, str]:
    """What a sentence calls a branch: the schema it refers to, its title, or its type."""
    target = home(node)
    value = target.value if isinstance(target.value, dict) else {}
    if target.tokens != node.tokens:
        return {"name": target.name}
    return {"name": shown(value.get("title") or value.get("type") or value.get("const") or target.name)}


def discriminators(both: Both) -> Seen:
    """``discriminator``: the member that tells alternatives apart, and which value names which."""
    old, new = both.old.first("discriminator"), both.new.first("discriminator")
    places = both.places("discriminator")
    if old is None or new is None:
        if old or new:
            rule = "discriminator-added" if new else "discriminator-removed"
            yield Finding(rule, *places, {"name": _property(new or old)})
        return
    before, after = _property(old), _property(new)
    if before != after:
        yield Finding("discriminator-changed", *places, {"before": before, "after": after})
    yield from _values(both, old.get("mapping") or old, new.get("mapping") or new)


def _values(both: Both, old: Node, new: Node) -> Seen:
    """The values that name alternatives; those that only a branch's own coming or going implies left out."""
    was, now = tags(both.old), tags(both.new)
    moved = _moved(both)
    for value in {**was, **now}:
        words = {"value": value}
        if value not in now:
            if not (was[value].implied and was[value].target in moved[0]):
                yield Finding("mapping-removed", was[value].node, new, words)
        elif value not in was:
            if not (now[value].implied and now[value].target in moved[1]):
                yield Finding("mapping-added", old, now[value].node, words)
        elif _names_another(was[value], now[value], was, now, both):
            yield Finding("mapping-changed", was[value].node, now[value].node, words)


def _moved(both: Both) -> tuple[set[tuple[str, ...]], set[tuple[str, ...]]]:
    """The schemas of the branches that went, and of those that came."""
    gone: set[tuple[str, ...]] = set()
    come: set[tuple[str, ...]] = set()
    for old, new in _choices(both):
        if old is None or new is None:
            continue
        branches = paired(old, new, both)
        gone |= {home(node).tokens for node in branches.removed}
        come |= {home(node).tokens for node in branches.added}
    return gone, come


def _names_another(old: Tag, new: Tag, was: dict[str, Tag], now: dict[str, Tag], both: Both) -> bool:
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
