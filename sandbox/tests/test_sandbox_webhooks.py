"""Webhooks over real HTTP: what is told, how often, to whom, and what a crash leaves."""

from __future__ import annotations

import asyncio
import itertools
import json
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_address
from pathlib import Path
from typing import Any, TypeVar

import pytest
import requests
from cross_room.sandboxes import Caller, Sandbox, again, running, start
from standardwebhooks.webhooks import Webhook

from cynod_sandbox._generated.contract import Contract
from cynod_sandbox._generated.identity import HashedSecret, Partner, Registration
from cynod_sandbox.identity import partners
from cynod_sandbox.storage.database import Database
from cynod_sandbox.storage.migrations import upgrade
from cynod_sandbox.webhooks import endpoints, outbox, posting
from cynod_sandbox.webhooks.addresses import AddressRefusedError, is_public, resolve
from cynod_sandbox.webhooks.backoff import MAX_ATTEMPTS, delay
from cynod_sandbox.webhooks.endpoints import Endpoint, new_secret
from cynod_sandbox.webhooks.sender import DeliveryOptions, Sender

from .conftest import NewDatabase
from .receiver import Delivery, Receiver

pytestmark = pytest.mark.slow

T = TypeVar("T")
BACKOFF, TIMEOUT = 0.2, 1.0
FAST = ("--allow-private-webhooks", "--webhook-backoff", str(BACKOFF), "--webhook-timeout", str(TIMEOUT))


@pytest.fixture(scope="module")
def plan() -> dict[str, list[int]]:
    """Reference → the statuses that its first deliveries get; then 204."""
    return {}


@pytest.fixture(scope="module")
def receiver(plan: dict[str, list[int]]) -> Iterator[Receiver]:
    def answer(delivery: Delivery, before: int) -> int:
        statuses = plan.get(delivery.operation["reference"], [])
        return statuses[before] if before < len(statuses) else 204

    made = Receiver(answer)
    yield made
    made.close()


@pytest.fixture(scope="module", params=["memory", "sqlite", "postgresql"])
def notifying(
    request: pytest.FixtureRequest,
    receiver: Receiver,
    new_database: NewDatabase,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Sandbox]:
    workers = "1" if request.param == "memory" else "3"
    options = ("--webhook-url", receiver.url, "--workers", workers, *FAST)
    with running(tmp_path_factory.mktemp("told"), *options, database=new_database(request.param)) as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def partner(notifying: Sandbox) -> Caller:
    return notifying.as_("primary")


@pytest.fixture(scope="module")
def card(notifying: Sandbox) -> str:
    return notifying.card("active")


def move(card: str, reference: str, amount: int = 1000) -> dict[str, Any]:
    return {"carteId": card, "reference": reference, "montant": {"valeur": amount, "devise": "XOF"}}


def credit(partner: Caller, card: str, reference: str | None = None) -> dict[str, Any]:
    answer = partner.create("/recharges", move(card, reference or uuid.uuid4().hex))
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()["data"]
    return made


def test_every_change_is_told_as_it_was_then(partner: Caller, card: str, receiver: Receiver) -> None:
    top_up = credit(partner, card)
    cancelled = partner("POST", f"/recharges/{top_up['rechargeId']}/annulation").json()["data"]
    told = receiver.wait(top_up["reference"], 2)
    assert [each.operation for each in told] == [top_up, cancelled]
    payment = partner.create("/paiements", move(card, uuid.uuid4().hex)).json()["data"]
    states = [payment]
    for amount in (100, 300, 600):
        refund = {"montant": {"valeur": amount, "devise": "XOF"}}
        assert partner.create(f"/paiements/{payment['paiementId']}/remboursements", refund).status_code == 201
        states.append(partner("GET", f"/paiements/{payment['paiementId']}").json()["data"])
    told = receiver.wait(payment["reference"], 4)
    assert [each.operation for each in told] == states
    assert len({each.id for each in told}) == 4
    body = json.loads(told[0].body)
    assert (body["type"], body["data"]["genre"]) == ("operation.changee", "PAIEMENT")


def test_the_reference_library_verifies_each_delivery(
    partner: Caller, card: str, receiver: Receiver, notifying: Sandbox
) -> None:
    (told,) = receiver.wait(credit(partner, card)["reference"], 1)
    settings = notifying.config["webhook"]
    assert settings["public_url"] == receiver.url
    Webhook(settings["secret"]).verify(told.body, told.headers)
    with pytest.raises(Exception, match="No matching signature"):
        Webhook(new_secret()).verify(told.body, told.headers)


