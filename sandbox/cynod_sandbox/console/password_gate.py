"""Who may come in: the password, and how often it may be tried."""

from __future__ import annotations

import base64
import binascii
import hmac
import time
from threading import Lock

_TRIES = 5  # wrong passwords of one address within ``_WINDOW``
_WINDOW = 60.0  # seconds
_ADDRESSES = 1000  # that are remembered


class Door:
    """Takes one *password*; without one everybody may come in, which loopback alone allows."""

    def __init__(self, password: str = "") -> None:
        self._password = password.encode()
        self._wrong: dict[str, list[float]] = {}
        self._lock = Lock()

    @property
    def is_locked(self) -> bool:
        """Whether a password is asked."""
        return bool(self._password)

    def wait(self, address: str) -> int:
        """Seconds until *address* may try again; 0: now."""
        with self._lock:
            recent = self._recent(address)
            return 0 if len(recent) < _TRIES else max(1, round(recent[0] + _WINDOW - time.monotonic()))

    def opens(self, password: str, address: str) -> bool:
        """Whether *password* is the right one, in constant time; a wrong one counts against *address*."""
        if hmac.compare_digest(password.encode("utf-8", "replace"), self._password):
            return True
        with self._lock:
            self._wrong[address] = [*self._recent(address), time.monotonic()]
            while len(self._wrong) > _ADDRESSES:
                del self._wrong[next(iter(self._wrong))]
        return False

    def opens_basic(self, authorization: str, address: str) -> bool:
        """Whether a header of HTTP Basic (any user) carries the password: for Prometheus."""
        scheme, _, encoded = authorization.partition(" ")
        if scheme.lower() != "basic" or self.wait(address):
            return False
        try:
            pair = base64.b64decode(encoded.strip(), validate=True).decode()
        except (binascii.Error, ValueError):
            return False
        return self.opens(pair.partition(":")[2], address)

    def _recent(self, address: str) -> list[float]:
        limit = time.monotonic() - _WINDOW
        return [moment for moment in self._wrong.get(address, ()) if moment > limit]
