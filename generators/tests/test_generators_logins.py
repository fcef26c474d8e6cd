"""Logins when many come at once: few wait, turns are fair, and a pair verified before never waits."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest

from cynod_generators.targets.fastapi.runtime.identity import (
    HashedSecret,
    MemoryIdentity,
    Partner,
    Registration,
)
from cynod_generators.targets.fastapi.runtime.login_budgets import LoginBudgets
from cynod_generators.targets.fastapi.runtime.login_queue import (
    MAX_AT_ONCE,
    MAX_AT_ONCE_OF_ADDRESS,
    MAX_WAITING,
    MAX_WAITING_OF_ADDRESS,
    MAX_WAITING_OF_KEY,
    Crowded,
    LoginQueue,
)
from cynod_generators.targets.fastapi.runtime.logins import (
    ADDRESS_FACTOR,
    MAX_SHARING,
    MAX_SHARING_OF_ADDRESS,
    Caller,
    Logins,
    MemoryThrottle,
)
from cynod_generators.targets.fastapi.runtime.messages import Disconnected
from cynod_generators.targets.fastapi.runtime.networks import network_of
from cynod_generators.targets.fastapi.runtime.recent import RecentMap
from cynod_generators.targets.fastapi.runtime.refusals import Refusal

HERE, THERE = "192.0.2.1", "198.51.100.1"
Test = Callable[[], Coroutine[Any, Any, None]]


@pytest.fixture(autouse=True)
def no_delay(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refusals are told at once."""
    monkeypatch.setattr("cynod_generators.targets.fastapi.runtime.logins.REFUSAL_DELAY_S", 0.0)


def stays() -> bool:
    return False


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Desk:
    """A queue whose logins end when told to; tells who was verified, in order, and how many at once."""

    def __init__(self, executor: ThreadPoolExecutor, failures: int = 0) -> None:
        self.clock = Clock()
        self.queue = LoginQueue(executor, LoginBudgets(failures, self.clock))
        self.verified: list[str] = []
        self.most_at_once = 0
        self._at_once = 0
        self._open = threading.Semaphore(0)
        self._lock = threading.Lock()

    def ask(
        self, name: str, address: str, key: str = "", has_left: Callable[[], bool] = stays
    ) -> asyncio.Task[str]:
        """A login under way, in a task."""

        def login() -> str:
            with self._lock:
                self._at_once += 1
                self.most_at_once = max(self.most_at_once, self._at_once)
                self.verified.append(name)
            assert self._open.acquire(timeout=20)
            with self._lock:
                self._at_once -= 1
            return name

        return asyncio.create_task(self.queue.run(login, key or name, address, has_left))

    def has_verified(self, count: int) -> bool:
        """Whether so many logins have begun."""
        return len(self.verified) == count

    def finish(self, count: int = 1000) -> None:
        """Let so many logins end."""
        self._open.release(count)


@pytest.fixture
def executor() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(MAX_AT_ONCE) as made:
        yield made


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end
        await asyncio.sleep(0.005)


async def outcomes(tasks: list[asyncio.Task[str]]) -> Counter[str]:
    """How the *tasks* ended: done, crowded by the caller's own or by all, left."""
    found: Counter[str] = Counter()
    for given in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(given, Crowded):
            found["crowded by itself" if given.by_caller else "crowded by all"] += 1
        else:
            found[
                "left"
                if isinstance(given, Disconnected)
                else "done"
                if isinstance(given, str)
                else str(given)
            ] += 1
    return found


def test_one_address_has_so_many_places_and_is_refused_at_once_beyond(executor: ThreadPoolExecutor) -> None:
    async def test() -> None:
        desk = Desk(executor)
        tasks = [desk.ask(f"k{number}", HERE) for number in range(600)]
        await settle()
        kept = MAX_AT_ONCE_OF_ADDRESS + MAX_WAITING_OF_ADDRESS
        assert (
            sum(not task.done() for task in tasks) == kept
        )  # nobody had to end for the others to be refused
        assert all(not task.done() for task in tasks[-MAX_WAITING_OF_ADDRESS:])  # the oldest gave way
        desk.finish()
        assert await outcomes(tasks) == {"done": kept, "crowded by itself": 600 - kept}
        assert desk.queue.most_waiting == MAX_WAITING_OF_ADDRESS
        assert (desk.queue.started, desk.most_at_once) == (kept, MAX_AT_ONCE_OF_ADDRESS)

    asyncio.run(test())


