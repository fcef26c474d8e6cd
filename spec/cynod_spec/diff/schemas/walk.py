"""The walk: two schemas and all that they lead to, each pair looked at once in each direction."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from cynod_spec.diff.changes import ApiLocation, Change, Direction
from cynod_spec.diff.emit import change
from cynod_spec.diff.schemas import members, remarks
from cynod_spec.diff.schemas.alternatives import alternatives, generalised
from cynod_spec.diff.schemas.bounds import bounds
from cynod_spec.diff.schemas.constraints import constraints, impossible
from cynod_spec.diff.schemas.coverage import Coverage
from cynod_spec.diff.schemas.differences import Differences, SchemaDifference, SchemasBelow, ShapePair
from cynod_spec.diff.schemas.discriminators import discriminators, subtypes
from cynod_spec.diff.schemas.items import items
from cynod_spec.diff.schemas.meaning import Meanings
from cynod_spec.diff.schemas.normal_form import NormalForms
from cynod_spec.diff.schemas.shape import Types
from cynod_spec.diff.schemas.types import types
from cynod_spec.diff.schemas.values import formats, multiples, patterns, values
from cynod_spec.diff.schemas.xml import xml
from cynod_spec.source.node import Node

Check = Callable[[ShapePair], Differences]
Look = tuple[tuple[SchemaDifference, ...], tuple[SchemasBelow, ...]]
Tokens = tuple[tuple[str, ...], ...]
Key = tuple[Tokens, Tokens, Types | None, Direction]

_OF_SCALARS: tuple[Check, ...] = (formats, patterns, bounds, multiples)
_CHECKS: tuple[Check, ...] = (
    *(discriminators, subtypes),
    *(remarks.read_only, remarks.write_only, remarks.default, remarks.deprecation),
    *(items, members.others, members.named_like, alternatives, constraints),
    remarks.words,
)


class Schemas:
    """Compares schemas of two documents; *enveloped* when envelopes and codes have rules of their own.

    *upgraded*: one of them is OpenAPI 3.0, and the other is not.
    """

    def __init__(self, *, enveloped: bool, upgraded: bool) -> None:
        self._known: dict[Key, Look] = {}
        self._meanings = Meanings(NormalForms(enveloped=enveloped, upgraded=upgraded))
        self._bare = (
            Meanings(NormalForms(enveloped=False, upgraded=upgraded)) if enveloped else self._meanings
        )
        self._covers = Coverage(lambda pair: self._seen(pair, "request", self._meanings))

    def compare(
        self,
        old: Node,
        new: Node,
        direction: Direction,
        location: ApiLocation,
        skipped: frozenset[tuple[str, ...]] = frozenset(),
        *,
        is_xml: bool = False,
    ) -> Iterator[Change]:
        """What differs between *old* and *new* and below them, at *location*; members *skipped* aside.

        *is_xml*: whether the values are written in XML, where ``xml`` says how.
        """
        seen: set[Key] = set()
        waiting: list[SchemasBelow] = [SchemasBelow((), (old,), (new,))]
        while waiting:
            pair = waiting.pop(0)
            key = _key(pair, direction)
            if key in seen:
                continue
            seen.add(key)
            findings, below = self._look(key, pair, direction)
            for finding in (*findings, *(self._xml(pair) if is_xml else ())):
                path = (*pair.path, *finding.below)
                if path not in skipped:
                    where = location.below(path)
                    yield change(finding.rule, direction, finding.old, finding.new, where, **finding.words)
            for child in below:
                path = (*pair.path, *child.path)
                if path not in skipped:
                    waiting.append(SchemasBelow(path, child.old, child.new, child.within))

    def _xml(self, pair: SchemasBelow) -> Iterator[SchemaDifference]:
        old, new = (self._meanings.forms.of(nodes, pair.within) for nodes in (pair.old, pair.new))
        return xml(old, new, pair.path)

    def own(self, old: Node, new: Node, direction: Direction) -> tuple[SchemaDifference, ...]:
        """What differs between *old* and *new* themselves, nothing below, be they bases of envelopes."""
        seen = self._seen(SchemasBelow((), (old,), (new,)), direction, self._bare)
        return tuple(item for item in seen if isinstance(item, SchemaDifference))

    def _look(self, key: Key, pair: SchemasBelow, direction: Direction) -> Look:
        known = self._known.get(key)
        if known is None:
            seen = list(self._seen(pair, direction, self._meanings))
            known = self._known[key] = (
                tuple(item for item in seen if isinstance(item, SchemaDifference)),
                tuple(item for item in seen if isinstance(item, SchemasBelow)),
            )
        return known

    def _seen(self, pair: SchemasBelow, direction: Direction, meanings: Meanings) -> Differences:
        old, new = (meanings.forms.of(nodes, pair.within) for nodes in (pair.old, pair.new))
        yield from _seen(ShapePair(old, new, meanings, self._covers), pair, direction)


def _seen(both: ShapePair, pair: SchemasBelow, direction: Direction) -> Differences:
    hidden: members.Side = "readOnly" if direction == "request" else "writeOnly"
    if both.old.says(hidden) or both.new.says(hidden):
        yield from remarks.read_only(both)
        yield from remarks.write_only(both)
        return
    if both.old.is_impossible or both.new.is_impossible:
        yield from impossible(both)
        return
    widened = generalised(both, pair.old, pair.new)
    if widened is not None:
        yield from widened
        yield from discriminators(both)
        yield from remarks.words(both)
        return
    yield from types(both)
    yield from values(both)
    shared = _shared(both, pair)
    if _who_lists(shared) != _who_lists(both):  # beside the types that both admit, a choice was in the way
        yield from values(shared)
    for check in _CHECKS if _is_listed_once(shared) else (*_OF_SCALARS, *_CHECKS):
        yield from check(shared)
    yield from members.members(shared, hidden)


def _is_listed_once(both: ShapePair) -> bool:
    """Whether one side lists its values and the other does not: each value was held against the other."""
    old, new = _who_lists(both)
    return old != new


def _who_lists(both: ShapePair) -> tuple[bool, bool]:
    return both.old.listed is not None, both.new.listed is not None


def _shared(both: ShapePair, pair: SchemasBelow) -> ShapePair:
    """*both*, for values of the types that both sides admit: all that can be told of the others is told."""
    old, new = both.old.types, both.new.types
    common = new if old is None else old if new is None else old & new
    if old == new or not common:
        return both
    forms = both.meanings.forms
    return replace(both, old=forms.of(pair.old, common), new=forms.of(pair.new, common))


def _key(pair: SchemasBelow, direction: Direction) -> Key:
    old, new = (tuple(node.tokens for node in nodes) for nodes in (pair.old, pair.new))
    return old, new, pair.within, direction
