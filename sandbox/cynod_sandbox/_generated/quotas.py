"""Quotas: how many requests a minute a partner may send.

``Quotas`` refuses requests beyond a quota and asks ``Buckets`` for the counts. ``MemoryBuckets`` counts in
one process; several processes need a store that they share.
"""

from __future__ import annotations

import math
import time
from threading import Lock
from typing import Protocol

from .identity import Partner
from .refusals import Refusal

_MINUTE = 60.0  # seconds


class Buckets(Protocol):
    """Counts the requests of each partner. With ``blocking``, *take* is called in a worker thread."""

    blocking: bool

    def take(self, key: str, quota: int) -> float:
        """Count one more request of this partner; the seconds until it may be sent, 0 when it may be now."""


class Quotas:
    """Enforces the quotas of partners. A partner without a quota is not limited."""

    def __init__(self, buckets: Buckets | None = None) -> None:
        self.buckets = buckets or MemoryBuckets()

    def blocks(self, partner: Partner) -> bool:
        """Whether ``check`` may block for this *partner*."""
        return self.buckets.blocking and partner.quota is not None

    def check(self, partner: Partner) -> None:
        """Count one more request of *partner*. Raises Refusal("too-many-requests") beyond its quota."""
        if partner.quota is None:
            return
        wait = self.buckets.take(partner.key, partner.quota)
        if wait > 0:
            raise Refusal("too-many-requests", headers={"Retry-After": str(math.ceil(wait))})


class MemoryBuckets:
    """Token buckets of partners, in one process: a minute's quota at once, refilled at that rate."""

    blocking = False

    def __init__(self) -> None:
        self._left: dict[str, tuple[float, float]] = {}  # key → requests left, and when that was
        self._lock = Lock()

    def take(self, key: str, quota: int) -> float:
        """Count one more request of this partner; the seconds until it may be sent, 0 when it may be now."""
        with self._lock:
            now = time.monotonic()
            left, since = self._left.get(key, (float(quota), now))
            left, wait = fill(left, now - since, quota)
            self._left[key] = (left, now)
        return wait


def fill(left: float, seconds: float, quota: int) -> tuple[float, float]:
    """Take one request from a bucket that had *left* requests *seconds* ago and refills with *quota* a
    minute.

    Gives what is left, and 0 when a request was taken, else the seconds until one may be.
    """
    left = min(float(quota), left + seconds * quota / _MINUTE)
    return (left - 1, 0.0) if left >= 1 else (left, (1 - left) * _MINUTE / quota)
