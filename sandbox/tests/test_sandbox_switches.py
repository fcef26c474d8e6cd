"""Bad days on demand, over real HTTP: by request, by partner, by card, and not at all in strict mode."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from cross_room.sandboxes import Caller, Sandbox, running
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from cynod_sandbox._generated.contract import Contract
from cynod_sandbox.fault_injection.switch_store import SwitchStore
from cynod_sandbox.fault_injection.trigger_cards import TRIGGERS
from cynod_sandbox.storage.database import Database
from cynod_sandbox.webhooks.delivery_faults import LATE_BY_S
from cynod_spec import load_contract

from .receiver import Receiver

pytestmark = pytest.mark.slow

DOCUMENT = load_contract()
HEADER = "X-Cynod-Sandbox"


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """One sandbox in memory: the switches stand before the database."""
    with running(tmp_path_factory.mktemp("sandbox")) as made:
        yield made


def balance(sandbox: Sandbox, name: str = "active") -> int:
    number = sandbox.config["fixtures"]["cartes"][name]
    data = sandbox.as_("primary")("GET", f"/get-solde-carte?numeroCarte={number}").json()["data"]
    amount: int = data["solde"]["valeur"]
    return amount


def pay(
    caller: Caller, card: str, switch_request: str = "", key: str = "", amount: int = 1_000
) -> requests.Response:
    body = {"carteId": card, "reference": "R", "montant": {"valeur": amount, "devise": "XOF"}}
    headers = {HEADER: switch_request} if switch_request else {}
    return caller("POST", "/paiements", body, Idempotency_Key=key or uuid.uuid4().hex, **headers)


@pytest.mark.parametrize("operation", [o for o in DOCUMENT.operations if not o.public], ids=lambda o: o.id)
def test_any_code_of_the_operation_comes_as_the_document_says(sandbox, operation):
    caller = sandbox.as_("core" if operation.resource == "card" else "primary")
    path = operation.path.replace("{", "x").replace("}", "")
    for response in operation.responses:
        for code in response.codes:
            if code.case == "success":
                continue
            for switch_request in (code.value, code.name):
                answer = caller(operation.method, path, {}, **{HEADER: f"code={switch_request}"})
                assert (answer.status_code, answer.json()["code"]) == (response.status, code.value)
                assert {h.name for h in response.headers if h.required} <= answer.headers.keys()


def test_what_does_not_apply_is_refused_with_the_reason(sandbox):
    primary, card = sandbox.as_("primary"), sandbox.card("active")
    before = balance(sandbox)
    for switch_request, said in (
        ("code=refund-unknown", "does not apply"),
        ("code=0000", "that refuses"),
        ("code=4242", "that refuses"),
        ("latency=0", "from 1 to"),
        ("latency=1e9", "from 1 to"),
        ("cut=perhaps", "before or after"),
        ("unavailable", "from 1 to"),
        ("expire-token=now", "takes no value"),
        ("nothing=1", "no such switch"),
        ("x" * 501, "characters"),
    ):
        answer = pay(primary, card, switch_request)
        assert (answer.status_code, answer.json()["code"]) == (400, DOCUMENT.code("request-invalid").value)
        assert said in answer.json()["debugMessage"], switch_request
        assert answer.json()["moreInfo"]["champs"][0]["champ"] == HEADER
    assert balance(sandbox) == before


def test_identity_comes_first(sandbox):
    answer = requests.get(f"{sandbox.base_url}/partenaires/moi", headers={HEADER: "code=9999"}, timeout=10)
    assert answer.json()["code"] == DOCUMENT.code("credentials-missing").value


def test_an_answer_comes_late(sandbox):
    began = time.monotonic()
    answer = sandbox.as_("primary")("GET", "/partenaires/moi", **{HEADER: "latency=400"})
    assert answer.status_code == 200
    assert time.monotonic() - began >= 0.4


def test_a_public_operation_may_be_late_and_cut(sandbox):
    assert requests.get(f"{sandbox.base_url}/sante", headers={HEADER: "latency=10"}, timeout=10).ok
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{sandbox.base_url}/sante", headers={HEADER: "cut=before"}, timeout=10)


def test_a_connection_cut_before_the_effect_has_none(sandbox):
    primary, card, key = sandbox.as_("primary"), sandbox.card("active"), uuid.uuid4().hex
    before = balance(sandbox)
    with pytest.raises(requests.ConnectionError):
        pay(primary, card, "cut=before", key)
    assert balance(sandbox) == before
    again = pay(primary, card, key=key)
    assert again.status_code == 201
    assert "Idempotent-Replayed" not in again.headers


def test_a_connection_cut_after_the_effect_leaves_it(sandbox):
    primary, card, key = sandbox.as_("primary"), sandbox.card("active"), uuid.uuid4().hex
    before = balance(sandbox)
    with pytest.raises(requests.ConnectionError):
        pay(primary, card, "cut=after", key)
    assert balance(sandbox) == before - 1_000
    again = pay(primary, card, key=key)
    assert (again.status_code, again.headers["Idempotent-Replayed"]) == (201, "true")
    assert balance(sandbox) == before - 1_000


def test_a_dependency_is_down_for_so_many_seconds(sandbox):
    answer = pay(sandbox.as_("primary"), sandbox.card("active"), "unavailable=17")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "17")


def test_several_switches_act_in_their_own_order(sandbox):
    began = time.monotonic()
    answer = pay(sandbox.as_("primary"), sandbox.card("active"), "code=card-blocked; latency=300")
    assert answer.json()["code"] == DOCUMENT.code("card-blocked").value
    assert time.monotonic() - began >= 0.3


def test_a_token_expires_now(sandbox):
    primary = sandbox.as_("primary")
    for headers in ({HEADER: "expire-token"}, {}):
        answer = primary("GET", "/partenaires/moi", **headers)
        assert (answer.status_code, answer.json()["code"]) == (401, DOCUMENT.code("token-expired").value)
        assert "invalid_token" in answer.headers["WWW-Authenticate"]
    assert sandbox.as_("primary")("GET", "/partenaires/moi").ok


def token(sandbox: Sandbox, switch_request: str) -> requests.Response:
    pair = sandbox.config["credentials"]["primary"]
    return requests.post(
        f"{sandbox.base_url}/oauth2/token",
        data={"grant_type": "client_credentials"},
        auth=(pair["consumer_key"], pair["consumer_secret"]),
        headers={HEADER: switch_request},
        timeout=10,
    )


def test_a_token_is_granted_that_opens_nothing(sandbox):
    granted = token(sandbox, "expire-token")
    assert granted.status_code == 200
    headers = {"Authorization": f"Bearer {granted.json()['access_token']}"}
    answer = requests.get(f"{sandbox.base_url}/partenaires/moi", headers=headers, timeout=10)
    assert answer.json()["code"] == DOCUMENT.code("token-expired").value


def test_the_token_endpoint_has_bad_days_of_its_own(sandbox):
    down = token(sandbox, "unavailable=3")
    assert (down.status_code, down.headers["Retry-After"]) == (503, "3")
    refused = token(sandbox, "zut")
    assert (refused.status_code, refused.json()) == (400, {"error": "invalid_request"})
    with pytest.raises(requests.ConnectionError):
        token(sandbox, "cut=after")


def troubles(folder: Any) -> dict[str, str]:
    lines = (folder / "cynod.toml").read_text(encoding="utf-8").splitlines()
    found = (line.removeprefix("# ").split(": ") for line in lines if line.startswith("# ") and "=" in line)
    return {what: number for number, what in found}


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Sandbox, dict[str, str], str]]:
    """Two workers on a database in a file: the sandbox, its trouble cards, the database's URL."""
    folder = tmp_path_factory.mktemp("own")
    url = f"sqlite:///{folder}/cynod.db"
    with running(folder, "--workers", "2", database=url) as made:
        yield made, troubles(folder), url


