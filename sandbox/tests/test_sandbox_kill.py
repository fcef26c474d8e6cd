"""kill -9 while recharges and payments are made: what a client was answered is there, and nothing by half."""

from __future__ import annotations

import random
import time
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Thread
from typing import Any

import pytest
import requests
from cross_room.sandboxes import Caller, Sandbox, again, located, start
from sqlalchemy import func, select

from cynod_sandbox.storage.database import Database
from cynod_sandbox.storage.tables import cards, effects, entries, payments, top_ups

pytestmark = pytest.mark.slow

CLIENTS = 4
PATHS = {"/recharges": "rechargeId", "/paiements": "paiementId"}


@dataclass
class Load:
    """Clients at work on one card, and what they were answered."""

    sandbox: Sandbox
    card: str
    created: list[tuple[dict[str, Any], str]] = field(default_factory=list)  # data, Location
    unanswered: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)  # path, key, body
    over: bool = False

    def client(self, caller: Caller, seed: int) -> None:
        """Recharge and pay until the sandbox is gone."""
        chosen = random.Random(seed)
        while not self.over:
            path, key = chosen.choice(list(PATHS)), uuid.uuid4().hex
            amount = {"valeur": chosen.randint(100, 2_000), "devise": "XOF"}
            body = {"carteId": self.card, "reference": f"K-{seed}", "montant": amount}
            try:
                answer = caller.create(path, body, key)
            except requests.RequestException:
                self.unanswered.append((path, key, body))
                return
            if answer.status_code == 201:
                self.created.append((answer.json()["data"], located(answer)))
            else:
                assert answer.json()["code"] == "3003", answer.text

    def run(self, seconds: float, end: Callable[[], None]) -> None:
        """Let every client work for so long, then *end* the sandbox under them."""
        callers = [self.sandbox.as_("primary") for _ in range(CLIENTS)]
        clients = [
            Thread(target=self.client, args=pair) for pair in zip(callers, range(CLIENTS), strict=True)
        ]
        for client in clients:
            client.start()
        time.sleep(seconds)  # clients work meanwhile
        end()
        self.over = True
        for client in clients:
            client.join()


def check_answers(load: Load, sandbox: Sandbox) -> None:
    """Every 201 is readable; what was not answered can be sent again and has one effect."""
    primary = sandbox.as_("primary")
    for data, location in load.created:
        assert primary("GET", location).json()["data"] == data
    for path, key, body in load.unanswered:
        first, second = (primary.create(path, body, key) for _ in range(2))
        assert first.status_code in (201, 409), first.text
        if first.status_code == 201:
            assert second.json()["data"] == first.json()["data"]
            assert second.headers["Idempotent-Replayed"] == "true"


def check_rows(url: str) -> None:
    """Each operation has its entry and its answer, and each card's balances are the sums of its entries."""
    database = Database(url)
    with database.reading() as connection:
        written = Counter(connection.execute(select(entries.c.operation)).scalars())
        del written[None]  # issuance
        kept = [row["rechargeId" if "rechargeId" in row else "paiementId"] for row in answers(connection)]
        made = [*connection.execute(select(top_ups.c.id)).scalars()]
        made += connection.execute(select(payments.c.id)).scalars()
        assert written == Counter(made) == Counter(kept)
        for card in connection.execute(select(cards.c.id)).scalars():
            of_card = entries.c.card == card
            rows = connection.execute(select(entries).where(of_card).order_by(entries.c.position)).all()
            assert [row.position for row in rows] == list(range(1, len(rows) + 1))
            total = connection.execute(select(func.sum(entries.c.amount)).where(of_card)).scalar_one()
            assert rows[-1].balance == total >= 0
    database.close()


def answers(connection: Any) -> list[dict[str, Any]]:
    """The representation in every answer that is kept for a replay of a recharge or a payment."""
    return [
        data
        for data in connection.execute(select(effects.c.data)).scalars()
        if any(name in data for name in PATHS.values())
    ]


def torture(url: str, folder: Any, rounds: int) -> int:
    """Kill and restart so many times; gives how many answers of 201 were found again."""
    sandbox = start(folder, "--workers", "4", database=url)
    found = 0
    try:
        card = sandbox.issue(20_000)["carteId"]
        for number in range(rounds):
            load = Load(sandbox, card)
            load.run(random.Random(number).uniform(0.4, 1.2), sandbox.kill)
            sandbox = again(sandbox, "--workers", "4")
            check_rows(url)
            check_answers(load, sandbox)
            assert load.created
            found += len(load.created)
    finally:
        sandbox.stop()
    check_rows(url)
    return found


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_kill_loses_nothing_that_was_answered(kind, new_database, tmp_path):
    assert torture(new_database(kind), tmp_path, rounds=1) > 0


@pytest.mark.soak
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_twenty_kills_lose_nothing_that_was_answered(kind, new_database, tmp_path):
    print(f"{torture(new_database(kind), tmp_path, rounds=20)} answers of 201 found again")