def test_only_effects_are_told_and_once(partner: Caller, card: str, receiver: Receiver) -> None:
    reference, key = uuid.uuid4().hex, uuid.uuid4().hex
    for _ in range(3):
        assert partner.create("/recharges", move(card, reference), key).status_code == 201
    too_much = partner.create("/recharges", move(card, reference, 2**52))
    assert too_much.status_code == 422
    time.sleep(0.5)  # nothing more may come
    assert len(receiver.of(reference)) == 1


def test_other_partners_are_not_told(notifying: Sandbox, card: str, receiver: Receiver) -> None:
    made = credit(notifying.as_("basic"), card)
    time.sleep(0.4)  # nothing may come
    assert receiver.of(made["reference"]) == []


def test_a_failure_is_tried_again_later_and_later_with_one_id(
    partner: Caller, card: str, receiver: Receiver, plan: dict[str, list[int]]
) -> None:
    reference = uuid.uuid4().hex
    plan[reference] = [503, 500, 404]
    credit(partner, card, reference)
    told = receiver.wait(reference, 4)
    gaps = [later.at - earlier.at for earlier, later in itertools.pairwise(told)]
    assert len({each.id for each in told}) == 1
    assert len({each.body for each in told}) == 1
    for doublings, gap in enumerate(gaps):  # a busy machine makes them longer, never shorter
        assert gap >= BACKOFF * 2**doublings * 0.8
    time.sleep(1)  # nothing more may come
    assert len(receiver.of(reference)) == 4


def test_no_answer_is_tried_again(
    partner: Caller, card: str, receiver: Receiver, plan: dict[str, list[int]]
) -> None:
    reference = uuid.uuid4().hex
    plan[reference] = [0]
    credit(partner, card, reference)
    first, second = receiver.wait(reference, 2)
    assert first.id == second.id
    assert TIMEOUT <= second.at - first.at < TIMEOUT + 3


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_a_failure_and_is_not_followed(
    partner: Caller, card: str, receiver: Receiver, plan: dict[str, list[int]], status: int
) -> None:
    reference = uuid.uuid4().hex
    plan[reference] = [status]
    credit(partner, card, reference)
    told = receiver.wait(reference, 2)
    assert {each.path for each in told} == {"/notify"}


def test_gone_ends_the_attempts(
    partner: Caller, card: str, receiver: Receiver, plan: dict[str, list[int]]
) -> None:
    reference = uuid.uuid4().hex
    plan[reference] = [410]
    credit(partner, card, reference)
    receiver.wait(reference, 1)
    time.sleep(1)  # nothing more may come
    assert len(receiver.of(reference)) == 1


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_crash_loses_and_invents_nothing(kind: str, new_database: NewDatabase, tmp_path: Path) -> None:
    up = threading.Event()
    receiver = Receiver(lambda delivery, before: 204 if up.is_set() else 503)
    options = ("--workers", "2", *FAST)
    first = start(tmp_path, "--webhook-url", receiver.url, *options, database=new_database(kind))
    partner, card, made = first.as_("primary"), first.card("active"), list[str]()
    crash = threading.Timer(0.1, first.kill)
    while True:
        try:
            made.append(credit(partner, card)["reference"])
        except requests.RequestException:
            break
        if len(made) == 10:
            receiver.wait(made[0], 2)
            crash.start()
    crash.join()
    before = {each.id for each in list(receiver.deliveries)}
    second = again(first, *options)
    up.set()
    committed = list_of_top_ups(second.as_("primary"))
    assert {each["reference"] for each in committed} >= set(made)
    for each in committed:
        receiver.wait(each["reference"], 1, seconds=30)
    time.sleep(1)  # nothing more may come
    second.kill()
    receiver.close()
    ids: dict[str, set[str]] = {}
    for delivery in receiver.deliveries:
        ids.setdefault(delivery.operation["rechargeId"], set()).add(delivery.id)
    assert ids.keys() == {each["rechargeId"] for each in committed}
    assert all(len(each) == 1 for each in ids.values())
    assert len(set.union(*ids.values())) == len(committed)
    assert before <= set.union(*ids.values())


def list_of_top_ups(partner: Caller) -> list[dict[str, Any]]:
    """Every top-up of the partner, page by page."""
    found, cursor = list[dict[str, Any]](), ""
    while cursor is not None:
        page = partner("GET", "/recharges?limite=100" + (f"&curseur={cursor}" if cursor else ""))
        found += page.json()["data"]["recharges"]
        cursor = page.json()["data"]["curseurSuivant"]
    return found


def agree(database: Database, url: str) -> None:
    """Let the partner ``p`` be told at *url*."""
    upgrade(database)
    with database.transaction() as connection:
        partners.add(connection, Registration(Partner("p", ()), (HashedSecret.of("s"),)))
        endpoints.agree(connection, "p", url)


