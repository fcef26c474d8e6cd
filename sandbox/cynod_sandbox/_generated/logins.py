"""Logins: pairs verified, and callers who failed too often made to wait.

``Logins`` stands before the identity store wherever a pair is given. ``Throttle`` is what it asks;
``MemoryThrottle`` counts in one process, and several processes share one that counts elsewhere.
"""

from __future__ import annotations

import hashlib
import math
import time
from threading import Lock
from typing import Protocol

from .identity import IdentityStore, Partner
from .refusals import Refusal

LOGIN_ATTEMPTS = 60  # failed ones of a key and address in each WINDOW, unless told otherwise
WINDOW = 60  # seconds over which failed logins are counted
_MANY = 10_000  # callers remembered before those whose window is over are forgotten


class Throttle(Protocol):
    """Counts failed logins of a consumer key from an address."""

    def wait(self, key: str, address: str) -> int:
        """Whole seconds until this caller may try again; 0: now."""

    def failed(self, key: str, address: str) -> None:
        """Count one more failed login of this caller."""


class Logins:
    """Verifies pairs, the right ones of a caller who failed too often included only after the wait.

    Calls that are verified at the same moment may each fail before the first is counted: the limit is
    exceeded by as many at most as the server has threads.
    """

    def __init__(self, identity: IdentityStore, throttle: Throttle) -> None:
        self.identity = identity
        self.throttle = throttle

    def verify(self, key: str, secret: str, address: str) -> Partner | None:
        """The partner with this pair, or None. Raises Refusal("too-many-requests"), without a look at it."""
        wait = self.throttle.wait(key, address)
        if wait > 0:
            raise Refusal("too-many-requests", headers={"Retry-After": str(wait)})
        partner = self.identity.verify(key, secret)
        if partner is None:
            self.throttle.failed(key, address)
        return partner


class MemoryThrottle:
    """At most *attempts* failed logins of a caller in each window (0: any number), in one process."""

    def __init__(self, attempts: int = LOGIN_ATTEMPTS) -> None:
        self._attempts = attempts
        self._failed: dict[str, tuple[float, int]] = {}  # caller → start of its window, failures in it
        self._lock = Lock()

    def wait(self, key: str, address: str) -> int:
        """Whole seconds until this caller may try again; 0: now."""
        since, failures = self._failed.get(caller(key, address), (0.0, 0))
        left = since + WINDOW - time.monotonic()
        return math.ceil(left) if self._attempts and failures >= self._attempts and left > 0 else 0

    def failed(self, key: str, address: str) -> None:
        """Count one more failed login of this caller."""
        name, now = caller(key, address), time.monotonic()
        with self._lock:
            if len(self._failed) >= _MANY:
                alive = self._failed.items()
                self._failed = {each: kept for each, kept in alive if kept[0] + WINDOW > now}
            since, failures = self._failed.get(name, (now, 0))
            self._failed[name] = (since, failures + 1) if since + WINDOW > now else (now, 1)


def caller(key: str, address: str) -> str:
    """What is kept of a consumer key and an address: a digest, for a key may be a secret gone astray."""
    return hashlib.sha256(f"{key}\0{address}".encode("utf-8", "surrogatepass")).hexdigest()
