"""What an address may still ask of the logins: whether it may fail once more, and how soon its turn is.

One process counts for itself, for it is the processors' time of this process that is shared out. How often
a secret is guessed is another count, which all processes share: ``logins.Throttle``.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from .quotas import fill
from .recent import RecentMap

_GOOD_STANDING_S = 60.0  # seconds without a failed login
_MAX_ADDRESSES = 4096  # remembered: about 1 MB


@dataclass(slots=True)
class _Record:
    left: float  # failed logins that the address may still have
    since: float  # when that was
    served: float = -math.inf  # when a pair from there was last verified
    right: float = -math.inf  # when one was last right
    failed: float = -math.inf  # when one was last wrong


class LoginBudgets:
    """At most *failures* failed logins a minute of an address at a time, as many again in each minute.

    0: any number. *clock* gives seconds that never go back.
    """

    def __init__(self, failures: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._failures = failures
        self._clock = clock
        self._records: RecentMap[str, _Record] = RecentMap(_MAX_ADDRESSES)

    def wait(self, address: str) -> int:
        """Whole seconds until this address may have one more pair verified; 0: now."""
        record = self._records.get(address)
        if record is None or not self._failures:
            return 0
        _, wait = fill(record.left, self._clock() - record.since, self._failures)
        return math.ceil(wait)

    def standing(self, address: str) -> tuple[bool, float]:
        """Its place among others, the least first: whoever logs in rightly, then who waited longest."""
        record = self._records.get(address)
        if record is None:
            return True, -math.inf
        trusted = record.right > record.failed and self._clock() - record.failed > _GOOD_STANDING_S
        return not trusted, record.served

    def served(self, address: str) -> None:
        """A pair from this address is verified, from this moment on."""
        self._record(address).served = self._clock()

    def judged(self, address: str, right: bool) -> None:
        """A pair from this address was right, or wrong."""
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
