"""Cards and top-ups, as a partner and the operator see them."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from cross_room.sandboxes import located

pytestmark = pytest.mark.slow

CARD = {
    "titulaire": "Ndèye Fatou 梅",
    "devise": "XOF",
    "soldeInitial": 10_000,
    "dateExpiration": "2099-01-31",
}


def top_up(card: str, amount: int = 5_000, currency: str = "XOF") -> dict[str, Any]:
    return {"carteId": card, "reference": "R-1", "montant": {"valeur": amount, "devise": currency}}


@pytest.fixture
def issued(sandbox) -> dict[str, Any]:
    key = sandbox.config["credentials"]["primary"]["consumer_key"]
    answer = sandbox.as_("core").create("/cartes", CARD | {"partenaires": [key]})
    assert answer.status_code == 201, answer.text
    return answer.json()["data"]


def balance(sandbox, card: dict[str, Any]) -> int:
    answer = sandbox.as_("primary")("GET", f"/get-solde-carte?numeroCarte={card['numeroCarte']}")
    return answer.json()["data"]["solde"]["valeur"]


def test_an_issued_card_shows_its_number_once(sandbox, issued):
    assert issued["numeroCarte"].isdigit()
    assert issued["titulaire"] == CARD["titulaire"]
    read = sandbox.as_("core")("GET", f"/cartes/{issued['carteId']}").json()["data"]
    assert read == issued | {"numeroCarte": "*" * 12 + issued["numeroCarte"][-4:]}


def test_a_top_up_moves_money_once_for_each_key(sandbox, issued):
    primary, key = sandbox.as_("primary"), uuid.uuid4().hex
    first = primary.create("/recharges", top_up(issued["carteId"]), key)
    again = primary.create("/recharges", top_up(issued["carteId"]), key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert first.headers["Location"] == again.headers["Location"]
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert balance(sandbox, issued) == 15_000
    other = primary.create("/recharges", top_up(issued["carteId"], 200), key)
    assert (other.status_code, other.json()["code"]) == (422, "3010")
    made = primary("GET", located(first))
    assert made.json()["data"] == first.json()["data"]


def test_twenty_calls_with_one_key_have_one_effect(sandbox, issued):
    primary, key = sandbox.as_("primary"), uuid.uuid4().hex
    body = top_up(issued["carteId"], 1_000)
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: primary.create("/recharges", body, key).json()["data"], range(20)))
    assert all(answer == answers[0] for answer in answers)
    assert balance(sandbox, issued) == 11_000


def test_a_top_up_is_cancelled_once(sandbox, issued):
    primary = sandbox.as_("primary")
    made = primary.create("/recharges", top_up(issued["carteId"])).json()["data"]
    path = f"/recharges/{made['rechargeId']}/annulation"
    assert primary("POST", path).json()["data"] == made | {"statut": "ANNULEE"}
    assert balance(sandbox, issued) == 10_000
    again = primary("POST", path)
    assert (again.status_code, again.json()["code"]) == (409, "3008")


@pytest.mark.parametrize(
    ("fixture", "change", "expected"),
    [
        ("bloquee", {}, (409, "3001")),
        ("expiree", {}, (409, "3002")),
        ("active", {"montant": {"valeur": 5_000, "devise": "EUR"}}, (422, "3005")),
        ("active", {"montant": {"valeur": 1, "devise": "XOF"}}, (422, "3004")),
        ("active", {"montant": {"valeur": 2**53 - 1, "devise": "XOF"}}, (422, "3004")),
        ("active", {"carteId": "inconnue"}, (404, "3000")),
    ],
)
def test_a_refused_top_up_leaves_its_key_free(sandbox, fixture, change, expected):
    primary, key, card = sandbox.as_("primary"), uuid.uuid4().hex, sandbox.card(fixture)
    refused = primary.create("/recharges", top_up(card) | change, key)
    assert (refused.status_code, refused.json()["code"]) == expected
    accepted = primary.create("/recharges", top_up(sandbox.card("active")), key)
    assert accepted.status_code == 201


def test_another_partner_sees_nothing(sandbox, issued):
    primary, other = sandbox.as_("primary"), sandbox.as_("other")
    made = primary.create("/recharges", top_up(issued["carteId"])).json()["data"]
    foreign = other("GET", f"/recharges/{made['rechargeId']}")
    unknown = other("GET", "/recharges/inconnue")
    assert (foreign.status_code, foreign.json()) == (unknown.status_code, unknown.json())
    assert foreign.json()["code"] == "3006"
    closed = other.create("/recharges", top_up(issued["carteId"]))
    assert (closed.status_code, closed.json()["code"]) == (404, "3000")


def test_pages_walk_newest_first_and_refuse_foreign_cursors(sandbox, issued):
    primary, reference = sandbox.as_("primary"), uuid.uuid4().hex
    body = top_up(issued["carteId"], 100) | {"reference": reference}
    made = [primary.create("/recharges", body).json()["data"] for _ in range(5)]
    path, seen, cursor = f"/recharges?reference={reference}&limite=2", [], ""
    while cursor is not None:
        data = primary("GET", path + (f"&curseur={cursor}" if cursor else "")).json()["data"]
        seen += data["recharges"]
        first, cursor = cursor, data["curseurSuivant"]
    assert seen == made[::-1]
    assert primary("GET", f"/recharges?limite=2&curseur={first}").json()["code"] == "1005"
    assert primary("GET", "/recharges?curseur=zut").json()["code"] == "1005"


def test_the_period_is_exact_at_its_bounds(sandbox, issued):
    primary, reference = sandbox.as_("primary"), uuid.uuid4().hex
    body = top_up(issued["carteId"], 100) | {"reference": reference}
    instant = primary.create("/recharges", body).json()["data"]["dateCreation"]
    path = f"/recharges?reference={reference}"
    assert len(primary("GET", f"{path}&du={instant}").json()["data"]["recharges"]) == 1
    assert primary("GET", f"{path}&au={instant}").json()["data"]["recharges"] == []


def test_a_card_is_blocked_and_unblocked(sandbox, issued):
    core, primary = sandbox.as_("core"), sandbox.as_("primary")
    path = f"/cartes/{issued['carteId']}/statut"
    for _ in range(2):
        assert core("PUT", path, {"statut": "BLOQUEE"}).json()["data"]["statut"] == "BLOQUEE"
    assert primary.create("/recharges", top_up(issued["carteId"])).json()["code"] == "3001"
    assert core("PUT", path, {"statut": "ACTIVE"}).json()["data"]["statut"] == "ACTIVE"
    assert primary.create("/recharges", top_up(issued["carteId"])).status_code == 201


def test_a_card_may_be_opened_to_a_partner_to_come(sandbox):
    answer = sandbox.as_("core").create("/cartes", CARD | {"partenaires": ["a-venir"]})
    assert answer.status_code == 201
    assert answer.json()["data"]["partenaires"] == ["a-venir"]


@pytest.mark.parametrize(
    ("bound", "expected"),
    [("0000-01-01T00:00:00Z", 1), ("2016-12-31T23:59:60Z", 1), ("9999-12-31T23:59:59.999999999Z", 0)],
)
def test_the_period_takes_every_instant_of_rfc_3339(sandbox, issued, bound, expected):
    primary, reference = sandbox.as_("primary"), uuid.uuid4().hex
    primary.create("/recharges", top_up(issued["carteId"], 100) | {"reference": reference})
    answer = primary("GET", f"/recharges?reference={reference}&du={bound}")
    assert len(answer.json()["data"]["recharges"]) == expected


def test_who_am_i_agrees_with_the_token(sandbox):
    data = sandbox.as_("primary", "recharge:lire")("GET", "/partenaires/moi").json()["data"]
    assert data["droits"] == ["recharge:lire"]
    assert data["cle"] == sandbox.config["credentials"]["primary"]["consumer_key"]


def payment(card: str, amount: int = 4_000) -> dict[str, Any]:
    return {"carteId": card, "reference": "F-1", "montant": {"valeur": amount, "devise": "XOF"}}


def refund(amount: int) -> dict[str, Any]:
    return {"montant": {"valeur": amount, "devise": "XOF"}}


def test_a_payment_is_refunded_in_parts_never_beyond(sandbox, issued):
    primary = sandbox.as_("primary")
    made = primary.create("/paiements", payment(issued["carteId"])).json()["data"]
    path = f"/paiements/{made['paiementId']}"
    assert balance(sandbox, issued) == 6_000
    steps = [(1_000, "PARTIELLEMENT_REMBOURSE", 7_000), (3_000, "REMBOURSE", 10_000)]
    assert primary.create(f"{path}/remboursements", refund(4_001)).json()["code"] == "3009"
    for amount, state, left in steps:
        answer = primary.create(f"{path}/remboursements", refund(amount))
        assert answer.status_code == 201
        assert primary("GET", located(answer)).json()["data"] == answer.json()["data"]
        assert primary("GET", path).json()["data"]["statut"] == state
        assert balance(sandbox, issued) == left
    assert primary.create(f"{path}/remboursements", refund(1)).json()["code"] == "3008"
    assert primary("GET", f"{path}/remboursements/inconnu").json()["code"] == "3012"


def test_parallel_payments_never_overdraw(sandbox, issued):
    primary = sandbox.as_("primary")
    body = payment(issued["carteId"], 1_000)
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: primary.create("/paiements", body), range(20)))
    assert sorted(answer.json()["code"] for answer in answers) == ["0001"] * 10 + ["3003"] * 10
    assert balance(sandbox, issued) == 0


def test_a_spent_top_up_cannot_be_cancelled(sandbox, issued):
    primary = sandbox.as_("primary")
    made = primary.create("/recharges", top_up(issued["carteId"])).json()["data"]
    primary.create("/paiements", payment(issued["carteId"], 12_000))
    refused = primary("POST", f"/recharges/{made['rechargeId']}/annulation")
    assert (refused.status_code, refused.json()["code"]) == (409, "3003")


def test_the_entries_add_up_and_hide_what_is_not_the_callers(sandbox, issued):
    primary = sandbox.as_("primary")
    primary.create("/recharges", top_up(issued["carteId"]))
    primary.create("/paiements", payment(issued["carteId"]))
    found = primary("GET", f"/transactions?carteId={issued['carteId']}").json()["data"]["transactions"]
    assert [entry["type"] for entry in found] == ["PAIEMENT", "RECHARGE", "EMISSION"]
    assert sum(entry["montant"]["valeur"] for entry in found) == balance(sandbox, issued)
    assert set(found[2]) == {"type", "montant", "date"}
    assert {"transactionId", "operationId", "reference"} < set(found[0])
