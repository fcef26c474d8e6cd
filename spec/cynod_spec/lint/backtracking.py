"""Whether a regular expression can make a backtracking engine take exponential time.

It can when, as an automaton, it has a state with two different ways back to itself for one text: then each
repetition of that text doubles the ways to fail. One of ``_MIN_REPEATS`` times or more counts as unbounded.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from itertools import product
from typing import Any, Final

from cynod_spec.lint.patterns import parsed

_MIN_REPEATS: Final = 8
_MAX_STATES: Final = 200
_CATEGORIES: Final = {"DIGIT": r"\d", "SPACE": r"\s", "WORD": r"\w"}
Letters = frozenset[int]


def is_catastrophic(pattern: str) -> bool:
    """Whether *pattern* is ambiguous without bounds; False for one that Python cannot read."""
    tree = parsed(pattern)
    if tree is None or not any(str(kind).endswith("_REPEAT") for kind in _kinds(tree)):
        return False
    machine = _Machine(_alphabet(tree))
    machine.sequence(tree, machine.state())
    return len(machine.steps) <= _MAX_STATES and machine.is_ambiguous()


def _kinds(tree: Any) -> Iterable[Any]:
    """The kinds of the parts that repeat a repetition or a choice."""
    for kind, value in tree:
        if str(kind) in ("MAX_REPEAT", "MIN_REPEAT"):
            inner = [str(each) for each, _ in _parts(value[2])]
            if any(each.endswith("_REPEAT") or each == "BRANCH" for each in inner):
                yield kind
            yield from _kinds(value[2])
        elif str(kind) == "SUBPATTERN":
            yield from _kinds(value[-1])
        elif str(kind) == "BRANCH":
            for branch in value[1]:
                yield from _kinds(branch)


def _parts(tree: Any) -> Iterable[tuple[Any, Any]]:
    for kind, value in tree:
        yield kind, value
        if str(kind) in ("MAX_REPEAT", "MIN_REPEAT"):
            yield from _parts(value[2])
        elif str(kind) == "SUBPATTERN":
            yield from _parts(value[-1])
        elif str(kind) == "BRANCH":
            for branch in value[1]:
                yield from _parts(branch)


def _alphabet(tree: Any) -> Letters:
    """One character of each kind that the pattern tells apart."""
    found = {ord(char) for char in "aZ5_ \n-"}
    for kind, value in _parts(tree):
        for part in value if str(kind) == "IN" else [(kind, value)]:
            if str(part[0]) in ("LITERAL", "NOT_LITERAL"):
                found.add(int(part[1]))
            elif str(part[0]) == "RANGE":
                found.update((int(part[1][0]), int(part[1][1])))
    return frozenset(found)


class _Machine:
    """The automaton: ``steps`` are letters and the next state, ``jumps`` cost no letter."""

    def __init__(self, alphabet: Letters) -> None:
        self.alphabet = alphabet
        self.steps: list[list[tuple[Letters, int]]] = []
        self.jumps: list[list[int]] = []

    def state(self) -> int:
        self.steps.append([])
        self.jumps.append([])
        return len(self.steps) - 1

    def sequence(self, tree: Any, start: int) -> int:
        for kind, value in tree:
            if len(self.steps) > _MAX_STATES:
                break
            start = self.item(str(kind), value, start)
        return start

    def item(self, kind: str, value: Any, start: int) -> int:
        if kind in ("LITERAL", "NOT_LITERAL", "ANY", "IN"):
            end = self.state()
            self.steps[start].append((self.letters(kind, value), end))
            return end
        if kind == "SUBPATTERN":
            return self.sequence(value[-1], start)
        if kind == "BRANCH":
            end = self.state()
            for branch in value[1]:
                begin = self.state()
                self.jumps[start].append(begin)
                self.jumps[self.sequence(branch, begin)].append(end)
            return end
        if kind in ("MAX_REPEAT", "MIN_REPEAT"):
            return self.repeat(int(value[0]), int(value[1]), value[2], start)
        return (
            start  # anchors take no character; assertions, back references and atomic groups are not judged
        )

    def repeat(self, low: int, high: int, tree: Any, start: int) -> int:
        if high < _MIN_REPEATS:
            for count in range(high):
                end = self.sequence(tree, start)
                if count >= low:
                    self.jumps[start].append(end)
                start = end
            return start
        begin, end = self.state(), self.state()
        self.jumps[start].append(begin)
        last = self.sequence(tree, begin)
        self.jumps[last] += [begin, end]
        if low == 0:
            self.jumps[begin].append(end)
        return end

    def letters(self, kind: str, value: Any) -> Letters:
        if kind == "ANY":
            return self.alphabet - {ord("\n")}
        if kind in ("LITERAL", "NOT_LITERAL"):
            return frozenset((int(value),)) if kind == "LITERAL" else self.alphabet - {int(value)}
        listed = list(value)
        negated = bool(listed) and str(listed[0][0]) == "NEGATE"
        found = {char for char in self.alphabet if any(_has(part, char) for part in listed[negated:])}
        return self.alphabet - found if negated else frozenset(found)

    def is_ambiguous(self) -> bool:
        """Whether a state reaches itself by two ways over one text."""
        moves = self._moves()
        following: dict[tuple[int, int], set[tuple[int, int]]] = defaultdict(set)
        for one, other in product(moves, moves):
            for letters, to in moves[one]:
                for others, away in moves[other]:
                    if letters & others:
                        following[one, other].add((to, away))
        before: dict[tuple[int, int], set[tuple[int, int]]] = defaultdict(set)
        for pair, pairs in following.items():
            for each in pairs:
                before[each].add(pair)
        for state in moves:
            ahead = _reached((state, state), following)
            if any(one != other for one, other in ahead & _reached((state, state), before)):
                return True
        return self._doubled(moves)

    def _moves(self) -> dict[int, list[tuple[Letters, int]]]:
        """The steps from each state after any jumps, told apart by where they are taken from."""
        moves: dict[int, list[tuple[Letters, int]]] = {}
        for state in range(len(self.steps)):
            reached, waiting = {state}, [state]
            while waiting:
                for to in self.jumps[waiting.pop()]:
                    if to not in reached:
                        reached.add(to)
                        waiting.append(to)
            moves[state] = [step for each in sorted(reached) for step in self.steps[each]]
        entered = {0} | {to for steps in self.steps for _, to in steps}
        return {state: steps for state, steps in moves.items() if state in entered}

    def _doubled(self, moves: dict[int, list[tuple[Letters, int]]]) -> bool:
        """Whether a loop passes from one state to the next by several jumps: (a*)*."""
        follow = {(state, state): {(to, to) for _, to in steps} for state, steps in moves.items()}
        for state in moves:
            ways = self._ways(state)
            for to, count in ways.items():
                if count > 1 and (state, state) in _reached((to, to), follow):
                    return True
        return False

    def _ways(self, state: int) -> dict[int, int]:
        """How many different jumps lead from *state* to each state with a step; two are as bad as many."""
        counts: dict[int, int] = defaultdict(int)
        waiting = [(state, frozenset((state,)))]
        tried = 0
        while waiting and tried < 5_000:
            tried += 1
            here, passed = waiting.pop()
            for _, to in self.steps[here]:
                counts[to] += 1
            waiting.extend((to, passed | {to}) for to in self.jumps[here] if to not in passed)
        return counts


def _has(part: tuple[Any, Any], char: int) -> bool:
    kind, value = str(part[0]), part[1]
    if kind == "LITERAL":
        return char == int(value)
    if kind == "RANGE":
        return bool(value[0] <= char <= value[1])
    name = str(value).removeprefix("CATEGORY_")
    matches = re.fullmatch(_CATEGORIES.get(name.removeprefix("NOT_"), "."), chr(char)) is not None
    return matches is not name.startswith("NOT_")


def _reached(
    start: tuple[int, int], edges: dict[tuple[int, int], set[tuple[int, int]]]
) -> set[tuple[int, int]]:
    """What at least one edge leads to from *start*."""
    found: set[tuple[int, int]] = set()
    waiting = [start]
    while waiting:
        for to in edges.get(waiting.pop(), ()):
            if to not in found:
                found.add(to)
                waiting.append(to)
    return found
