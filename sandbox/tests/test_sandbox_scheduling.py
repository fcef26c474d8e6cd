"""Webhooks of one partner while the endpoints of others do not answer: real databases, real sockets."""

from __future__ import annotations

import itertools
import os
import socket
import threading
import time
import uuid
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psutil
import pytest
from cross_room.sandboxes import running

from cynod_sandbox._generated.contract import Contract
from cynod_sandbox._generated.identity import HashedSecret, Partner, Registration
from cynod_sandbox.identity import partners
from cynod_sandbox.storage.database import Database, now
from cynod_sandbox.storage.migrations import upgrade
from cynod_sandbox.webhooks import endpoints, outbox, scheduling
from cynod_sandbox.webhooks.outbox import MAX_PER_PARTNER, Queue
from cynod_sandbox.webhooks.scheduling import MAX_PER_HINDERED_PARTNER, DeliveryScheduler
from cynod_sandbox.webhooks.sender import DeliveryOptions, Sender

from .conftest import NewDatabase
from .receiver import Delivery, Receiver
from .stalling import HANGS, STALLS, Stalling, stalling

pytestmark = pytest.mark.slow

SOON_S = 5.0  # in which a webhook arrives, whatever the endpoints of others do
DEFAULTS = DeliveryOptions(allow_private=True)


def agree(database: Database, told: dict[str, str]) -> None:
    """Let each partner of *told* have its URL."""
    with database.transaction() as connection:
        for name, url in told.items():
            partners.add(connection, Registration(Partner(name, ()), (HashedSecret.of("s"),)))
            endpoints.agree(connection, name, url)


def put(database: Database, partner: str, subjects: Iterable[str]) -> None:
    """An event about each of *subjects*, for *partner*."""
    with database.transaction() as connection:
        for subject in subjects:
            outbox.write(
                connection,
                partner=partner,
                resource="top-up",
                subject=subject,
                body=f'{{"data": {{"operation": {{"reference": "{subject}"}}}}}}',
                created=now(),
            )


@contextmanager
def sending(databases: Iterable[Database], how: DeliveryOptions = DEFAULTS) -> Iterator[None]:
    """A sender for each of *databases*, while inside."""
    with ExitStack() as stack:
        for database in databases:
            stack.enter_context(Sender(Contract.load(), database, how).running())
        yield


def opened(url: str, workers: int, stack: ExitStack) -> list[Database]:
    """The database at *url*, with its tables, as each worker opens it."""
    made = [Database(url) for _ in range(workers)]
    for database in made:
        stack.callback(database.close)
    upgrade(made[0])
    return made


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.close()


def arrives(database: Database, receiver: Receiver, partner: str = "honest") -> float:
    """The seconds until an event for *partner*, put down now, is received."""
    subject, began = uuid.uuid4().hex, time.monotonic()
    put(database, partner, [subject])
    (came,) = receiver.wait(subject, 1, seconds=30)
    return came.at - began


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def test_endpoints_that_stall_delay_no_other_partner(database: Database, receiver: Receiver) -> None:
    with ExitStack() as stack:
        stalled = {way: stack.enter_context(stalling(way)) for way in STALLS}
        told = {way: each.url() for way, each in stalled.items()}
        told["hangs-in-tls"] = stalled[HANGS].url().replace("http:", "https:")
        told["refuses"] = f"http://127.0.0.1:{closed_port()}/"
        agree(database, told | {"honest": receiver.url})
        for way in told:
            put(database, way, (f"{way}-{number}" for number in range(30)))
        with sending([database]):
            time.sleep(0.5)  # the backlog is under way
            delays = [arrives(database, receiver) for _ in range(3)]
            time.sleep(scheduling.SLOW_AFTER_S)  # until stalled partners count as slow
            delays += [arrives(database, receiver) for _ in range(3)]
        assert all(each.requests for each in stalled.values())
    assert max(delays) < SOON_S


