"""Logins: pairs verified, and callers who failed too often made to wait.

``Logins`` stands before the identity store wherever a pair is given. ``Throttle`` is what it asks;
``MemoryThrottle`` counts in one process, and several processes share one that counts elsewhere.
"""

from __future__ import annotations

import asyncio
import hashlib
import math
import random
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from threading import Lock
from typing import Protocol

from .asking import Ask
from .identity import IdentityStore, Partner, RemembersPairs
from .login_budgets import LoginBudgets
from .login_queue import Crowded, LoginQueue
from .messages import Disconnected, unknown_to_delay
from .networks import network_of
from .recent import RecentMap
from .refusals import Refusal
from .stages import Stage

LOGIN_ATTEMPTS = 60  # failed ones of a key and address in each WINDOW, unless told otherwise
WINDOW = 60  # seconds over which failed logins are counted
ADDRESS_FACTOR = 3  # an address may fail so many times as often in all, whatever the keys
MAX_SHARING = 128  # requests that wait for the outcome of another with the same pair
MAX_SHARING_OF_ADDRESS = 32  # of these, from one address
REFUSAL_DELAY_S = 1.0  # seconds, half of it more or less, after which a caller is told to wait
_MAX_CALLERS = 10_000  # remembered at once


class Throttle(Protocol):
    """Counts failed logins of a consumer key from an address."""

    def wait(self, key: str, address: str) -> int:
        """Whole seconds until this caller may try again; 0: now."""

    def failed(self, key: str, address: str) -> None:
        """Count one more failed login of this caller."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Where a pair comes from: an IP address, whether whoever sent it has hung up since.

    *delay* tells its connection that the answer is put off.
    """

    address: str
    has_left: Callable[[], bool]
    delay: Callable[[], None] = unknown_to_delay


@dataclass(frozen=True, slots=True)
class LoginStages:
    """What is asked about a consumer key and a secret; see ``stages.py`` for hooks. In worker threads."""

    verify: Stage[[str, str], Partner | None]
    """The partner with this key and secret, whose hash is computed."""
    recall: Stage[[str, str], Partner | None]
    """The partner with this key and secret, where this process has verified them before."""
    count_failure: Stage[[str, str], None]
    """Counts one more failed login of a key from an address."""


