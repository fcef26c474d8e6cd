"""Whether one schema admits every value of another, by the rules that weigh what is sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from cynod_spec.diff.rows import RULES
from cynod_spec.diff.schemas.differences import Differences, SchemaDifference, SchemasBelow
from cynod_spec.diff.schemas.shape import Nodes, Types

MAX_PAIRS: Final = 200
"""Pairs of schemas that one answer may take; beyond, a schema is not known to admit the other's values."""

_UNHEARD_OF: Final = "member-optional-added"
"""The rule for a member of which nobody said what it is: who sends it so far may send something else."""

_Pair = tuple[int, tuple[tuple[str, ...], ...], int, tuple[tuple[str, ...], ...], Types | None]


class Coverage:
    """Answers for the schemas of two documents; *look* gives what differs between a pair when it is sent."""

    def __init__(self, look: Callable[[SchemasBelow], Differences]) -> None:
        self._look = look
        self._known: dict[tuple[_Pair, bool], bool] = {}

    def __call__(self, narrow: Nodes, wide: Nodes, within: Types | None, strict: bool) -> bool:
        """Whether *wide* admits all that *narrow* admits of the types *within*; False when not known.

        *strict*: also values with members that *wide* describes and *narrow* does not.
        """
        key = _key(SchemasBelow((), narrow, wide, within)), strict
        if key not in self._known:
            before = len(self._known)
            self._known[key] = True  # where the question comes back below itself, nothing speaks against it
            if not self._covers(SchemasBelow((), narrow, wide, within), strict=strict):
                for other in list(self._known)[before:]:  # answers that this one was taken for granted in
                    del self._known[other]
                self._known[key] = False
        return self._known[key]

    def _covers(self, pair: SchemasBelow, *, strict: bool) -> bool:
        waiting, seen = [pair], {_key(pair)}
        while waiting:
            for found in self._look(waiting.pop()):
                if isinstance(found, SchemaDifference):
                    if RULES[found.rule].request != "safe" or (strict and found.rule == _UNHEARD_OF):
                        return False
                elif _key(found) not in seen:
                    if len(seen) == MAX_PAIRS:
                        return False
                    seen.add(_key(found))
                    waiting.append(found)
        return True


def _key(pair: SchemasBelow) -> _Pair:
    old, new = (tuple(node.tokens for node in nodes) for nodes in (pair.old, pair.new))
    return id(pair.old[0].source), old, id(pair.new[0].source), new, pair.within