def test_a_look_up_that_does_not_end_delays_no_other(
    database: Database, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended, asked, real = threading.Event(), list[str](), socket.getaddrinfo

    def getaddrinfo(host: str, *rest: object, **more: object) -> object:
        if not str(host).endswith(".stalled.example"):
            return real(host, *rest, **more)  # type: ignore[arg-type]  # passed on as it came
        asked.append(host)
        ended.wait(60)
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    names = [f"p{number}" for number in range(12)]  # more than any pool of threads has
    agree(database, {name: f"http://{name}.stalled.example/" for name in names})
    agree(database, {"honest": receiver.url.replace("127.0.0.1", "localhost")})
    for name in names:
        put(database, name, (f"{name}-{number}" for number in range(5)))
    with sending([database]):
        time.sleep(0.5)  # the backlog is under way
        delays = [arrives(database, receiver) for _ in range(3)]
        ended.set()
    assert max(delays) < SOON_S
    assert sorted(asked) == sorted(f"{name}.stalled.example" for name in names)  # once each


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_all_workers_together_keep_to_a_partners_most(
    kind: str, new_database: NewDatabase, receiver: Receiver
) -> None:
    with ExitStack() as stack:
        stalled = stack.enter_context(stalling())
        databases = opened(new_database(kind), 3, stack)
        agree(databases[0], {"stalled": stalled.url(), "honest": receiver.url})
        put(databases[0], "stalled", (f"s{number}" for number in range(40)))
        with sending(databases):
            time.sleep(1)  # the backlog is under way
            assert arrives(databases[0], receiver) < SOON_S
        assert MAX_PER_HINDERED_PARTNER <= stalled.most[""] <= MAX_PER_PARTNER


def test_partners_that_stall_together_delay_no_other(
    database: Database, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduling, "MAX_DELIVERIES", 8)
    monkeypatch.setattr(scheduling, "RESERVED_PLACES", 2)
    with stalling() as stalled:
        names = [f"p{number}" for number in range(12)]
        agree(database, {name: stalled.url(name) for name in names} | {"honest": receiver.url})
        for name in names:
            put(database, name, (f"{name}-{number}" for number in range(10)))
        with sending([database]):
            time.sleep(0.5)  # the backlog is under way
            delays = [arrives(database, receiver) for _ in range(6)]
        assert max(delays) < SOON_S
        assert set(stalled.most) == set(names)  # each had its turn
        assert sum(stalled.most.values()) > len(names)


def test_one_event_that_hangs_holds_up_no_other_of_its_partner(database: Database) -> None:
    def answer(delivery: Delivery, before: int) -> int:
        return 0 if delivery.operation["reference"] == "hangs" else 204

    receiver = Receiver(answer)
    agree(database, {"p": receiver.url})
    put(database, "p", ["hangs"])
    with sending([database]):
        receiver.wait("hangs", 1)
        time.sleep(scheduling.SLOW_AFTER_S)  # until stalled partners count as slow
        delays = [arrives(database, receiver, "p") for _ in range(10)]
    receiver.close()
    assert max(delays) < SOON_S


def test_a_backlog_does_not_delay_first_retries(database: Database) -> None:
    def answer(delivery: Delivery, before: int) -> int:
        time.sleep(0.05)  # the backlog takes a while
        return 503 if before == 0 and delivery.operation["reference"].endswith("0") else 204

    receiver = Receiver(answer)
    agree(database, {"p": receiver.url})
    put(database, "p", (f"s{number}" for number in range(300)))
    with sending([database], DeliveryOptions(allow_private=True, backoff=0.2)):
        gaps = []
        for number in range(0, 60, 10):
            first, second = receiver.wait(f"s{number}", 2, seconds=30)[:2]
            gaps.append(second.at - first.at)
        unsent = 300 - len({each.id for each in list(receiver.deliveries)})
    receiver.close()
    assert unsent > 0  # so the retries had something to overtake
    assert max(gaps) < 1.5


def test_events_of_a_partner_keep_their_order(database: Database) -> None:
    receiver = Receiver()
    agree(database, {"p": receiver.url})
    put(database, "p", [f"s{number % 3}" for number in range(30)])
    with sending([database]):
        for number in range(3):
            receiver.wait(f"s{number}", 10, seconds=30)
    receiver.close()
    with database.reading() as connection:
        rows = connection.execute(outbox.events.select().order_by(outbox.events.c.seq)).all()
    for number in range(3):
        written = [row.id for row in rows if row.subject == f"s{number}"]
        assert [each.id for each in receiver.of(f"s{number}")] == written


def test_an_endpoint_that_answers_again_gets_what_waited(database: Database) -> None:
    up = threading.Event()
    receiver = Receiver(lambda delivery, before: 204 if up.is_set() else 0)
    agree(database, {"p": receiver.url})
    put(database, "p", (f"s{number}" for number in range(20)))
    with sending([database], DeliveryOptions(allow_private=True, backoff=0.1, timeout=0.3)):
        time.sleep(3)  # time enough for every attempt to fail
        tried = len(receiver.deliveries)
        up.set()
        for number in range(20):
            receiver.wait(f"s{number}", 1, seconds=30)
    receiver.close()
    assert tried < 60  # it was left in peace meanwhile


# Plans


class Clock:
    """Monotonic time that passes when it is told to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        monkeypatch.setattr(scheduling.time, "monotonic", lambda: self.now)


def event(partner: str, id: str = "e") -> outbox.Event:
    return outbox.Event(id, partner, "top-up", "{}", 1, endpoints.Endpoint("u", "whsec_"))


def test_a_partner_without_answers_rests_longer_and_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, made, rests = Clock(monkeypatch), DeliveryScheduler(backoff=1.0), list[float]()
    queue = [Queue("p", "u", 0)]
    for _ in range(12):
        (share,) = made.plan(queue)
        attempt = made.begin(event("p"))
        clock.now += 10
        made.end(attempt, "no answer in time")
        began = clock.now
        while not made.plan(queue)[0].others:
            assert made.plan(queue)[0].tried_once == MAX_PER_PARTNER  # first retries wait for no rest
            clock.now += 0.25
        rests.append(clock.now - began)
    assert rests[:2] == [0, 0]
    assert rests == sorted(rests)
    assert rests[-1] == scheduling.MAX_REST_S
    assert share.others == MAX_PER_HINDERED_PARTNER
    made.end(made.begin(event("p")), 500)  # an answer, whatever it says
    assert made.plan(queue)[0].others == MAX_PER_PARTNER


def test_a_rest_delays_no_retry_of_a_single_event(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, made = Clock(monkeypatch), DeliveryScheduler(backoff=1.0)
    made.plan([Queue("p", "u", 0)])
    for attempts in range(1, 16):
        made.end(made.begin(event("p")), "no answer in time")
        shortest = min(2.0 ** (attempts - 1), 3600.0) * 0.8  # pace.delay, with all of its jitter
        clock.now += shortest
        (share,) = made.plan([Queue("p", "u", 0)])
        assert share.tried_once if attempts == 1 else share.others


def test_attempts_that_fail_together_are_one_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, made = Clock(monkeypatch), DeliveryScheduler(backoff=1.0)
    made.plan([Queue("p", "u", 0)])
    attempts = [made.begin(event("p", str(number))) for number in range(8)]
    clock.now += 10
    for attempt in attempts:
        made.end(attempt, "no answer in time")
    assert made.plan([Queue("p", "u", 0)])[0].others == MAX_PER_HINDERED_PARTNER


def test_another_url_is_another_endpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, made = Clock(monkeypatch), DeliveryScheduler(backoff=1.0)
    made.plan([Queue("p", "u", 0)])
    late = made.begin(event("p"))
    for _ in range(5):
        clock.now += 100
        made.end(made.begin(event("p")), "no answer in time")
    assert made.plan([Queue("p", "v", 0)])[0].others == MAX_PER_PARTNER
    made.end(late, "no answer in time")  # of the former endpoint
    assert made.plan([Queue("p", "v", 0)])[0].others == MAX_PER_PARTNER


def test_turns_go_round_and_the_prompt_come_first(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, made = Clock(monkeypatch), DeliveryScheduler(backoff=1.0)
    queues = [Queue(name, "u", 0) for name in "abc"]
    made.plan(queues)
    made.end(made.begin(event("c")), 204)
    clock.now += 1
    made.end(made.begin(event("a")), 204)
    clock.now += 1
    made.end(made.begin(event("b")), "refused")
    assert [share.partner for share in made.plan(queues)] == ["c", "a", "b"]
    assert [share.leaves for share in made.plan(queues)] == [0, 0, scheduling.RESERVED_PLACES]


def test_what_is_remembered_of_partners_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scheduling, "_MAX_STANDINGS", 10)
    made = DeliveryScheduler(backoff=1.0)
    for start in range(0, 100, 5):
        made.plan([Queue(f"p{number}", "u", 0) for number in range(start, start + 5)])
    assert len(made._standings) == 10


# Purging


def test_settled_events_are_purged_oldest_first_and_no_others(database: Database) -> None:
    agree(database, {"p": "http://127.0.0.1:1/"})
    put(database, "p", (f"s{number}" for number in range(6)))
    claimed = outbox.claim(database, 4, 60)
    for number, each in enumerate(claimed):
        (outbox.abandoned if number % 2 else outbox.delivered)(database, each, "200")
    before = now()

    def purged(limit: int, instant: int = before) -> int:
        with database.transaction() as connection:
            return outbox.purge_settled(connection, instant, limit)

    def left() -> set[str]:
        with database.reading() as connection:
            return set(connection.execute(outbox.select(outbox.events.c.id)).scalars())

    everything = left()
    assert purged(10, instant=1) == 0
    assert purged(3) == 3
    assert everything - left() == {each.id for each in claimed[:3]}
    assert (purged(3), purged(3)) == (1, 0)
    assert everything - left() == {each.id for each in claimed}


# All at once


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_whole_sandbox_tells_one_partner_while_another_hangs(
    kind: str, new_database: NewDatabase, receiver: Receiver, tmp_path: Path
) -> None:
    url = new_database(kind)
    with ExitStack() as stack:
        stalled = stack.enter_context(stalling())
        options = ("--webhook-url", stalled.url(), "--allow-private-webhooks", "--workers", "2")
        sandbox = stack.enter_context(running(tmp_path, *options, database=url))
        database = Database(url)
        with database.transaction() as connection:
            key = sandbox.config["credentials"]["basic"]["consumer_key"]
            endpoints.agree(connection, key, receiver.url)
        database.close()
        card = sandbox.card("active")
        hanging, honest = sandbox.as_("primary"), sandbox.as_("basic")

        def move() -> dict[str, object]:
            amount = {"valeur": 1000, "devise": "XOF"}
            return {"carteId": card, "reference": uuid.uuid4().hex, "montant": amount}

        for _ in range(30):
            assert hanging.create("/recharges", move()).status_code == 201
        time.sleep(scheduling.SLOW_AFTER_S)  # until stalled partners count as slow
        for _ in range(3):
            told = move()
            began = time.monotonic()
            assert honest.create("/recharges", told).status_code == 201
            (came,) = receiver.wait(str(told["reference"]), 1)
            assert came.at - began < SOON_S
        assert stalled.most[""] <= MAX_PER_PARTNER


@pytest.mark.soak
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_fifty_partners_that_hang_with_thousands_of_events(
    kind: str, new_database: NewDatabase, receiver: Receiver
) -> None:
    process = psutil.Process(os.getpid())
    with ExitStack() as stack:
        ways = [stack.enter_context(stalling(way)) for way in STALLS]
        databases = opened(new_database(kind), 2, stack)
        names = [f"p{number}" for number in range(50)]
        hung: dict[str, Stalling] = dict(zip(names, itertools.cycle(ways), strict=False))
        agree(databases[0], {name: stalled.url(name) for name, stalled in hung.items()})
        agree(databases[0], {"refused": f"http://127.0.0.1:{closed_port()}/", "honest": receiver.url})
        for name in [*names, "refused"]:
            put(databases[0], name, (f"{name}-{number}" for number in range(200)))
        put(databases[0], names[0], (f"{names[0]}-more-{number}" for number in range(5000)))
        with sending(databases):
            delays = [arrives(databases[0], receiver)]
            before = process.memory_info().rss
            end = time.monotonic() + 60
            while time.monotonic() < end:
                time.sleep(0.3)  # an event now and then
                delays.append(arrives(databases[0], receiver))
            grown = process.memory_info().rss - before
            handles = process.num_fds()
        most = {name: stalled.most.get(name, 0) for name, stalled in hung.items()}
    print(
        f"{len(delays)} webhooks, slowest {max(delays):.2f} s, {grown / 2**20:.0f} MiB more, {handles} files"
    )
    assert max(delays) < SOON_S
    assert max(most.values()) <= MAX_PER_PARTNER
    assert min(most.values()) > 0
    assert grown < 64 * 2**20
