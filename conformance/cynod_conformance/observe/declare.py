"""How an observer is declared, and what it may know beside the exchange that it judges."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from cynod_conformance.observe.exchange import Exchange
from cynod_conformance.text.phrase import Said
from cynod_spec.model import Contract, Operation

Operations = Sequence[Operation]
ObserverCases = Callable[[Contract, Operations], Iterable[str]]


def once(contract: Contract, operations: Operations) -> list[str]:
    """One case: the clause must be seen once, anywhere."""
    return ["seen"]


@dataclass(frozen=True)
class Seen:
    """What an exchange shows of one case of a clause.

    ``problem`` says what was received instead of ``expected``; it is empty when the clause held.
    """

    case: str
    problem: Said = ""
    expected: Said = ""


@dataclass(frozen=True)
class Context:
    """What an observer knows: the contract, how to validate against it, and what must never leak.

    ``errors(pointer, instance)`` gives one line for each way in which the instance breaks the schema at that
    JSON pointer. ``secrets`` and ``cards`` give the secrets and full card numbers that the suite knows.
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
    cases: ObserverCases

    @property
    def name(self) -> str:
        """The function's name."""
        return self.look.__name__


OBSERVERS: dict[str, Observer] = {}


def observe(clause: str, cases: ObserverCases = once) -> Callable[[Look], Look]:
    """Declare the observer of *clause*, a pure function that is shown every exchange of a run.

    *cases* names the cases that must be seen for the clause to pass, for the contract and the operations that
    the run may call. The function yields what the exchange shows of each of them, and nothing where it shows
    nothing. Raises ValueError for a second observer of a clause::

        @observe("HTT-8")
        def date_is_sent(context: Context, exchange: Exchange) -> Iterator[Seen]:
            "Each answer has a Date (RFC 9110 §6.6.1)."
            date = exchange.response.header("Date")
            yield Seen("seen", "" if date else phrase("absent"), phrase("is", what="Date", value="…"))
    """

    def declare(look: Look) -> Look:
        if clause in OBSERVERS:
            raise ValueError(f"two observers for {clause}")
        OBSERVERS[clause] = Observer(clause, look, cases)
        return look

    return declare


def judge(context: Context, exchange: Exchange) -> Iterator[tuple[str, Seen]]:
    """Show *exchange* to every observer; yields the clause and what was seen of it."""
    for observer in OBSERVERS.values():
        for seen in observer.look(context, exchange):
            yield observer.clause, seen