class Logins:
    """Verifies pairs, the right ones of a caller who failed too often included only after the wait.

    A pair that this process has verified before, from a store that remembers pairs, is looked up at once.
    All others wait in a bounded queue (``login_queue``), for their secrets are hashed; the same pair from the
    same address waits there once. *attempts* is how often a key may fail from an address in a minute (0: any
    number): an address as a whole may fail ``ADDRESS_FACTOR`` times as often.

    Calls that are verified at the same moment may each fail before the first is counted: the limit is
    exceeded by as many at most as are verified at once.
    """

    def __init__(
        self, identity: IdentityStore, throttle: Throttle, attempts: int, executor: Executor, ask: Ask
    ) -> None:
        self.identity = identity
        self.throttle = throttle
        self.queue = LoginQueue(executor, LoginBudgets(attempts * ADDRESS_FACTOR))
        self._memory = identity if isinstance(identity, RemembersPairs) else None
        self.stages = LoginStages(
            verify=Stage(identity.verify),
            recall=Stage(self._memory.recall if self._memory is not None else _not_remembered),
            count_failure=Stage(throttle.failed),
        )
        self._ask = ask
        # Pairs refused for want of room count as guesses too: whoever fills the queue would else learn,
        # as fast as it can ask, whether a guess is the pair that is remembered.
        self._unseen = MemoryThrottle(attempts)
        self._sharing: Counter[str] = Counter()  # network → requests that wait for another's outcome
        self._under_way: dict[tuple[str, str, str], asyncio.Future[Crowded | None]] = {}

    async def verify(self, key: str, secret: str, caller: Caller) -> Partner | None:
        """The partner with this pair, or None.

        Raises Refusal("too-many-requests") or Refusal("dependency-unavailable") without a look at the pair,
        Disconnected when the caller has left before anybody looked.
        """
        try:
            return await self._verified(key, secret, caller)
        except Crowded as crowded:
            await self._put_off(caller)
            code = "too-many-requests" if crowded.by_caller else "dependency-unavailable"
            raise Refusal(code, headers={"Retry-After": str(crowded.wait)}) from None
        except Refusal:
            await self._put_off(caller)
            raise

    async def _put_off(self, caller: Caller) -> None:
        """Wait before a refusal: whoever asks again as soon as it is refused takes little of a processor.

        Raises Disconnected for a caller who has left meanwhile.
        """
        caller.delay()
        await asyncio.sleep(REFUSAL_DELAY_S * random.uniform(0.5, 1.5))  # a crowd comes at once
        if caller.has_left():
            raise Disconnected

    async def _verified(self, key: str, secret: str, caller: Caller) -> Partner | None:
        known = await self._recalled(key, secret, caller)
        name = (key, secret, network_of(caller.address))
        if known is not None or name not in self._under_way:
            return known or await self._first(name, caller)
        await self._shared(self._under_way[name], network_of(caller.address))
        return await self._recalled(key, secret, caller) or await self._queued(*name, caller)

    async def _first(self, name: tuple[str, str, str], caller: Caller) -> Partner | None:
        """Verify a pair while others with the same pair wait for the outcome."""
        under_way = self._under_way[name] = asyncio.get_running_loop().create_future()
        outcome = None
        try:
            return await self._queued(*name, caller)
        except Crowded as crowded:
            outcome = crowded
            raise
        finally:
            del self._under_way[name]
            under_way.set_result(outcome)

    async def _shared(self, under_way: asyncio.Future[Crowded | None], network: str) -> None:
        """Wait until the same pair, which another request has brought, was verified. Raises Crowded."""
        if self._sharing[network] >= MAX_SHARING_OF_ADDRESS:
            raise Crowded(True)
        if self._sharing.total() >= MAX_SHARING:
            raise Crowded(False)
        self._sharing[network] += 1
        try:
            crowded = await asyncio.shield(under_way)
        finally:
            self._sharing[network] -= 1
            if not self._sharing[network]:
                del self._sharing[network]
        if crowded is not None:
            raise Crowded(crowded.by_caller, crowded.wait)

    async def _queued(self, key: str, secret: str, network: str, caller: Caller) -> Partner | None:
        """Verify a pair when its turn comes."""
        login = partial(self._judge, key, secret, caller.address)
        try:
            partner = await self.queue.run(login, key, network, caller.has_left)
        except Crowded:
            self._unseen.failed(key, caller.address)
            raise
        self.queue.budgets.judged(network, right=partner is not None)
        return partner

    def _judge(self, key: str, secret: str, address: str) -> Partner | None:
        self._check(key, address)
        partner = self.stages.verify.run(key, secret)
        if partner is None:
            self.stages.count_failure.run(key, address)
        return partner

    async def _recalled(self, key: str, secret: str, caller: Caller) -> Partner | None:
        """The partner whose pair was verified before and is right as yet, or None."""
        if self._memory is None or not self._memory.remembers(key, secret):
            return None
        wait = self._unseen.wait(key, caller.address)
        if wait > 0:
            raise _too_many(wait)
        return await self._ask(self._recall, key, secret, caller.address)

    def _recall(self, key: str, secret: str, address: str) -> Partner | None:
        self._check(key, address)
        return self.stages.recall.run(key, secret)

    def _check(self, key: str, address: str) -> None:
        wait = self.throttle.wait(key, address)
        if wait > 0:
            raise _too_many(wait)


class MemoryThrottle:
    """At most *attempts* failed logins of a caller in each window (0: any number), in one process."""

    def __init__(self, attempts: int = LOGIN_ATTEMPTS) -> None:
        self._attempts = attempts
        # caller → start of its window, failures in it
        self._failed: RecentMap[str, tuple[float, int]] = RecentMap(_MAX_CALLERS)
        self._lock = Lock()

    def wait(self, key: str, address: str) -> int:
        """Whole seconds until this caller may try again; 0: now."""
        since, failures = self._failed.get(caller_digest(key, address)) or (0.0, 0)
        left = since + WINDOW - time.monotonic()
        return math.ceil(left) if self._attempts and failures >= self._attempts and left > 0 else 0

    def failed(self, key: str, address: str) -> None:
        """Count one more failed login of this caller."""
        name, now = caller_digest(key, address), time.monotonic()
        with self._lock:
            since, failures = self._failed.get(name) or (now, 0)
            self._failed.put(name, (since, failures + 1) if since + WINDOW > now else (now, 1))


def caller_digest(key: str, address: str) -> str:
    """What is kept of a consumer key and an address: a digest, for a key may be a secret gone astray.

    The addresses of one IPv6 network (``network_of``) are one caller.
    """
    return hashlib.sha256(f"{key}\0{network_of(address)}".encode("utf-8", "surrogatepass")).hexdigest()


def _not_remembered(_key: str, _secret: str) -> Partner | None:
    """Of a store that remembers no pairs."""
    return None


def _too_many(wait: int) -> Refusal:
    return Refusal("too-many-requests", headers={"Retry-After": str(wait)})
