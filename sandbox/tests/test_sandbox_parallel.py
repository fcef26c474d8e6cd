"""Calls at the same time, on every database, with four workers where they can share it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Thread
from typing import Any

import pytest
import requests

pytestmark = pytest.mark.slow


def amount(value: int) -> dict[str, Any]:
    return {"valeur": value, "devise": "XOF"}


def together(count: int, work: Callable[[], requests.Response]) -> list[requests.Response]:
    """The answers of *count* calls of *work* at once."""
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(lambda _: work(), range(count)))


def balance(sandbox, card: dict[str, Any]) -> int:
    answer = sandbox.as_("primary")("GET", f"/get-solde-carte?numeroCarte={card['numeroCarte']}")
    return answer.json()["data"]["solde"]["valeur"]


def walk(caller, path: str, member: str, limit: int = 100) -> list[dict[str, Any]]:
    """Every item of a list."""
    found, cursor = [], ""
    while cursor is not None:
        page = f"{path}&limite={limit}" + (f"&curseur={cursor}" if cursor else "")
        data = caller("GET", page).json()["data"]
        found += data[member]
        cursor = data["curseurSuivant"]
    return found


def test_of_fifty_payments_the_ten_that_the_card_can_pay_succeed(sandbox):
    card, primary = sandbox.issue(10_000), sandbox.as_("primary")
    body = {"carteId": card["carteId"], "reference": "F-1", "montant": amount(1_000)}
    answers = together(50, lambda: primary.create("/paiements", body))
    assert sorted(answer.json()["code"] for answer in answers) == ["0001"] * 10 + ["3003"] * 40
    assert balance(sandbox, card) == 0


def test_twenty_calls_with_one_key_have_one_effect(sandbox):
    card, primary, key = sandbox.issue(0), sandbox.as_("primary"), uuid.uuid4().hex
    body = {"carteId": card["carteId"], "reference": "R-1", "montant": amount(1_000)}
    answers = together(20, lambda: primary.create("/recharges", body, key))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["data"]["rechargeId"] for answer in answers}) == 1
    assert sum("Idempotent-Replayed" not in answer.headers for answer in answers) == 1
    assert balance(sandbox, card) == 1_000


def test_of_parallel_refunds_and_cancellations_one_wins(sandbox):
    card, primary = sandbox.issue(0), sandbox.as_("primary")
    moved = {"carteId": card["carteId"], "reference": "R-1", "montant": amount(1_000)}
    made = primary.create("/recharges", moved).json()["data"]
    primary.create("/recharges", moved)
    path = f"/recharges/{made['rechargeId']}/annulation"
    cancelled = together(10, lambda: primary("POST", path))
    assert sorted(answer.json()["code"] for answer in cancelled) == ["0000"] + ["3008"] * 9
    paid = primary.create("/paiements", moved).json()["data"]
    refunds = f"/paiements/{paid['paiementId']}/remboursements"
    given = together(10, lambda: primary.create(refunds, {"montant": amount(600)}))
    assert sorted(answer.json()["code"] for answer in given) == ["0001"] + ["3009"] * 9
    assert balance(sandbox, card) == 600


def test_a_walk_meets_each_entry_once_while_others_write(sandbox):
    cards = [sandbox.issue(0), sandbox.issue(0)]
    primary, reference = sandbox.as_("primary"), uuid.uuid4().hex
    stopped: list[bool] = []

    def body(card: dict[str, Any]) -> dict[str, Any]:
        return {"carteId": card["carteId"], "reference": reference, "montant": amount(100)}

    def write(card: dict[str, Any]) -> None:
        while not stopped:
            assert primary.create("/recharges", body(card)).status_code == 201

    before = {primary.create("/recharges", body(cards[0])).json()["data"]["rechargeId"] for _ in range(12)}
    writers = [Thread(target=write, args=(card,)) for card in cards * 2]
    for writer in writers:
        writer.start()
    try:
        walks = [walk(primary, f"/recharges?reference={reference}", "recharges", 3) for _ in range(2)]
    finally:
        stopped.append(True)
        for writer in writers:
            writer.join()
    for found in walks:
        ids = [item["rechargeId"] for item in found]
        assert len(ids) == len(set(ids))
        assert before <= set(ids)
        dates = [item["dateCreation"] for item in found]
        assert dates == sorted(dates, reverse=True)
    # The first walk is the end of any later one: nothing came to stand among what it had met.
    later = [item["rechargeId"] for item in walk(primary, f"/recharges?reference={reference}", "recharges")]
    first = [item["rechargeId"] for item in walks[0]]
    assert later[-len(first) :] == first


def test_no_payment_is_accepted_once_the_card_is_blocked(sandbox):
    card, primary, core = sandbox.issue(1_000_000), sandbox.as_("primary"), sandbox.as_("core")
    body = {"carteId": card["carteId"], "reference": "F-1", "montant": amount(100)}
    accepted: list[str] = []

    def pay() -> None:
        while (answer := primary.create("/paiements", body)).status_code == 201:
            accepted.append(answer.json()["data"]["paiementId"])

    writers = [Thread(target=pay) for _ in range(4)]
    for writer in writers:
        writer.start()
    assert core("PUT", f"/cartes/{card['carteId']}/statut", {"statut": "BLOQUEE"}).status_code == 200
    held = balance(sandbox, card)
    for writer in writers:
        writer.join()
    assert balance(sandbox, card) == held == 1_000_000 - 100 * len(accepted)
