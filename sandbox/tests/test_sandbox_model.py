"""A model of the money, driven by Hypothesis: balance = ledger = listed transactions after every step.

Each example is a card of its own on a sandbox of four workers. Parallel steps predict what must be true
of whatever was accepted; the others predict the very answer. How many are accepted is the race's business,
so that nothing which Hypothesis draws may depend on it: operations are chosen by a number, whatever there
are, and a step that needs one makes it.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest
import requests
from cross_room.sandboxes import Caller, Sandbox, running
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select

from cynod_sandbox.storage.database import Database
from cynod_sandbox.storage.tables import cards, entries

pytestmark = pytest.mark.slow

AMOUNTS = st.integers(100, 3_000)  # minor units, within every partner's limits
CHOICES = st.integers(0, 10_000)  # of an operation, among those that there are
PARALLEL = 6


@dataclass
class Place:
    """A sandbox, two callers that keep their connections, and its database seen from outside."""

    sandbox: Sandbox
    database: Database
    primary: Caller
    core: Caller
    steps: int = 0  # after which all was looked at


@dataclass
class Operation:
    """A top-up or a payment that was accepted."""

    id: str
    amount: int
    open: bool = True  # a top-up not cancelled, a payment not wholly refunded
    left: int = 0  # of a payment, what may be refunded


@dataclass
class Model:
    """What must be true of the card."""

    entries: list[int] = field(default_factory=list)  # signed amounts
    blocked: bool = False
    top_ups: list[Operation] = field(default_factory=list)
    payments: list[Operation] = field(default_factory=list)

    @property
    def balance(self) -> int:
        return sum(self.entries)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def place(request, new_database, tmp_path_factory) -> Iterator[Place]:
    url = new_database(request.param)
    # Tokens last for an hour: a long drive needs one of each.
    with running(tmp_path_factory.mktemp("model"), "--workers", "4", database=url) as sandbox:
        database = Database(url)
        yield Place(sandbox, database, sandbox.as_("primary"), sandbox.as_("core"))
        database.close()


def machine(place: Place) -> type[RuleBasedStateMachine]:
    """The machine that drives the sandbox of *place*."""

    class Money(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.card = place.sandbox.issue(5_000)
            self.model = Model([5_000])

        # Requests

        def move(self, path: str, amount: int, key: str | None = None) -> requests.Response:
            body = {"carteId": self.card["carteId"], "reference": "M-1", "montant": money(amount)}
            return place.primary.create(path, body, key)

        def refund_of(self, payment: Operation, amount: int) -> requests.Response:
            return place.primary.create(f"/paiements/{payment.id}/remboursements", {"montant": money(amount)})

        def cancel_of(self, top_up: Operation) -> requests.Response:
            return place.primary("POST", f"/recharges/{top_up.id}/annulation")

        # What an accepted one changes

        def topped_up(self, answer: requests.Response, amount: int) -> None:
            self.model.top_ups.append(Operation(answer.json()["data"]["rechargeId"], amount))
            self.model.entries.append(amount)

        def paid(self, answer: requests.Response, amount: int) -> None:
            id = answer.json()["data"]["paiementId"]
            self.model.payments.append(Operation(id, amount, left=amount))
            self.model.entries.append(-amount)

        def refunded(self, payment: Operation, amount: int) -> None:
            payment.left -= amount
            payment.open = payment.left > 0
            self.model.entries.append(amount)

        def cancelled(self, top_up: Operation) -> None:
            top_up.open = False
            self.model.entries.append(-top_up.amount)

        # Steps whose answer is foreseen

        @rule(amount=AMOUNTS)
        def top_up(self, amount: int) -> None:
            self.credit(amount)

        def credit(self, amount: int) -> None:
            answer = self.move("/recharges", amount)
            if self.model.blocked:
                assert code(answer) == "3001"
            else:
                assert code(answer) == "0001"
                self.topped_up(answer, amount)

        @rule(amount=AMOUNTS)
        def pay(self, amount: int) -> None:
            answer = self.move("/paiements", amount)
            if self.model.blocked:
                assert code(answer) == "3001"
            elif amount > self.model.balance:
                assert code(answer) == "3003"
            else:
                assert code(answer) == "0001"
                self.paid(answer, amount)

        @rule(choice=CHOICES, amount=AMOUNTS)
        def refund(self, choice: int, amount: int) -> None:
            if not self.model.payments:
                self.credit(amount)
                return
            payment = self.model.payments[choice % len(self.model.payments)]
            answer = self.refund_of(payment, amount)
            if not payment.open:
                assert code(answer) == "3008"
            elif amount > payment.left:
                assert code(answer) == "3009"
            else:
                assert code(answer) == "0001"
                self.refunded(payment, amount)

        @rule(choice=CHOICES, amount=AMOUNTS)
        def cancel(self, choice: int, amount: int) -> None:
            if not self.model.top_ups:
                self.credit(amount)
                return
            top_up = self.model.top_ups[choice % len(self.model.top_ups)]
            answer = self.cancel_of(top_up)
            if not top_up.open:
                assert code(answer) == "3008"
            elif top_up.amount > self.model.balance:
                assert code(answer) == "3003"
            else:
                assert code(answer) == "0000"
                self.cancelled(top_up)

        @rule(blocked=st.booleans())
        def set_state(self, blocked: bool) -> None:
            self.put_state(blocked)

        def put_state(self, blocked: bool) -> None:
            body = {"statut": "BLOQUEE" if blocked else "ACTIVE"}
            path = f"/cartes/{self.card['carteId']}/statut"
            assert place.core("PUT", path, body).status_code == 200
            self.model.blocked = blocked

        # Steps taken together

        def unblock(self) -> None:
            if self.model.blocked:
                self.put_state(False)

        @rule(amount=AMOUNTS)
        def pay_together(self, amount: int) -> None:
            self.unblock()
            answers = together([partial(self.move, "/paiements", amount)] * PARALLEL)
            accepted = [answer for answer in answers if code(answer) == "0001"]
            assert {code(answer) for answer in answers} <= {"0001", "3003"}
            assert len(accepted) == min(PARALLEL, self.model.balance // amount)
            for answer in accepted:
                self.paid(answer, amount)

        @rule(amount=AMOUNTS, path=st.sampled_from(["/recharges", "/paiements"]))
        def one_key_together(self, amount: int, path: str) -> None:
            self.unblock()
            answers = together([partial(self.move, path, amount, uuid.uuid4().hex)] * PARALLEL)
            if path == "/paiements" and amount > self.model.balance:
                assert {code(answer) for answer in answers} == {"3003"}
                return
            assert len({answer.text for answer in answers}) == 1
            assert sum("Idempotent-Replayed" not in answer.headers for answer in answers) == 1
            (self.topped_up if path == "/recharges" else self.paid)(answers[0], amount)

        @rule(amounts=st.lists(st.tuples(st.booleans(), AMOUNTS), min_size=2, max_size=PARALLEL))
        def mixed_together(self, amounts: list[tuple[bool, int]]) -> None:
            self.unblock()
            paths = ["/recharges" if credit else "/paiements" for credit, _ in amounts]
            works = [partial(self.move, path, each) for path, (_, each) in zip(paths, amounts, strict=True)]
            for (credit, amount), answer in zip(amounts, together(works), strict=True):
                if credit:
                    self.topped_up(answer, amount)
                elif code(answer) == "0001":
                    self.paid(answer, amount)
                else:
                    assert code(answer) == "3003"
            assert self.model.balance >= 0

        @rule(choice=CHOICES, amount=AMOUNTS)
        def refund_together(self, choice: int, amount: int) -> None:
            open = [payment for payment in self.model.payments if payment.open]
            if not open:
                self.credit(amount)
                return
            payment = open[choice % len(open)]
            expected = min(PARALLEL, payment.left // amount)
            answers = together([partial(self.refund_of, payment, amount)] * PARALLEL)
            assert [code(answer) for answer in answers].count("0001") == expected
            for _ in range(expected):
                self.refunded(payment, amount)

        @rule(choice=CHOICES, amount=AMOUNTS)
        def cancel_together(self, choice: int, amount: int) -> None:
            open = [top_up for top_up in self.model.top_ups if top_up.open]
            if not open:
                self.credit(amount)
                return
            top_up = open[choice % len(open)]
            covered = top_up.amount <= self.model.balance
            answers = together([partial(self.cancel_of, top_up)] * PARALLEL)
            assert [code(answer) for answer in answers].count("0000") == int(covered)
            if covered:
                self.cancelled(top_up)

        # What holds after every step

        @invariant()
        def balance_is_ledger_is_listed_transactions(self) -> None:
            place.steps += 1
            read = place.primary("GET", f"/get-solde-carte?numeroCarte={self.card['numeroCarte']}")
            shown = read.json()["data"]["solde"]["valeur"]
            listed, dates = listing(place.primary, self.card["carteId"])
            assert shown == self.model.balance == sum(listed)
            assert sorted(listed) == sorted(self.model.entries)
            assert dates == sorted(set(dates), reverse=True)
            kept = kept_amounts(place.database, self.card["carteId"])
            assert listed == [amount for amount, _ in reversed(kept)]
            assert [left for _, left in kept] == running_sums(kept)
            assert shown >= 0

    return Money


def money(amount: int) -> dict[str, Any]:
    return {"valeur": amount, "devise": "XOF"}


def code(answer: requests.Response) -> str:
    return str(answer.json()["code"])


def together(works: list[Any]) -> list[requests.Response]:
    """The answers of *works*, all begun at once, in their order."""
    with ThreadPoolExecutor(len(works)) as pool:
        return [future.result() for future in [pool.submit(work) for work in works]]


def listing(caller: Caller, card: str) -> tuple[list[int], list[str]]:
    """The signed amounts and the dates of a card's transactions, newest first."""
    amounts: list[int] = []
    dates: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        following = f"&curseur={cursor}" if cursor else ""
        data = caller("GET", f"/transactions?carteId={card}&limite=100{following}").json()["data"]
        amounts += [item["montant"]["valeur"] for item in data["transactions"]]
        dates += [item["date"] for item in data["transactions"]]
        cursor = data["curseurSuivant"]
    return amounts, dates