def put(database: Database, subject: str, count: int = 1) -> None:
    with database.transaction() as connection:
        for number in range(count):
            outbox.write(
                connection,
                partner="p",
                resource="top-up",
                subject=subject,
                body=f'{{"data": {{"operation": {{"reference": "{subject}", "n": {number}}}}}}}',
                created=1,
            )


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_several_senders_deliver_each_event_once(kind: str, new_database: NewDatabase) -> None:
    receiver, url = Receiver(), new_database(kind)
    databases = [Database(url) for _ in range(3)]
    agree(databases[0], receiver.url)
    for number in range(20):
        put(databases[0], f"s{number}", 3)
    senders = [Sender(Contract.load(), each, DeliveryOptions(allow_private=True)) for each in databases]
    with senders[0].running(), senders[1].running(), senders[2].running():
        for number in range(20):
            receiver.wait(f"s{number}", 3, seconds=30)
        time.sleep(0.5)  # nothing more may come
    receiver.close()
    assert len(receiver.deliveries) == 60
    for number in range(20):
        assert [each.operation["n"] for each in receiver.of(f"s{number}")] == [0, 1, 2]
    for each in databases:
        each.close()


def test_a_claim_ends_with_its_lease(database: Database) -> None:
    put(database, "s")
    (first,) = outbox.claim(database, 10, 0.2)
    assert outbox.claim(database, 10, 0.2) == []
    time.sleep(0.25)  # until the lease has ended
    (second,) = outbox.claim(database, 10, 60)
    assert (second.id, second.attempts) == (first.id, 2)
    outbox.delivered(database, first, "200")  # too late: another has it
    outbox.postponed(database, second, "500", 0)
    (third,) = outbox.claim(database, 10, 60)
    outbox.delivered(database, third, "200")
    assert outbox.claim(database, 10, 0) == []


def test_a_claim_that_comes_after_a_whole_attempt_gets_nothing(database: Database) -> None:
    put(database, "s")
    seen = outbox.due(database, 10)
    (event,) = outbox.claim(database, 10, 60)
    outbox.postponed(database, event, "500", 60)  # free again, but not due
    assert outbox.take(database, seen, 60) == []


def test_an_endpoint_keeps_its_secret_and_leaves_with_its_partner(database: Database) -> None:
    agree(database, "https://one.example/")
    with database.transaction() as connection:
        before = endpoints.find(connection, "p")
        endpoints.agree(connection, "p", "https://two.example/")
        after = endpoints.find(connection, "p")
        assert before is not None
        assert after == Endpoint("https://two.example/", before.secret)
        partners.remove(connection, "p")
        assert endpoints.find(connection, "p") is None


def test_delays_grow_whatever_the_jitter_and_end() -> None:
    for _ in range(50):
        delays = [delay(attempts, 1) or 0 for attempts in range(1, 12)]
        assert all(earlier <= later for earlier, later in itertools.pairwise(delays))
    assert delay(MAX_ATTEMPTS, 1) is None
    assert 3 * 3600 < sum(delay(attempts, 1) or 0 for attempts in range(1, MAX_ATTEMPTS)) < 6 * 3600


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.100.100.200"),
        *("0.0.0.0", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255", "168.63.129.16", "192.0.2.1"),
        *("192.0.0.192", "192.0.0.9", "192.88.99.1", "198.18.0.1", "3fff::1", "5f00::1", "64:ff9b:1::1"),
        *("::1", "::", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1"),
        *("::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:db8::1", "fec0::1", "fe80::1%eth0"),
    ],
)
def test_an_address_that_is_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.216.34", "2606:4700::1111", "64:ff9b::808:808"])
def test_an_address_that_is_public(address: str) -> None:
    assert is_public(ip_address(address))


