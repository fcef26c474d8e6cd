"""Hypothesis draws the calls of a sequence, and shortens one that fails.

It draws in the order of the names of rules and of their arguments: other names give a seed other calls.
"""

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
    NoAnswer,
    Outcome,
    PreconditionMissing,
    UnexpectedAnswer,
)
from cynod_conformance.base.phases import LEDGER
from cynod_conformance.experiment.card_account import required_operation
from cynod_conformance.experiment.context import TestContext
from cynod_conformance.experiment.fixtures import RoleValues
from cynod_conformance.experiment.provocations import without_conflicts
from cynod_conformance.results.recorder import ResultRecorder
from cynod_conformance.stateful import lists
from cynod_conformance.stateful.driver import FORM_PROVOCATIONS, CallDriver
from cynod_conformance.stateful.model import Card, CreatedResource, SingleReason

ANY_NUMBER = st.integers(0, 10_000)  # picks one of those that exist, modulo their count
VALID, EDGES, INVALID = (
    ("least", "some"),
    ("all", "more", "most", "beyond", "below"),
    ("zero", "negative", "fraction"),
)
AMOUNT = st.sampled_from((*VALID, *VALID, *VALID, *EDGES, *EDGES, *INVALID))
FORM = st.one_of(
    st.just(()),
    st.just(()),
    st.just(()),
    st.lists(st.sampled_from(FORM_PROVOCATIONS), min_size=1, max_size=2, unique=True).map(
        lambda chosen: tuple(name for name in FORM_PROVOCATIONS if name in chosen)
    ),
)
MOSTLY_FRESH = st.sampled_from((True, True, True, False))  # whether an idempotency key is new
MOSTLY = st.sampled_from((True, True, True, True, False))  # the usual caller, the card's currency
TOP_UP, PAYMENT = ("credit", "top-up"), ("debit", "payment")
READS = st.sampled_from(("made", "made", "balance", "entry", "top-up", "payment"))
ONE_IN_UNKNOWN = 9  # draws of a resource that name none that exists: one in so many
ONE_IN_EXPIRED = 5  # changes of a card's state that issue an expired card instead: one in so many


@dataclass
class LedgerRun:
    """What all sequences of a run share, and their results.

    ``until`` is the ``time.monotonic`` after which no more calls are made. ``limits`` holds what callers may
    move, ``known_refusals`` is the models' ``confirmed_refusals``. ``shortest_sequences`` has, by clause, the
    number of calls that its deviation takes. ``stopped`` is why the calls ended early, ``given_up`` why the
    last sequence that was given up was. ``confirmed`` counts the answers that came as expected.
    """

    context: TestContext
    recorder: ResultRecorder
    until: float
    limits: dict[str, RoleValues] = field(default_factory=dict)
    known_refusals: set[SingleReason] = field(default_factory=set)
    shortest_sequences: dict[str, int] = field(default_factory=dict)
    stopped: Outcome | None = None
    given_up: Outcome | None = None
    confirmed: int = 0

    @property
    def is_over(self) -> bool:
        """Whether no more calls may be made."""
        return self.stopped is not None or time.monotonic() > self.until

    def begin_sequence(self) -> CallDriver:
        """The driver of another sequence."""
        self.recorder.exchange_log.begin()
        return CallDriver(self.context, self.limits, self.recorder.condemned, self.known_refusals)

    def record(self, found: UnexpectedAnswer, calls: int) -> None:
        """Record *found*, which took so many *calls*, unless fewer are known to break its clause.

        Of several clauses that it may break, one that an experiment has seen broken is preferred.
        """
        failed = [clause for clause in found.clauses if self.recorder.failures[clause]]
        clause = (*failed, *found.clauses)[0]
        if calls < self.shortest_sequences.get(clause, calls + 1):
            self.shortest_sequences[clause] = calls
            self.recorder.forget(clause, LEDGER)
            self.recorder.failed(clause, LEDGER, found.expected, found.got, found.exchange)


def step(function: Callable[..., None]) -> Callable[..., None]:
    """A rule that does nothing once the run is over, and gives up its sequence where an outcome ends it."""

    @functools.wraps(function)
    def guarded(self: Any, **drawn: Any) -> None:
        ledger_run: LedgerRun = self.ledger_run
        if ledger_run.is_over or self.given_up:
            return
        before = self.driver.confirmed
        try:
            function(self, **drawn)
        except UnexpectedAnswer as deviation:
            ledger_run.record(deviation, self.driver.sent)
            raise
        except (PreconditionMissing, BudgetSpent, NoAnswer) as why:
            ledger_run.stopped = why
        except Outcome as why:
            self.given_up, ledger_run.given_up = True, why
        finally:
            ledger_run.confirmed += self.driver.confirmed - before

    return guarded


