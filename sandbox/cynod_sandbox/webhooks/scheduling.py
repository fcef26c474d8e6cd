"""Whose turn it is: no partner's endpoint, however slow, takes the places that other partners need.

A partner whose last attempt was answered, and none of whose attempts is slow, has up to ``MAX_OF_PARTNER``
deliveries under way and comes first. Any other partner is *hindered*: it has ``MAX_OF_HINDERED``, leaves
``RESERVED`` places to those that are not, and after several attempts in a row without an answer it rests
before the next one. First retries wait for no rest: the contract promises them soon. When partners that
are not hindered find no place at all, the attempts that have lasted longest are given up for them.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from .outbox import MAX_OF_PARTNER, Event, Queue, Share

MAX_UNDER_WAY = 128  # deliveries of this process
RESERVED = 32  # of those, for partners that are not hindered
MAX_OF_HINDERED = 2  # deliveries under way to one partner, over all workers; first retries may be more
SLOW_AFTER_S = 1.0  # an attempt without an answer is slow
GIVEN_UP_AFTER_S = 2.0  # at the earliest, when others need the place
MAX_REST_S = 30.0
_SILENCES_BEFORE_REST = 3  # each one or several attempts that were under way together
_MAX_DOUBLINGS = 16  # of a rest: more would be beyond any longest rest
_MAX_STANDINGS = 4096  # partners that are remembered


@dataclass(eq=False, slots=True)
class Attempt:
    """A delivery under way to a partner's *url* since *begun* (monotonic); *limit* ends it."""

    partner: str
    url: str | None
    begun: float
    limit: asyncio.Timeout | None = None


@dataclass(slots=True)
class _Standing:
    """What this process knows of a partner's endpoint. Instants are monotonic."""

    url: str | None
    turn: int = 0  # the number of its latest one
    silences: int = 0  # in a row, since the last answer
    silent_at: float = 0.0
    rests_until: float = 0.0


@dataclass
class Turns:
    """The deliveries that are under way in this process, and what it knows of the partners.

    *backoff*: seconds before the first retry. ``plan`` may be called in another thread than the rest.
    """

    backoff: float
    pressed: bool = False  # whether something was due at the last plan
    _attempts: set[Attempt] = field(default_factory=set)
    _standings: dict[str, _Standing] = field(default_factory=dict)
    _turn: int = 0
    _unplaced: int = 0  # partners of the last plan that were not hindered and found no place
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def free(self) -> int:
        """How many more deliveries this process may begin."""
        return MAX_UNDER_WAY - len(self._attempts)

    def plan(self, queues: Sequence[Queue]) -> list[Share]:
        """The shares of the partners in *queues*, those whose turn it is first."""
        with self._lock:
            now = time.monotonic()
            slow = {(each.partner, each.url) for each in self._attempts if now - each.begun >= SLOW_AFTER_S}
            known = [(queue, self._standing(queue)) for queue in queues]
            prompt = [(q, of) for q, of in known if not of.silences and (q.partner, q.url) not in slow]
            hindered = [(q, of) for q, of in known if of.silences or (q.partner, q.url) in slow]
            starved = sum(queue.under_way == 0 for queue, _ in prompt)
            self.pressed, self._unplaced = bool(queues), max(0, starved - self.free)
            shares = [_share_of_prompt(queue) for queue, _ in _by_turn(prompt)]
            shares += [_share_of_hindered(queue, standing, now) for queue, standing in _by_turn(hindered)]
        return [share for share in shares if share.tried_once or share.others]

    def begin(self, event: Event) -> Attempt:
        """*event* was claimed: an attempt is under way, and its partner has had a turn."""
        url = event.endpoint.url if event.endpoint else None
        made = Attempt(event.partner, url, time.monotonic())
        with self._lock:
            self._attempts.add(made)
            self._turn += 1
            if event.partner in self._standings:
                self._standings[event.partner].turn = self._turn
        return made

    def end(self, attempt: Attempt, said: int | str | None) -> None:
        """*attempt* is over: a status was answered, or it is said why not; None: neither is known."""
        with self._lock:
            self._attempts.discard(attempt)
            standing = self._standings.get(attempt.partner)
            if standing is None or standing.url != attempt.url or said is None:
                return
            if isinstance(said, int):
                standing.silences, standing.rests_until = 0, 0.0
            elif attempt.begun >= standing.silent_at:  # later than what the last silence counted
                standing.silences += 1
                standing.silent_at = time.monotonic()
                standing.rests_until = standing.silent_at + self._rest(standing.silences)

    def give_up_slowest(self) -> None:
        """End the attempts that have lasted longest, one for each partner that found no place."""
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
        if known is None or known.url != queue.url:  # of another endpoint nothing is known
            self._standings.pop(queue.partner, None)
            while len(self._standings) >= _MAX_STANDINGS:
                del self._standings[next(iter(self._standings))]
            known = self._standings[queue.partner] = _Standing(queue.url)
        return known

    def _rest(self, silences: int) -> float:
        """Seconds: shorter than what an event that was tried as often waits for its next attempt."""
        beyond = silences - _SILENCES_BEFORE_REST
        return min(self.backoff * 2.0 ** min(beyond, _MAX_DOUBLINGS), MAX_REST_S) if beyond >= 0 else 0.0


def _by_turn(known: list[tuple[Queue, _Standing]]) -> list[tuple[Queue, _Standing]]:
    return sorted(known, key=lambda each: each[1].turn)


def _share_of_prompt(queue: Queue) -> Share:
    free = MAX_OF_PARTNER - queue.under_way
    return Share(queue.partner, tried_once=free, others=free)


def _share_of_hindered(queue: Queue, standing: _Standing, now: float) -> Share:
    others = 0 if now < standing.rests_until else MAX_OF_HINDERED - queue.under_way
    return Share(queue.partner, MAX_OF_PARTNER - queue.under_way, max(0, others), leaves=RESERVED)