def test_who_comes_from_elsewhere_is_next(executor: ThreadPoolExecutor) -> None:
    async def test() -> None:
        desk = Desk(executor)
        flood = [desk.ask(f"k{number}", address) for number in range(200) for address in (HERE, "192.0.2.2")]
        await until(lambda: len(desk.verified) == MAX_AT_ONCE)
        honest = desk.ask("honest", THERE)
        desk.finish(1)
        await until(lambda: len(desk.verified) == MAX_AT_ONCE + 1)
        assert desk.verified[-1] == "honest"
        desk.finish()
        assert await honest == "honest"
        await outcomes(flood)
        assert desk.queue.most_waiting <= MAX_WAITING

    asyncio.run(test())


def test_addresses_take_turns(executor: ThreadPoolExecutor) -> None:
    async def test() -> None:
        desk = Desk(executor)
        tasks = [desk.ask(f"{address} {number}", address) for address in (HERE, THERE) for number in range(8)]
        for number in range(1, 16):
            desk.clock.now += 1
            desk.finish(1)
            await until(partial(desk.has_verified, min(16, MAX_AT_ONCE + number)))
        desk.finish()
        assert await outcomes(tasks) == {"done": 16}
        middle = [name.split()[0] for name in desk.verified[4:12]]
        assert Counter(middle) == {HERE: 4, THERE: 4}

    asyncio.run(test())


def test_all_together_have_so_many_places_and_the_address_with_most_gives_way(
    executor: ThreadPoolExecutor,
) -> None:
    async def test() -> None:
        desk = Desk(executor)
        flood = [desk.ask(f"k{number}", f"192.0.2.{number % 4}", key=f"k{number}") for number in range(400)]
        await settle()
        honest = desk.ask("honest", THERE)
        await settle()
        assert not honest.done()
        desk.finish()
        assert await honest == "honest"
        kept = MAX_AT_ONCE + MAX_WAITING
        assert await outcomes(flood) == {"done": kept - 1, "crowded by all": 400 - kept + 1}
        assert desk.queue.most_waiting == MAX_WAITING

    asyncio.run(test())


def test_an_address_that_logs_in_rightly_keeps_its_place_among_many_new_ones(
    executor: ThreadPoolExecutor,
) -> None:
    async def test() -> None:
        desk = Desk(executor)
        desk.queue.budgets.judged(THERE, right=True)
        desk.clock.now += 3600
        flood = [desk.ask(f"a{number}", f"192.0.2.{number}") for number in range(100)]
        honest = desk.ask("honest", THERE)
        flood += [desk.ask(f"b{number}", f"203.0.113.{number}") for number in range(100)]
        await until(lambda: len(desk.verified) == MAX_AT_ONCE)
        desk.finish(1)
        await until(lambda: len(desk.verified) == MAX_AT_ONCE + 1)
        assert desk.verified[-1] == "honest"
        desk.finish()
        await outcomes([honest, *flood])

    asyncio.run(test())


def test_one_key_has_so_many_places_from_all_addresses(executor: ThreadPoolExecutor) -> None:
    async def test() -> None:
        desk = Desk(executor)
        flood = [desk.ask(f"x{number}", f"192.0.2.{number % 3}", key="known") for number in range(60)]
        owner = desk.ask("owner", THERE, key="known")
        other = desk.ask("other", THERE, key="other")
        await settle()
        assert not owner.done()
        desk.finish()
        assert (await owner, await other) == ("owner", "other")
        kept = MAX_AT_ONCE + MAX_WAITING_OF_KEY
        assert await outcomes(flood) == {"done": kept - 1, "crowded by itself": 60 - kept + 1}

    asyncio.run(test())