def test_a_card_brings_its_trouble_each_time(own):
    sandbox, numbers, _ = own
    assert set(numbers) == set(TRIGGERS.values())
    primary = sandbox.as_("primary")

    def id_of(what: str) -> str:
        found = primary("GET", f"/get-solde-carte?numeroCarte={numbers[what]}")
        return str(found.json()["data"]["carteId"])

    for _ in range(2):
        assert pay(primary, id_of("unavailable=5")).headers["Retry-After"] == "5"
        assert pay(primary, id_of("code=balance-insufficient")).json()["code"] == "3003"
        with pytest.raises(requests.ConnectionError):
            pay(primary, id_of("cut=after"))


def test_what_is_set_for_a_partner_lasts_so_many_calls_and_no_other_sees_it(own):
    sandbox, _, url = own
    contract = Contract.load()
    switch_store, key = (
        SwitchStore(Database(url), contract),
        sandbox.config["credentials"]["primary"]["consumer_key"],
    )
    primary, other = sandbox.as_("primary"), sandbox.as_("other")
    switch_store.set_partner(key, "code=card-blocked", 2)
    time.sleep(0.6)  # another process looks at the switches every half a second
    assert primary("GET", "/partenaires/moi").ok, "an operation that lists no such code passes"
    assert other("GET", "/partenaires/moi").ok
    card = sandbox.card("active")
    codes = [pay(primary, card).json()["code"] for _ in range(3)]
    assert codes == ["3001", "3001", "0001"]
    switch_store.set_partner(key, "unavailable=9")
    time.sleep(0.6)  # another process looks at the switches every half a second
    assert [primary("GET", "/partenaires/moi").status_code for _ in range(3)] == [503] * 3
    assert sandbox.as_("primary")  # a token request passes
    switch_store.set_partner(key, "")
    time.sleep(0.6)  # another process looks at the switches every half a second
    assert primary("GET", "/partenaires/moi").ok


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Sandbox, Receiver, Webhook]]:
    """A sandbox, what it tells its partner, and who verifies that; what is not verified is refused."""
    verifiers: list[Webhook] = []
    receiver = Receiver(lambda delivery, _: 204 if is_genuine(verifiers[0], delivery) else 401)
    options = ("--allow-private-webhooks", "--webhook-backoff", "0.2", "--webhook-url", receiver.url)
    with running(tmp_path_factory.mktemp("told"), *options) as made:
        verifiers.append(Webhook(made.config["webhook"]["secret"]))
        yield made, receiver, verifiers[0]
    receiver.close()


