"""How an observer is declared, and the little that one may know beside the exchange it judges."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from cynod_conformance.observe.exchange import Exchange
from cynod_conformance.text.phrase import Said
from cynod_spec.model import Contract, Operation

Operations = Sequence[Operation]
Over = Callable[[Contract, Operations], Iterable[str]]


def once(contract: Contract, operations: Operations) -> list[str]:
    """One case: the clause ranges over nothing but its being seen."""
    return ["seen"]


@dataclass(frozen=True)
class Seen:
    """One look at one case of a clause; ``problem`` is empty when the clause held.

    ``expected`` says what the clause asked for here, ``problem`` what came instead.
    """

    case: str
    problem: Said = ""
    expected: Said = ""


@dataclass(frozen=True)
class Context:
    """What an observer knows: the contract, how to validate against it, and what must never leak.

    ``errors(pointer, instance)`` gives one line for each way the instance breaks the schema there.
    """

    contract: Contract
    errors: Callable[[str, object], list[str]]
    secrets: Callable[[], Iterable[str]] = tuple
    cards: Callable[[], Iterable[str]] = tuple


Look = Callable[[Context, Exchange], Iterator[Seen]]


@dataclass(frozen=True)
class Observer:
    """A pure function of one exchange that judges one clause."""

    clause: str
    look: Look
    cases: Over

    @property
    def name(self) -> str:
        """The function's name."""
        return self.look.__name__


OBSERVERS: dict[str, Observer] = {}


def observe(clause: str, cases: Over = once) -> Callable[[Look], Look]:
    """Declare the observer of *clause*; *over* names the cases that must be seen for it to pass."""

    def declare(look: Look) -> Look:
        if clause in OBSERVERS:
            raise ValueError(f"two observers for {clause}")
        OBSERVERS[clause] = Observer(clause, look, cases)
        return look

    return declare


def judge(context: Context, exchange: Exchange) -> Iterator[tuple[str, Seen]]:
    """Show *exchange* to every observer; yields each clause that it says something about."""
    for observer in OBSERVERS.values():
        for seen in observer.look(context, exchange):
            yield observer.clause, seen
