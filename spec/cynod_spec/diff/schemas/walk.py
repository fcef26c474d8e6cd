"""The walk: two schemas and all that they lead to, each pair looked at once in each direction."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from cynod_spec.diff.changes import Change, Direction, Spot
from cynod_spec.diff.emit import change
from cynod_spec.diff.schemas import members, remarks
from cynod_spec.diff.schemas.alternatives import alternatives, discriminators, generalised
from cynod_spec.diff.schemas.bounds import bounds
from cynod_spec.diff.schemas.constraints import constraints
from cynod_spec.diff.schemas.finding import Below, Both, Finding, Seen
from cynod_spec.diff.schemas.items import items
from cynod_spec.diff.schemas.meaning import Meanings
from cynod_spec.diff.schemas.shape import Nodes, shape
from cynod_spec.diff.schemas.types import types
from cynod_spec.diff.schemas.values import formats, multiples, patterns, values
from cynod_spec.node import Node

Check = Callable[[Both], Seen]
Look = tuple[tuple[Finding, ...], tuple[Below, ...]]
Key = tuple[tuple[tuple[str, ...], ...], tuple[tuple[str, ...], ...], Direction]

_OWN: tuple[Check, ...] = (
    *(types, values, formats, patterns, bounds, multiples, discriminators),
    *(remarks.read_only, remarks.write_only, remarks.default, remarks.deprecation),
)
_DEEP: tuple[Check, ...] = (
    *(items, members.others, members.named_like, alternatives, constraints),
    remarks.words,
)


class Schemas:
    """Compares schemas of two documents; *enveloped* when envelopes and codes have rules of their own."""

    def __init__(self, *, enveloped: bool) -> None:
        self._enveloped = enveloped
        self._known: dict[Key, Look] = {}
        self._meanings = Meanings()

    def compare(
        self,
        old: Node,
        new: Node,
        direction: Direction,
        spot: Spot,
        skipped: frozenset[tuple[str, ...]] = frozenset(),
    ) -> Iterator[Change]:
        """What differs between *old* and *new* and below them, at *spot*; members *skipped* aside."""
        seen: set[Key] = set()
        waiting: list[Below] = [Below((), (old,), (new,))]
        while waiting:
            pair = waiting.pop(0)
            key = _key(pair.old, pair.new, direction)
            if key in seen:
                continue
            seen.add(key)
            findings, below = self._look(key, pair, direction)
            for finding in findings:
                path = (*pair.path, *finding.below)
                if path not in skipped:
                    where = spot.below(path)
                    yield change(finding.rule, direction, finding.old, finding.new, where, **finding.words)
            for child in below:
                path = (*pair.path, *child.path)
                if path not in skipped:
                    waiting.append(Below(path, child.old, child.new))

    def own(self, old: Node, new: Node, direction: Direction) -> tuple[Finding, ...]:
        """What differs between *old* and *new* themselves, nothing below, be they bases of envelopes."""
        seen = self._seen(Below((), (old,), (new,)), direction, enveloped=False)
        return tuple(item for item in seen if isinstance(item, Finding))

    def _look(self, key: Key, pair: Below, direction: Direction) -> Look:
        known = self._known.get(key)
        if known is None:
            seen = list(self._seen(pair, direction, enveloped=self._enveloped))
            known = self._known[key] = (
                tuple(item for item in seen if isinstance(item, Finding)),
                tuple(item for item in seen if isinstance(item, Below)),
            )
        return known

    def _seen(self, pair: Below, direction: Direction, *, enveloped: bool) -> Seen:
        shapes = shape(pair.old, enveloped=enveloped), shape(pair.new, enveloped=enveloped)
        both = Both(*shapes, self._meanings)
        hidden: members.Side = "readOnly" if direction == "request" else "writeOnly"
        if both.old.says(hidden) or both.new.says(hidden):
            yield from remarks.read_only(both)
            yield from remarks.write_only(both)
            return
        widened = generalised(pair.old, pair.new, both)
        if widened is not None:
            yield from widened
            return
        if not both.old.is_written_as(both.new):
            for check in _OWN:
                yield from check(both)
        for check in _DEEP:
            yield from check(both)
        yield from members.members(both, hidden)


def _key(old: Nodes, new: Nodes, direction: Direction) -> Key:
    return tuple(node.tokens for node in old), tuple(node.tokens for node in new), direction
