"""A bounded, fair queue for pairs (key and secret) whose secrets have to be hashed.

Verifying a pair occupies a processor for a tenth of a second, and anybody may ask for it. So the number of
waiting pairs is bounded for each address, for each consumer key and in all; an address that floods the queue
displaces its own requests first. Addresses take turns. Pairs of callers who have disconnected are dropped
unverified.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import TypeVar

from .login_budgets import LoginBudgets
from .messages import Disconnected

T = TypeVar("T")

MAX_AT_ONCE = 2  # pairs verified at once: each takes 16 MB and all of a processor
MAX_AT_ONCE_OF_ADDRESS = 1  # of these, from one address: the other place is free for whoever calls next
MAX_WAITING = 32  # pairs that wait for that; the last of them about two seconds on one slow processor
MAX_WAITING_OF_ADDRESS = 16  # of these, from one address (``networks.network_of``)
MAX_WAITING_OF_KEY = 12  # of these, with one consumer key
RETRY_AFTER_S = 1  # seconds that a caller is told to wait when there is no room


class Crowded(Exception):  # noqa: N818 - an outcome, not an error
    """The queue has no room for this pair, which was not verified.

    *by_caller*: its own address or key has too many; else all callers together have. *wait*: seconds to wait.
    """

    def __init__(self, by_caller: bool, wait: int = RETRY_AFTER_S) -> None:
        super().__init__(by_caller, wait)
        self.by_caller = by_caller
        self.wait = wait


@dataclass(slots=True, eq=False)
class _Waiting:
    key: str
    address: str
    has_left: Callable[[], bool]
    turn: asyncio.Future[None]


class LoginQueue:
    """Runs logins in *executor*, which has ``MAX_AT_ONCE`` threads. Used by one event loop.

    An address whose *budgets* are spent is refused at once.
    """

    def __init__(self, executor: Executor, budgets: LoginBudgets) -> None:
        self.budgets = budgets
        self._executor = executor
        self._running: Counter[str] = Counter()  # address → its logins that run
        self._waiting: list[_Waiting] = []  # the oldest first
        self.started = 0  # logins that ran, ever
        self.most_waiting = 0  # at once, ever

    async def run(self, login: Callable[[], T], key: str, address: str, has_left: Callable[[], bool]) -> T:
        """Run *login* in a thread when its turn comes, and give its result.

        Raises Crowded when there is no room, Disconnected when the caller has disconnected meanwhile.
        """
        await self._turn(key, address, has_left)
        try:
            self.started += 1
            self.budgets.served(address)
            return await asyncio.get_running_loop().run_in_executor(self._executor, login)
        finally:
            self._release(address)

    async def _turn(self, key: str, address: str, has_left: Callable[[], bool]) -> None:
        """Wait for the turn of this login, and count it as running from then on."""
        if has_left():
            raise Disconnected
        wait = self.budgets.wait(address)
        if wait:
            raise Crowded(True, wait)
        if self._has_place(address):  # then nobody who waits could have it
            self._running[address] += 1
            return
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(key, address, has_left, turn))
        self._drop_left()
        self._make_room(key, address)
        self.most_waiting = max(self.most_waiting, len(self._waiting))
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled() and turn.exception() is None:
                self._release(address)  # its turn had come
            raise

    def _has_place(self, address: str) -> bool:
        """Whether a login from this *address* may run now."""
        return self._running.total() < MAX_AT_ONCE and self._running[address] < MAX_AT_ONCE_OF_ADDRESS

    def _release(self, address: str) -> None:
        """Register the end of a login from this *address*, and start the next ones."""
        self._running[address] -= 1
        if not self._running[address]:
            del self._running[address]
        self._drop_left()
        while candidates := [each for each in self._waiting if self._has_place(each.address)]:
            following = min(candidates, key=lambda each: self.budgets.standing(each.address))
            self._waiting.remove(following)
            self._running[following.address] += 1
            following.turn.set_result(None)

    def _drop_left(self) -> None:
        """Remove waiting logins whose callers have disconnected."""
        for each in self._waiting:
            if not each.turn.done() and each.has_left():
                each.turn.set_exception(Disconnected())
        self._waiting = [each for each in self._waiting if not each.turn.done()]

    def _make_room(self, key: str, address: str) -> None:
        """Enforce the bounds after a login with this *key* from this *address* was added."""
        of_address = [each for each in self._waiting if each.address == address]
        if len(of_address) > MAX_WAITING_OF_ADDRESS:
            self._displace(of_address, by_caller=True)
        of_key = [each for each in self._waiting if each.key == key]
        if len(of_key) > MAX_WAITING_OF_KEY:
            self._displace(of_key, by_caller=True)
        if len(self._waiting) > MAX_WAITING:
            self._displace(self._waiting, by_caller=False)

    def _displace(self, candidates: list[_Waiting], by_caller: bool) -> None:
        """Refuse the oldest of *candidates* of the address with most of them, trusted addresses last."""

        counts = Counter(each.address for each in candidates)
        weights = {address: (self.budgets.standing(address)[0], counts[address]) for address in counts}
        displaced = max(candidates, key=lambda each: weights[each.address])
        self._waiting.remove(displaced)
        displaced.turn.set_exception(Crowded(by_caller))