def is_genuine(verifier: Webhook, delivery: Any) -> bool:
    try:
        verifier.verify(delivery.body, delivery.headers)
    except WebhookVerificationError:
        return False
    return True


def tell(told: tuple[Sandbox, Receiver, Webhook], switch_request: str) -> str:
    """Have the partner told, with *wish*; gives the reference."""
    sandbox, reference = told[0], uuid.uuid4().hex
    amount = {"valeur": 1_000, "devise": "XOF"}
    body = {"carteId": sandbox.card("active"), "reference": reference, "montant": amount}
    headers = {HEADER: switch_request} if switch_request else {}
    answer = sandbox.as_("primary")("POST", "/paiements", body, Idempotency_Key=reference, **headers)
    assert answer.status_code == 201
    return reference


def test_a_webhook_is_late_and_another_is_lost(told):
    _, receiver, _ = told
    began = time.monotonic()
    late, lost, usual = tell(told, "webhook=late"), tell(told, "webhook=lost"), tell(told, "")
    receiver.wait(usual, 1)
    assert receiver.of(late) == []
    came = receiver.wait(late, 1, LATE_BY_S + 10)
    assert came[0].at - began >= LATE_BY_S
    assert receiver.of(lost) == []


def test_a_webhook_comes_twice_with_one_id(told):
    _, receiver, verifier = told
    first, second = receiver.wait(tell(told, "webhook=duplicated"), 2)
    assert first.id == second.id
    assert is_genuine(verifier, first)
    assert is_genuine(verifier, second)


def test_a_webhook_is_badly_signed_at_first(told):
    _, receiver, verifier = told
    first, second = receiver.wait(tell(told, "webhook=badly-signed"), 2)
    assert first.id == second.id
    assert not is_genuine(verifier, first)
    assert is_genuine(verifier, second)


def test_a_webhook_goes_wrong_where_a_change_is_told_alone(sandbox):
    answer = sandbox.as_("primary")("GET", "/partenaires/moi", **{HEADER: "webhook=lost"})
    assert (answer.status_code, answer.json()["code"]) == (400, DOCUMENT.code("request-invalid").value)


def test_strict_mode_has_no_switch_at_all(tmp_path):
    with running(tmp_path, "--strict") as strict:
        primary = strict.as_("primary")
        for switch_request in ("code=9999", "cut=before", "nonsense"):
            assert pay(primary, strict.card("active"), switch_request).status_code == 201
        assert troubles(tmp_path) == {}