def awaited(coroutine: Coroutine[Any, Any, T]) -> T:
    """What *coroutine* gives, in a thread of its own: a browser's loop may be running in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()


@pytest.mark.parametrize("host", ["localhost", "127.1", "2130706433", "0x7f000001", "[::1]"])
def test_a_name_of_this_machine_is_refused_once_looked_up(host: str) -> None:
    with pytest.raises(AddressRefusedError):
        awaited(resolve(host.strip("[]"), 443, allow_private=False))


@pytest.mark.parametrize("private", ["10.0.0.1", "::1", "192.0.0.192", "64:ff9b::7f00:1"])
def test_a_name_is_refused_if_one_of_its_addresses_is_private(
    private: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [(0, 0, 0, "", (address, 443)) for address in ("8.8.8.8", private, "2606:4700::1111")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    with pytest.raises(AddressRefusedError):
        awaited(resolve("hooks.example.org", 443, allow_private=False))
    assert private in awaited(resolve("hooks.example.org", 443, allow_private=True))


@pytest.mark.parametrize("host", ["x" * 300 + ".example", "a..b", ".", "no-such-host.invalid"])
def test_a_host_that_is_none_is_a_failed_attempt(host: str) -> None:
    with pytest.raises(OSError):
        awaited(resolve(host, 443, allow_private=False))


def test_nothing_reaches_a_private_address_under_a_public_name() -> None:
    receiver = Receiver()
    for url in (receiver.url, receiver.url.replace("http://127.0.0.1", "https://localhost")):
        with pytest.raises(AddressRefusedError):
            awaited(posting.post(url, [], b"{}", allow_private=False))
    receiver.close()
    assert receiver.deliveries == []


def test_the_connection_goes_to_the_address_that_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    receiver = Receiver()

    async def once(host: str, port: int, *, allow_private: bool) -> list[str]:
        return ["127.0.0.1"]

    monkeypatch.setattr(posting, "resolve", once)
    url = receiver.url.replace("127.0.0.1", "receiver.invalid")  # whoever looks it up again finds nothing
    status = awaited(posting.post(url, [("webhook-id", "x")], b"{}", allow_private=True))
    receiver.close()
    assert status == 204
    assert receiver.deliveries[0].headers["host"].startswith("receiver.invalid:")


def test_an_address_that_does_not_answer_leaves_time_for_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    receiver = Receiver()
    port = receiver.server.server_port
    with socket.create_server(("127.0.0.9", port), backlog=0) as full:
        waiting = [socket.socket() for _ in range(4)]
        for each in waiting:  # a full queue: the system leaves who comes next without an answer
            each.setblocking(False)
            each.connect_ex(full.getsockname())

        async def both(host: str, port: int, *, allow_private: bool) -> list[str]:
            return ["127.0.0.9", "127.0.0.1"]

        monkeypatch.setattr(posting, "resolve", both)
        monkeypatch.setattr(posting, "CONNECT_TIMEOUT_S", 0.5)
        began = time.monotonic()
        status = awaited(posting.post(receiver.url, [("webhook-id", "x")], b"{}", allow_private=True))
        taken = time.monotonic() - began
        for each in waiting:
            each.close()
    receiver.close()
    assert status == 204
    assert 0.4 < taken < 5


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ('webhook_url = "http://hooks.example.org/x"', "must be https"),
        ('webhook_url = "https://127.0.0.1/x"', "private address"),
        ('webhook_url = "https://[::ffff:10.0.0.1]/x"', "private address"),
        *(
            (f'webhook_url = "https://{host}/x"', "private address")
            for host in (
                "127.1",
                "0x7f.1",
                "2130706433",
                "0177.0.0.1",
                "127.0.0.1.",
                "localhost",
                "LOCALHOST.",
            )
        ),
        ('webhook_url = "https://hooks.localhost/x"', "private address"),
        ('webhook_url = "https://192.0.0.192/x"', "private address"),
        ('webhook_url = "https://[3fff::1]/x"', "private address"),
        ('webhook_url = "https://user@hooks.example.org/x"', "without user"),
        ('webhook_url = "https://:secret@hooks.example.org/x"', "without user"),
        ('webhook_url = "ftp://hooks.example.org/x"', "must be https"),
        ('webhook_url = "https://hooks.example.org:99999/x"', "is no URL"),
        ('webhook_url = "https://hooks.example.org/é"', "in ASCII"),
        ('webhook_url = "https://hooks.example.org/x"\nwebhook_secret = "short"', "webhook_secret must be"),
        ('webhook_url = "https://hooks.example.org/x"\nwebhook_secret = "whsec_AAAA"', "24 to 64 bytes"),
    ],
)
def test_an_endpoint_that_is_refused(settings: str, said: str, tmp_path: Path) -> None:
    partners = tmp_path / "partners.toml"
    partners.write_text(
        f'[[partners]]\nconsumer_key = "k"\nconsumer_secret = "s"\n{settings}\n', encoding="utf-8"
    )
    command = [sys.executable, "-m", "cynod_sandbox", "--port", "0", "--partners", str(partners)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30)
    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_the_seeds_url_is_for_the_seed(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "cynod_sandbox", "--port", "0"]
    for options, said in (
        (["--webhook-url", "http://127.0.0.1:1/x"], "must be https"),
        (["--webhook-url", "https://x.example/", "--partners", "p.toml"], "the seed's"),
    ):
        done = subprocess.run([*command, *options], cwd=tmp_path, capture_output=True, text=True, timeout=30)
        assert (done.returncode, said in done.stderr) == (2, True), done.stderr
