"""Which choice became which, and which branch of the one became which of the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Final

from cynod_spec.base.pointer import Tokens
from cynod_spec.diff.schemas.differences import ShapePair
from cynod_spec.diff.schemas.objects import applicable, described, required
from cynod_spec.diff.schemas.shape import ALL_TYPES, SchemaShape, Types, Union, home
from cynod_spec.diff.schemas.tags import tags
from cynod_spec.source.node import Node

Pair = tuple[Node, Node]
NOTHING_SHARED: Final = 0


@dataclass(frozen=True, slots=True)
class Branches:
    """The branches of two unions: those that became one another, and those of one side only."""

    pairs: list[Pair] = field(default_factory=list)
    removed: list[Node] = field(default_factory=list)
    added: list[Node] = field(default_factory=list)


def choices(both: ShapePair) -> Iterator[tuple[Union | None, Union | None]]:
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


def compared_types(old: Union, new: Union) -> Types | None:
    """The types that the branches of *old* and *new* are compared for: those of either (None: any)."""
    return None if old.types is None or new.types is None else old.types | new.types


def paired(old: Union, new: Union, both: ShapePair) -> Branches:
    """Which branch of *old* became which of *new*.

    By what they mean, the values of a discriminator, their references, titles and constant members, and at
    last by the members that most have in common.
    """
    within = compared_types(old, new)
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
    _match_by_members(found, within, both)
    if len(found.removed) == len(found.added) == 1 == len(old.branches) == len(new.branches):
        found.pairs.append((found.removed.pop(), found.added.pop()))
    return found


def _match(found: Branches, key: Callable[[Node], str]) -> None:
    """Pairs of one key, taken out of the branches of one side only."""
    waiting: dict[str, list[Node]] = {}
    for node in found.added:
        waiting.setdefault(key(node), []).append(node)
    waiting.pop("", None)
    before, found.removed[:] = list(found.removed), []
    matched: set[Tokens] = set()
    for node in before:
        if same := waiting.get(key(node)):
            found.pairs.append((node, same[0]))
            matched.add(same.pop(0).tokens)
        else:
            found.removed.append(node)
    found.added[:] = [node for node in found.added if node.tokens not in matched]


def _match_by_members(found: Branches, within: Types | None, both: ShapePair) -> None:
    """Pairs of branches that have members in common, those with most of them first."""

    def form(node: Node) -> SchemaShape:
        return both.meanings.forms.of((node,), within)

    scores = [
        (shared(form(before), form(after)), -row - column, before, after)
        for row, before in enumerate(found.removed)
        for column, after in enumerate(found.added)
    ]
    for score, _, before, after in sorted(scores, key=lambda scored: scored[:2], reverse=True):
        if score > NOTHING_SHARED and before in found.removed and after in found.added:
            found.pairs.append((before, after))
            found.removed.remove(before)
            found.added.remove(after)


def shared(one: SchemaShape, other: SchemaShape) -> int:
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


def _constants(shape: SchemaShape, both: ShapePair) -> str:
    """The required members that have one value, with their values; empty for none."""
    found = []
    for name in sorted(required(shape)):
        nodes = applicable(shape, name)
        listed = both.meanings.forms.of(nodes).listed if nodes else None
        if listed is not None and len(listed) == 1:
            found.append(f"{name}={next(iter(listed))}")
    return "\n".join(found)