def kept_amounts(database: Database, card: str) -> list[tuple[int, int]]:
    """Amount and balance of each entry in the database, oldest first."""
    query = select(entries.c.amount, entries.c.balance).where(entries.c.card == card)
    with database.reading() as connection:
        return [tuple(row) for row in connection.execute(query.order_by(entries.c.position))]


def running_sums(kept: list[tuple[int, int]]) -> list[int]:
    return [sum(amount for amount, _ in kept[: count + 1]) for count in range(len(kept))]


def drive(place: Place, examples: int, steps: int) -> None:
    """Drive *examples* cards, *steps* random steps each; the first look at each precedes its steps."""
    place.steps = -examples
    run_state_machine_as_test(
        machine(place),
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
    totals = select(func.sum(entries.c.amount), func.count(entries.c.card.distinct()))
    with place.database.reading() as connection:
        total, of_cards = connection.execute(totals).one()
        assert total >= 0
        assert of_cards == connection.execute(select(func.count()).select_from(cards)).scalar_one()


def test_a_few_steps_of_the_model_hold(place):
    drive(place, examples=3, steps=20)
    assert place.steps >= 30


@pytest.mark.soak
def test_two_thousand_steps_of_the_model_hold(place):
    drive(place, examples=60, steps=50)
    print(f"{place.steps} steps")
    assert place.steps >= 2_000