def machine(ledger_run: LedgerRun) -> type[RuleBasedStateMachine]:
    """The state machine whose rules make the calls of *ledger_run*."""

    class LedgerMachine(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.ledger_run = ledger_run
            self.driver = ledger_run.begin_sequence()
            self.given_up = False  # an answer left open what is true now

        @initialize()
        @step
        def open_cards(self) -> None:
            driver = self.driver
            if "core" not in ledger_run.context.config.credentials:
                driver.use_configured_card()
                return
            driver.issue(driver.partners)
            driver.issue(driver.partners[:1])

        # What the draws pick

        def card(self, number: int) -> Card:
            return self.driver.model.cards[number % len(self.driver.model.cards)]

        def caller(self, usual: bool) -> str:
            return self.driver.partners[0 if usual else -1]

        def made(self, charge: tuple[str, str], number: int) -> CreatedResource | None:
            """One of those made, or a first one where there is none; at times None, for an unknown one."""
            effect, resource = charge
            if number % ONE_IN_UNKNOWN == ONE_IN_UNKNOWN - 1:
                return None
            if not self.driver.model.of(resource):
                key = ledger_run.context.fixtures.fresh()
                caller, card = self.caller(usual=True), self.card(0)
                self.driver.charge(effect, resource, caller, card, self.least(charge, caller), key=key)
            there = self.driver.model.of(resource)
            return there[number % len(there)] if there else None

        def least(self, charge: tuple[str, str], caller: str) -> int:
            operation = required_operation(ledger_run.context, *charge)
            return self.driver.limits(caller, operation)[0] or 1

        def key(self, fresh: bool, number: int) -> str:
            used = sorted({key for *_, key in (*self.driver.model.uses, *self.driver.model.refused)})
            return ledger_run.context.fixtures.fresh() if fresh or not used else used[number % len(used)]

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

        @rule(
            card=ANY_NUMBER,
            usual=MOSTLY,
            kind=AMOUNT,
            number=ANY_NUMBER,
            fresh=MOSTLY_FRESH,
            same=MOSTLY,
            form=FORM,
        )
        @step
        def top_up(self, **drawn: Any) -> None:
            self.charge(TOP_UP, **drawn)

        @rule(
            card=ANY_NUMBER,
            usual=MOSTLY,
            kind=AMOUNT,
            number=ANY_NUMBER,
            fresh=MOSTLY_FRESH,
            same=MOSTLY,
            form=FORM,
        )
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
            form: tuple[str, ...],
        ) -> None:
            driver, caller, chosen = self.driver, self.caller(usual), self.card(card)
            operation = required_operation(ledger_run.context, *charge)
            amount = self.amount(kind, number, chosen.balance, driver.limits(caller, operation))
            key = self.key(fresh, number)
            driver.charge(
                *charge,
                caller,
                chosen,
                amount,
                key=key,
                same_currency=same,
                provocations=without_conflicts(form),
            )

        @rule(
            payment=ANY_NUMBER,
            usual=MOSTLY,
            kind=AMOUNT,
            number=ANY_NUMBER,
            fresh=MOSTLY_FRESH,
            same=MOSTLY,
            form=FORM,
        )
        @step
        def refund(
            self,
            payment: int,
            usual: bool,
            kind: str,
            number: int,
            fresh: bool,
            same: bool,
            form: tuple[str, ...],
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
                provocations=without_conflicts(form),
            )

        @rule(number=ANY_NUMBER)
        @step
        def repeat_creation(self, number: int) -> None:
            self.driver.repeat_creation(number)

        @rule(top_up=ANY_NUMBER, usual=MOSTLY)
        @step
        def cancel(self, top_up: int, usual: bool) -> None:
            self.driver.cancel(self.caller(usual), self.made(TOP_UP, top_up))

        @rule(card=ANY_NUMBER, blocked=st.booleans())
        @step
        def set_state(self, card: int, blocked: bool) -> None:
            if "core" not in ledger_run.context.config.credentials:
                return
            if card % ONE_IN_EXPIRED == ONE_IN_EXPIRED - 1 and len(self.driver.model.cards) < 3:
                self.driver.issue(self.driver.partners, expired=True)
            else:
                self.driver.set_state(self.card(card), "blocked" if blocked else "active")

        @rule(look=READS, number=ANY_NUMBER, usual=MOSTLY, limit=st.integers(1, 5))
        @step
        def look(self, look: str, number: int, usual: bool, limit: int) -> None:
            driver, caller = self.driver, self.caller(usual)
            match look:
                case "balance":
                    driver.read_balance(caller, self.card(number))
                case "entry":
                    lists.card_entries(driver, caller, self.card(number), limit)
                case "top-up" | "payment":
                    lists.own_resources(driver, caller, look, limit)
                case _ if driver.model.made:
                    chosen = driver.model.made[number % len(driver.model.made)]
                    driver.read_back(chosen.owner if usual else caller, chosen)

    return LedgerMachine