def test_what_waits_for_a_caller_who_has_left_is_dropped_and_takes_no_place(
    executor: ThreadPoolExecutor,
) -> None:
    async def test() -> None:
        desk, gone = Desk(executor), threading.Event()
        running = [desk.ask(f"running {number}", HERE) for number in range(MAX_AT_ONCE_OF_ADDRESS)]
        leaving = [desk.ask(f"leaving {number}", HERE, has_left=gone.is_set) for number in range(10)]
        await settle()
        gone.set()
        late = desk.ask("late", HERE, has_left=gone.is_set)
        staying = [desk.ask(f"staying {number}", HERE) for number in range(MAX_WAITING_OF_ADDRESS)]
        await settle()
        assert await outcomes([*leaving, late]) == {"left": 11}
        desk.finish()
        assert await outcomes([*running, *staying]) == {
            "done": MAX_AT_ONCE_OF_ADDRESS + MAX_WAITING_OF_ADDRESS
        }
        assert not [name for name in desk.verified if "leaving" in name or name == "late"]

    asyncio.run(test())


def test_a_cancelled_request_gives_its_turn_back(executor: ThreadPoolExecutor) -> None:
    async def test() -> None:
        desk = Desk(executor)
        tasks = [desk.ask(f"k{number}", HERE) for number in range(10)]
        await settle()
        for task in tasks[2:5]:
            task.cancel()
        await settle()
        desk.finish()
        for task in tasks[5:7]:
            await task
            task.cancel()
        assert (await outcomes(tasks))["done"] == 7
        assert await desk.ask("after", HERE) == "after"

    asyncio.run(test())


def test_an_address_that_failed_too_often_waits_and_no_other() -> None:
    clock = Clock()
    budgets = LoginBudgets(3, clock)
    for _ in range(3):
        assert budgets.wait(HERE) == 0
        budgets.judged(HERE, right=False)
    assert budgets.wait(HERE) == 20  # three a minute
    assert budgets.wait(THERE) == 0
    clock.now += 20
    assert budgets.wait(HERE) == 0
    unlimited = LoginBudgets(0, clock)
    for _ in range(100):
        unlimited.judged(HERE, right=False)
    assert unlimited.wait(HERE) == 0


# Pairs


class Store(MemoryIdentity):
    """Counts the pairs that it verifies; each takes as long as it is told to."""

    def __init__(self, *partners: str, ready: threading.Event | None = None) -> None:
        super().__init__(
            [Registration(Partner(key), (HashedSecret.of(f"{key}-secret"),)) for key in partners]
        )
        self.verified: list[tuple[str, str]] = []
        self.ready = ready

    def verify(self, key: str, secret: str) -> Partner | None:
        self.verified.append((key, secret))
        if self.ready is not None:
            assert self.ready.wait(20)
        return super().verify(key, secret) if key in self._partners else None  # no hash for nobody


