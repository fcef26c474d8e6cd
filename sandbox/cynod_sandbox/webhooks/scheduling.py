"""Fair scheduling of deliveries: a slow endpoint of one partner does not delay the other partners.

A partner whose last attempt was answered, and that has no slow attempt in progress, may have up to
``MAX_PER_PARTNER`` deliveries in progress and is served first. Any other partner is *hindered*: it may have
``MAX_PER_HINDERED_PARTNER``, leaves ``RESERVED_PLACES`` to the others, and pauses after several attempts in a
row without an answer. First retries do not pause, because the contract promises them soon. When partners that
are not hindered find no place at all, the longest attempts in progress are given up.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from .outbox import MAX_PER_PARTNER, Event, Queue, Share

MAX_DELIVERIES = 128  # in progress in this process
RESERVED_PLACES = 32  # of these, for partners that are not hindered
MAX_PER_HINDERED_PARTNER = 2  # over all workers; first retries may be more
SLOW_AFTER_S = 1.0  # an attempt without an answer counts as slow
GIVEN_UP_AFTER_S = 2.0  # at the earliest, where others need the place
MAX_REST_S = 30.0
_SILENCES_BEFORE_REST = 3  # attempts that overlapped count as one
_MAX_DOUBLINGS = 16  # of a pause: more would exceed any maximum
_MAX_STANDINGS = 4096  # partners remembered


@dataclass(eq=False, slots=True)
class Attempt:
    """A delivery in progress to a partner's *url* since *begun* (monotonic). *limit* can end it early."""

    partner: str
    url: str | None
    begun: float
    limit: asyncio.Timeout | None = None


@dataclass(slots=True)
class _Standing:
    """What this process has observed of a partner's endpoint. Instants are monotonic."""

    url: str | None
    served: int = 0  # number of the latest delivery begun
    silences: int = 0  # in a row, since the last answer
    silent_at: float = 0.0
    rests_until: float = 0.0


@dataclass
class DeliveryScheduler:
    """The deliveries in progress in this process, and the behaviour of each partner's endpoint.

    *backoff*: seconds before the first retry. ``plan`` may be called from another thread than the rest.
    """

    backoff: float
    pressed: bool = False  # whether events were due at the last plan
    _attempts: set[Attempt] = field(default_factory=set)
    _standings: dict[str, _Standing] = field(default_factory=dict)
    _served: int = 0
    _unplaced: int = 0  # partners, not hindered, without a place at the last plan
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def free(self) -> int:
        """The number of deliveries that this process may still begin."""
        return MAX_DELIVERIES - len(self._attempts)

    def plan(self, queues: Sequence[Queue]) -> list[Share]:
        """The shares of the partners in *queues*, the least recently served first."""
        with self._lock:
            now = time.monotonic()
            slow = {(each.partner, each.url) for each in self._attempts if now - each.begun >= SLOW_AFTER_S}
            known = [(queue, self._standing(queue)) for queue in queues]
            prompt = [(q, of) for q, of in known if not of.silences and (q.partner, q.url) not in slow]
            hindered = [(q, of) for q, of in known if of.silences or (q.partner, q.url) in slow]
            starved = sum(queue.under_way == 0 for queue, _ in prompt)
            self.pressed, self._unplaced = bool(queues), max(0, starved - self.free)
            shares = [_share_of_prompt(queue) for queue, _ in _by_service(prompt)]
            shares += [_share_of_hindered(queue, standing, now) for queue, standing in _by_service(hindered)]
        return [share for share in shares if share.tried_once or share.others]

    def begin(self, event: Event) -> Attempt:
        """Register the attempt of an *event* that was claimed, and that its partner was served."""
        url = event.endpoint.url if event.endpoint else None
        made = Attempt(event.partner, url, time.monotonic())
        with self._lock:
            self._attempts.add(made)
            self._served += 1
            if event.partner in self._standings:
                self._standings[event.partner].served = self._served
        return made

    def end(self, attempt: Attempt, outcome: int | str | None) -> None:
        """Register the end of *attempt*: a status, the reason why there is none, or None for neither."""
        with self._lock:
            self._attempts.discard(attempt)
            standing = self._standings.get(attempt.partner)
            if standing is None or standing.url != attempt.url or outcome is None:
                return
            if isinstance(outcome, int):
                standing.silences, standing.rests_until = 0, 0.0
            elif attempt.begun >= standing.silent_at:  # later than what the last silence counted
                standing.silences += 1
                standing.silent_at = time.monotonic()
                standing.rests_until = standing.silent_at + self._rest(standing.silences)

    def give_up_slowest(self) -> None:
        """End the longest attempts, one for each partner that found no place."""
        with self._lock:
            oldest = time.monotonic() - GIVEN_UP_AFTER_S
            ended = sorted(
                (each for each in self._attempts if each.limit is not None and each.begun <= oldest),
                key=lambda each: each.begun,
            )[: self._unplaced]
            self._unplaced = 0
            for attempt in ended:
                if attempt.limit is not None:
                    attempt.limit.reschedule(asyncio.get_running_loop().time())
                    attempt.limit = None

    def _standing(self, queue: Queue) -> _Standing:
        known = self._standings.get(queue.partner)
        if known is None or known.url != queue.url:  # a new endpoint starts afresh
            self._standings.pop(queue.partner, None)
            while len(self._standings) >= _MAX_STANDINGS:
                del self._standings[next(iter(self._standings))]
            known = self._standings[queue.partner] = _Standing(queue.url)
        return known

    def _rest(self, silences: int) -> float:
        """The pause in seconds; shorter than the backoff of an event with as many attempts."""
        beyond = silences - _SILENCES_BEFORE_REST
        return min(self.backoff * 2.0 ** min(beyond, _MAX_DOUBLINGS), MAX_REST_S) if beyond >= 0 else 0.0


def _by_service(known: list[tuple[Queue, _Standing]]) -> list[tuple[Queue, _Standing]]:
    return sorted(known, key=lambda each: each[1].served)


def _share_of_prompt(queue: Queue) -> Share:
    free = MAX_PER_PARTNER - queue.under_way
    return Share(queue.partner, tried_once=free, others=free)


def _share_of_hindered(queue: Queue, standing: _Standing, now: float) -> Share:
    others = 0 if now < standing.rests_until else MAX_PER_HINDERED_PARTNER - queue.under_way
    return Share(queue.partner, MAX_PER_PARTNER - queue.under_way, max(0, others), leaves=RESERVED_PLACES)
