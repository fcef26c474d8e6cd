"""Whether two shapes admit no value in common, as far as that can be proven."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import chain, combinations
from typing import Final

from cynod_spec.diff.schemas.listed_values import SCALARS, admits, type_of
from cynod_spec.diff.schemas.numbers import KINDS, bound
from cynod_spec.diff.schemas.objects import applicable, is_refused, required
from cynod_spec.diff.schemas.shape import ALL_TYPES, Nodes, SchemaShape

MAX_NESTING: Final = 3  # members of members that are looked at
Former = Callable[[Nodes], SchemaShape]


def all_disjoint(shapes: Sequence[SchemaShape], form: Former) -> bool:
    """Whether no value matches two of *shapes*; False also when that is not known."""
    return _are_tagged(shapes, form) or all(are_disjoint(*pair, form) for pair in combinations(shapes, 2))


def _are_tagged(shapes: Sequence[SchemaShape], form: Former) -> bool:
    """Whether all are objects that require one member, with other values in each: quick for many branches."""
    if not shapes or any(shape.types != frozenset(("object",)) for shape in shapes):
        return False
    common = set(required(shapes[0])).intersection(*map(required, shapes[1:]))
    for name in common:
        schemas = [applicable(shape, name) for shape in shapes]
        listed = [form(nodes).listed if nodes else None for nodes in schemas]
        known = [values for values in listed if values is not None]
        if len(known) == len(shapes) and len({*chain(*known)}) == sum(map(len, known)):
            return True
    return False


def are_disjoint(one: SchemaShape, other: SchemaShape, form: Former, depth: int = MAX_NESTING) -> bool:
    """Whether no value matches both; False also when that is not known. *form* gives members' shapes."""
    if one.is_impossible or other.is_impossible:
        return True
    if one.listed is not None and other.listed is not None:
        return one.listed.keys().isdisjoint(other.listed)
    if _lists_refused(one, other) or _lists_refused(other, one):
        return True
    common = (ALL_TYPES if one.types is None else one.types) & (
        ALL_TYPES if other.types is None else other.types
    )
    if "number" in common:
        common -= {"integer"}
    return all(_are_apart(kind, one, other, form, depth) for kind in common)


def _lists_refused(one: SchemaShape, other: SchemaShape) -> bool:
    """Whether *one* lists scalars, and *other* refuses each of them."""
    return one.listed is not None and all(
        type_of(text) in SCALARS and not admits(other, text) for text in one.listed
    )


def _are_apart(kind: str, one: SchemaShape, other: SchemaShape, form: Former, depth: int) -> bool:
    """Whether no value of the type *kind* matches both."""
    if any(_are_out_of_bounds(kind, *pair) for pair in ((one, other), (other, one))):
        return True
    return kind == "object" and depth > 0 and _differ_in_a_member(one, other, form, depth)


def _are_out_of_bounds(kind: str, one: SchemaShape, other: SchemaShape) -> bool:
    """Whether the least of *one* is beyond the greatest of *other*."""
    of_type = "integer" if kind == "number" else kind
    kinds = [each for each in KINDS if each.type == of_type]
    for least, greatest in zip(kinds[::2], kinds[1::2], strict=True):
        low, high = bound(one, least).rank, bound(other, greatest).rank
        if low[0] > high[0] or (low[0] == high[0] and (low[1] or high[1])):
            return True
    return False


def _differ_in_a_member(one: SchemaShape, other: SchemaShape, form: Former, depth: int) -> bool:
    """Whether a member that one of them requires is refused by the other, or is disjoint in both."""
    needed = required(one), required(other)
    if any(is_refused(other, name) for name in needed[0]) or any(is_refused(one, n) for n in needed[1]):
        return True
    return any(
        are_disjoint(form(first), form(second), form, depth - 1)
        for name in _either(needed)
        if (first := applicable(one, name)) and (second := applicable(other, name))
    )


def _either(names: Iterable[Iterable[str]]) -> Iterable[str]:
    return dict.fromkeys(name for each in names for name in each)