async def direct(function: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
    return function(*arguments, **named)


def logins(store: Any, executor: ThreadPoolExecutor, attempts: int = 60) -> Logins:
    return Logins(store, MemoryThrottle(attempts), attempts, executor, direct)


def of(address: str) -> Caller:
    return Caller(address, stays)


async def refused(login: Awaitable[Any]) -> tuple[str, int]:
    """The code of the refusal, and the seconds after which to try again."""
    with pytest.raises(Refusal) as raised:
        await login
    return raised.value.code, int(dict(raised.value.headers)["Retry-After"])


@pytest.mark.slow
def test_a_remembered_pair_is_answered_while_the_queue_is_full_of_others(
    executor: ThreadPoolExecutor,
) -> None:
    async def test() -> None:
        ready = threading.Event()
        ready.set()
        store = Store("shop", "other", ready=ready)
        door = logins(store, executor)
        assert await door.verify("shop", "shop-secret", of(HERE)) == Partner("shop")
        ready.clear()
        flood = [asyncio.create_task(door.verify(f"k{n}", "wrong", of(HERE))) for n in range(100)]
        await settle()
        started = door.queue.started
        for address in (HERE, THERE):
            assert await door.verify("shop", "shop-secret", of(address)) == Partner("shop")
        assert door.queue.started == started  # it did not take anybody's turn
        first = asyncio.create_task(door.verify("other", "other-secret", of(THERE)))
        await settle()
        assert not first.done()
        ready.set()
        assert await first == Partner("other")
        found = await asyncio.gather(*flood, return_exceptions=True)
        assert sum(each is None for each in found) == MAX_AT_ONCE_OF_ADDRESS + MAX_WAITING_OF_ADDRESS
        assert {each.code for each in found if isinstance(each, Refusal)} == {"too-many-requests"}

    asyncio.run(test())


def test_the_same_pair_is_hashed_once_however_many_send_it_at_the_same_time(
    executor: ThreadPoolExecutor,
) -> None:
    async def test() -> None:
        store = Store("shop")
        door = logins(store, executor)
        given = await asyncio.gather(*(door.verify("shop", "shop-secret", of(HERE)) for _ in range(30)))
        assert given == [Partner("shop")] * 30
        assert len(store.verified) == 1

    asyncio.run(test())


def test_few_wait_for_the_outcome_of_another(executor: ThreadPoolExecutor) -> None:
    async def test() -> None:
        ready = threading.Event()
        door = logins(Store("shop", ready=ready), executor)
        addresses = [f"192.0.2.{number}" for number in range(6)]
        tasks = [
            asyncio.create_task(door.verify("shop", "shop-secret", of(address)))
            for address in addresses
            for _ in range(50)
        ]
        await settle()
        waiting = sum(not task.done() for task in tasks)
        assert waiting == len(addresses) + MAX_SHARING
        refused = [error for task in tasks if task.done() and isinstance(error := task.exception(), Refusal)]
        assert len(refused) == sum(task.done() for task in tasks)
        codes = Counter(error.code for error in refused)
        assert codes["too-many-requests"] == (50 - 1 - MAX_SHARING_OF_ADDRESS) * (
            MAX_SHARING // MAX_SHARING_OF_ADDRESS
        )
        assert codes.total() == codes["too-many-requests"] + codes["dependency-unavailable"] == 300 - waiting
        ready.set()
        given = await asyncio.gather(*tasks, return_exceptions=True)
        assert sum(each == Partner("shop") for each in given) == waiting

    asyncio.run(test())


@pytest.mark.slow
def test_guesses_that_nobody_looked_at_count_as_guesses(executor: ThreadPoolExecutor) -> None:
    """Who keeps the queue full is not told by a 200 amid refusals which guess is the remembered pair."""

    async def test() -> None:
        ready = threading.Event()
        ready.set()
        store = Store("shop", ready=ready)
        door = logins(store, executor, attempts=5)
        assert await door.verify("shop", "shop-secret", of(HERE)) == Partner("shop")
        ready.clear()
        guesses = [asyncio.create_task(door.verify("shop", f"guess {n}", of(HERE))) for n in range(40)]
        await settle()
        assert sum(task.done() for task in guesses) == 40 - MAX_AT_ONCE_OF_ADDRESS - MAX_WAITING_OF_KEY
        code, wait = await refused(door.verify("shop", "shop-secret", of(HERE)))
        assert code == "too-many-requests"
        assert 50 < wait <= 60
        assert await door.verify("shop", "shop-secret", of(THERE)) == Partner("shop")
        ready.set()
        await asyncio.gather(*guesses, return_exceptions=True)

    asyncio.run(test())


def test_one_pair_sent_many_times_is_one_guess(executor: ThreadPoolExecutor) -> None:
    """An application that starts many workers at once, amid strangers, is not taken for one that guesses."""

    async def test() -> None:
        ready = threading.Event()
        store = Store("shop", ready=ready)
        door = logins(store, executor, attempts=10)
        flood = [asyncio.create_task(door.verify(f"k{n}", "wrong", of(HERE))) for n in range(20)]
        await settle()
        workers = [asyncio.create_task(door.verify("shop", "shop-secret", of(HERE))) for _ in range(30)]
        flood += [asyncio.create_task(door.verify(f"l{n}", "wrong", of(HERE))) for n in range(20)]
        await settle()
        ready.set()
        refusals = await asyncio.gather(*workers, return_exceptions=True)
        assert [type(each) for each in refusals] == [Refusal] * 30
        await asyncio.gather(*flood, return_exceptions=True)
        assert await door.verify("shop", "shop-secret", of(HERE)) == Partner("shop")
        assert await door.verify("shop", "shop-secret", of(HERE)) == Partner("shop")  # it is remembered

    asyncio.run(test())


def test_ever_new_keys_spend_what_an_address_may_fail(executor: ThreadPoolExecutor) -> None:
    async def test() -> None:
        door = logins(Store("shop", "other"), executor, attempts=2)
        assert await door.verify("shop", "shop-secret", of("2001:db8:1:2::1"))
        for number in range(2 * ADDRESS_FACTOR):
            assert await door.verify(f"k{number}", "wrong", of(f"2001:db8:1:2::{number}")) is None
        code, wait = await refused(door.verify("new", "wrong", of("2001:db8:1:2:ffff::1")))
        assert code == "too-many-requests"
        assert 1 <= wait <= 60 // (2 * ADDRESS_FACTOR)
        assert await door.verify("shop", "shop-secret", of("2001:db8:1:2::1")) == Partner("shop")
        assert await door.verify("other", "other-secret", of("2001:db8:1:3::1")) == Partner("other")

    asyncio.run(test())


def test_a_store_that_remembers_nothing_works(executor: ThreadPoolExecutor) -> None:
    class Plain:
        blocking = False

        def verify(self, key: str, secret: str) -> Partner | None:
            return Partner(key) if secret == "right" else None

    async def test() -> None:
        door = logins(Plain(), executor)
        assert await door.verify("a", "right", of(HERE)) == Partner("a")
        assert await door.verify("a", "wrong", of(HERE)) is None
        assert await door.verify("a", "right", of(HERE)) == Partner("a")
        assert door.queue.started == 3

    asyncio.run(test())


# What is remembered


def test_failed_logins_are_counted_for_so_many_callers_at_most() -> None:
    throttle = MemoryThrottle(1)
    throttle.failed("first", HERE)
    assert throttle.wait("first", HERE) > 0
    for number in range(10_001):
        throttle.failed(f"k{number}", HERE)
    assert throttle.wait("first", HERE) == 0  # forgotten, for memory is bounded
    assert throttle.wait("k10000", HERE) > 0


def test_what_was_used_last_is_remembered() -> None:
    recent: RecentMap[str, int] = RecentMap(2)
    recent.put("a", 1)
    recent.put("b", 2)
    assert recent.get("a") == 1
    recent.put("c", 3)
    assert [recent.get(name) for name in "abc"] == [1, None, 3]
    assert len(recent) == 2


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8::1", "2001:db8::/64"),
        ("2001:db8:0:0:ffff::1", "2001:db8::/64"),
        ("2001:db8:0:1::1", "2001:db8:0:1::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("unix", "unix"),
    ],
)
def test_an_ipv6_network_is_one_caller(address: str, network: str) -> None:
    assert network_of(address) == network


