"""Hypothesis draws the calls, and shortens a sequence that went astray."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from cynod_conformance.base.outcomes import (
    BudgetSpent,
    Outcome,
    PreconditionMissing,
    UnexpectedAnswer,
    Unreachable,
)
from cynod_conformance.base.phases import LEDGER
from cynod_conformance.experiment.card_account import needed
from cynod_conformance.experiment.context import TestContext
from cynod_conformance.experiment.fixtures import Roles
from cynod_conformance.experiment.provocations import without_conflicts
from cynod_conformance.results.recorder import ResultRecorder
from cynod_conformance.stateful import lists
from cynod_conformance.stateful.driver import FORMAL, CallDriver
from cynod_conformance.stateful.model import Alone, Card, Made

NUMBER = st.integers(0, 10_000)  # picks one of those that there are, whatever their count
VALID, EDGES, INVALID = (
    ("least", "some"),
    ("all", "more", "most", "beyond", "below"),
    ("zero", "negative", "fraction"),
)
AMOUNT = st.sampled_from((*VALID, *VALID, *VALID, *EDGES, *EDGES, *INVALID))
FAULTS = st.one_of(
    st.just(()),
    st.just(()),
    st.just(()),
    st.lists(st.sampled_from(FORMAL), min_size=1, max_size=2, unique=True).map(
        lambda chosen: tuple(name for name in FORMAL if name in chosen)
    ),
)
FRESH = st.sampled_from((True, True, True, False))  # whether a key is new
OWN = st.sampled_from((True, True, True, True, False))  # the usual caller, currency or card
TOP_UP, PAYMENT = ("credit", "top-up"), ("debit", "payment")
LOOK = st.sampled_from(("made", "made", "balance", "entry", "top-up", "payment"))
UNKNOWN = 9  # one in so many names nothing that exists
EXPIRED = 5  # one change of a card's state in so many brings a card that is no longer good


@dataclass
class Conditions:
    """What all sequences of a run share, and what came of them."""

    context: TestContext
    recorder: ResultRecorder
    until: float  # ``time.monotonic`` after which no more calls are made
    limits: dict[str, Roles] = field(default_factory=dict)
    alone: set[Alone] = field(default_factory=set)  # of all sequences, see ``Book.refused_alone``
    shortest: dict[str, int] = field(default_factory=dict)  # by clause, the calls that its deviation takes
    stopped: Outcome | None = None  # why the calls ended before their end
    lost: Outcome | None = None  # why the last sequence that was given up was
    foretold: int = 0  # answers that came as they had to

    @property
    def cases(self) -> bool:
        """Whether no more calls are to be made."""
        return self.stopped is not None or time.monotonic() > self.until

    def begin(self) -> CallDriver:
        """Another sequence begins."""
        self.recorder.exchange_log.begin()
        return CallDriver(self.context, self.limits, self.recorder.condemned, self.alone)

    def put_down(self, found: UnexpectedAnswer, calls: int) -> None:
        """Put *found* down, which took so many *calls*, unless a shorter way to its clause is known.

        Of several clauses it is one that was seen broken before, by an experiment of its own.
        """
        failed = [clause for clause in found.clauses if self.recorder.failures[clause]]
        clause = (*failed, *found.clauses)[0]
        if calls < self.shortest.get(clause, calls + 1):
            self.shortest[clause] = calls
            self.recorder.forget(clause, LEDGER)
            self.recorder.failed(clause, LEDGER, found.expected, found.got, found.exchange)


def step(function: Callable[..., None]) -> Callable[..., None]:
    """A rule that does nothing once the run is over, and ends the run where nothing can be foretold."""

    @functools.wraps(function)
    def guarded(self: Any, **drawn: Any) -> None:
        conditions: Conditions = self.conditions
        if conditions.cases or self.lost:
            return
        before = self.driver.foretold
        try:
            function(self, **drawn)
        except UnexpectedAnswer as deviation:
            conditions.put_down(deviation, self.driver.sent)
            raise
        except (PreconditionMissing, BudgetSpent, Unreachable) as why:
            conditions.stopped = why
        except Outcome as why:
            self.lost, conditions.lost = True, why
        finally:
            conditions.foretold += self.driver.foretold - before

    return guarded


def machine(conditions: Conditions) -> type[RuleBasedStateMachine]:
    """The machine that makes sequences of calls under *conditions*."""

    class Ledger(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.conditions = conditions
            self.driver = conditions.begin()
            self.lost = False  # whether an answer left open what is true now

        @initialize()
        @step
        def open_cards(self) -> None:
            driver = self.driver
            if "core" not in conditions.context.config.credentials:
                driver.adopt()
                return
            driver.issue(driver.partners)
            driver.issue(driver.partners[:1])

        # What is drawn

        def card(self, number: int) -> Card:
            return self.driver.book.cards[number % len(self.driver.book.cards)]

        def caller(self, usual: bool) -> str:
            return self.driver.partners[0 if usual else -1]

        def made(self, charge: tuple[str, str], number: int) -> Made | None:
            """One of those that were made, a first one when there is none; at times none that exists."""
            effect, resource = charge
            if number % UNKNOWN == UNKNOWN - 1:
                return None
            if not self.driver.book.of(resource):
                key = conditions.context.fixtures.fresh()
                caller, card = self.caller(usual=True), self.card(0)
                self.driver.charge(effect, resource, caller, card, self.least(charge, caller), key=key)
            there = self.driver.book.of(resource)
            return there[number % len(there)] if there else None

        def least(self, charge: tuple[str, str], caller: str) -> int:
            operation = needed(conditions.context, *charge)
            return self.driver.limits(caller, operation)[0] or 1

        def key(self, fresh: bool, number: int) -> str:
            used = sorted({key for *_, key in (*self.driver.book.uses, *self.driver.book.refused)})
            return conditions.context.fixtures.fresh() if fresh or not used else used[number % len(used)]

        def amount(self, kind: str, number: int, whole: int, limits: tuple[int | None, int | None]) -> Any:
            least, most = limits[0] or 1, limits[1] or 100_000
            return {
                "least": least,
                "some": least + number % 700,
                "all": whole if whole > 0 else least,
                "more": whole + 1,
                "most": most,
                "beyond": most + 1,
                "below": least - 1,
                "zero": 0,
                "negative": -least,
                "fraction": least + 0.5,
            }[kind]

        # Calls

        @rule(card=NUMBER, usual=OWN, kind=AMOUNT, number=NUMBER, fresh=FRESH, same=OWN, faults=FAULTS)
        @step
        def top_up(self, **drawn: Any) -> None:
            self.charge(TOP_UP, **drawn)

        @rule(card=NUMBER, usual=OWN, kind=AMOUNT, number=NUMBER, fresh=FRESH, same=OWN, faults=FAULTS)
        @step
        def pay(self, **drawn: Any) -> None:
            self.charge(PAYMENT, **drawn)

        def charge(
            self,
            charge: tuple[str, str],
            card: int,
            usual: bool,
            kind: str,
            number: int,
            fresh: bool,
            same: bool,
            faults: tuple[str, ...],
        ) -> None:
            driver, caller, chosen = self.driver, self.caller(usual), self.card(card)
            operation = needed(conditions.context, *charge)
            amount = self.amount(kind, number, chosen.balance, driver.limits(caller, operation))
            key = self.key(fresh, number)
            driver.charge(
                *charge, caller, chosen, amount, key=key, same_currency=same, faults=without_conflicts(faults)
            )

        @rule(payment=NUMBER, usual=OWN, kind=AMOUNT, number=NUMBER, fresh=FRESH, same=OWN, faults=FAULTS)
        @step
        def refund(
            self,
            payment: int,
            usual: bool,
            kind: str,
            number: int,
            fresh: bool,
            same: bool,
            faults: tuple[str, ...],
        ) -> None:
            chosen = self.made(PAYMENT, payment)
            amount = self.amount(kind, number, chosen.left if chosen else 1, (None, None))
            key = self.key(fresh, number)
            self.driver.refund(
                self.caller(usual),
                chosen,
                amount,
                key=key,
                same_currency=same,
                faults=without_conflicts(faults),
            )

        @rule(number=NUMBER)
        @step
        def say_again(self, number: int) -> None:
            self.driver.say_again(number)

        @rule(top_up=NUMBER, usual=OWN)
        @step
        def cancel(self, top_up: int, usual: bool) -> None:
            self.driver.cancel(self.caller(usual), self.made(TOP_UP, top_up))

        @rule(card=NUMBER, blocked=st.booleans())
        @step
        def set_state(self, card: int, blocked: bool) -> None:
            if "core" not in conditions.context.config.credentials:
                return
            if card % EXPIRED == EXPIRED - 1 and len(self.driver.book.cards) < 3:
                self.driver.issue(self.driver.partners, expired=True)
            else:
                self.driver.set_state(self.card(card), "blocked" if blocked else "active")

        @rule(look=LOOK, number=NUMBER, usual=OWN, limit=st.integers(1, 5))
        @step
        def look(self, look: str, number: int, usual: bool, limit: int) -> None:
            driver, caller = self.driver, self.caller(usual)
            match look:
                case "balance":
                    driver.look_at_balance(caller, self.card(number))
                case "entry":
                    lists.entries(driver, caller, self.card(number), limit)
                case "top-up" | "payment":
                    lists.own(driver, caller, look, limit)
                case _ if driver.book.made:
                    chosen = driver.book.made[number % len(driver.book.made)]
                    driver.look_at(chosen.owner if usual else caller, chosen)

    return Ledger
