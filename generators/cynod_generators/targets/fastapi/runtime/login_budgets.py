"""Budgets of addresses for logins: whether an address may fail again, and its place in the queue.

Each process counts for itself, because it shares out its own processor time. How often a secret may be
guessed is another count, shared by all processes: ``logins.Throttle``.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from .quotas import fill
from .recent import RecentMap

_GOOD_STANDING_S = 60.0  # without a failed login
_MAX_ADDRESSES = 4096  # remembered: about 1 MB


@dataclass(slots=True)
class _Record:
    left: float  # failed logins that the address may still have
    since: float  # when that was
    served: float = -math.inf  # when a pair from there was last verified
    right: float = -math.inf  # when one was last right
    failed: float = -math.inf  # when one was last wrong


class LoginBudgets:
    """Allows an address *failures* failed logins, refilled at that rate a minute; 0 allows any number.

    *clock* gives monotonic seconds.
    """

    def __init__(self, failures: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._failures = failures
        self._clock = clock
        self._records: RecentMap[str, _Record] = RecentMap(_MAX_ADDRESSES)

    def wait(self, address: str) -> int:
        """Whole seconds until another pair of this address may be verified; 0 means now."""
        record = self._records.get(address)
        if record is None or not self._failures:
            return 0
        _, wait = fill(record.left, self._clock() - record.since, self._failures)
        return math.ceil(wait)

    def standing(self, address: str) -> tuple[bool, float]:
        """The priority of this address, least first: recent right logins, then longest wait."""
        record = self._records.get(address)
        if record is None:
            return True, -math.inf
        trusted = record.right > record.failed and self._clock() - record.failed > _GOOD_STANDING_S
        return not trusted, record.served

    def served(self, address: str) -> None:
        """Register that the verification of a pair from this address begins."""
        self._record(address).served = self._clock()

    def judged(self, address: str, right: bool) -> None:
        """Register whether a pair from this address was right."""
        record, now = self._record(address), self._clock()
        if right:
            record.right = now
            return
        record.failed = now
        if self._failures:
            left, _ = fill(record.left, now - record.since, self._failures)
            record.left, record.since = max(0.0, left), now

    def _record(self, address: str) -> _Record:
        record = self._records.get(address)
        if record is None:
            record = _Record(float(self._failures), self._clock())
            self._records.put(address, record)
        return record