def test_a_key_from_one_ipv6_network_is_one_caller() -> None:
    throttle = MemoryThrottle(2)
    throttle.failed("shop", "2001:db8::1")
    throttle.failed("shop", "2001:db8::2")
    assert throttle.wait("shop", "2001:db8::3") > 0
    assert throttle.wait("shop", "2001:db8:0:1::3") == 0


def test_a_caller_is_told_to_wait_after_a_while(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("cynod_generators.targets.fastapi.runtime.logins.REFUSAL_DELAY_S", 0.2)
    delayed: list[str] = []

    async def test() -> None:
        with ThreadPoolExecutor(MAX_AT_ONCE) as executor:
            door = logins(Store("shop"), executor, attempts=1)
            assert await door.verify("shop", "wrong", of(HERE)) is None
            began = time.monotonic()
            caller = Caller(HERE, stays, lambda: delayed.append("answer"))
            assert (await refused(door.verify("shop", "wrong", caller)))[0] == "too-many-requests"
            assert time.monotonic() - began >= 0.1
            assert delayed == ["answer"]
            left = Caller(HERE, lambda: delayed == ["answer"] * 2, lambda: delayed.append("answer"))
            with pytest.raises(Disconnected):
                await door.verify("shop", "wrong", left)

    asyncio.run(test())
