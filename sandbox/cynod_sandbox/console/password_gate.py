"""The console's password, and a limit on wrong attempts by address."""

from __future__ import annotations

import base64
import binascii
import hmac
import time
from threading import Lock

_MAX_WRONG_PASSWORDS = 5  # wrong passwords of one address within ``_WINDOW_S``
_WINDOW_S = 60.0
_MAX_ADDRESSES = 1000  # whose wrong passwords are remembered


class PasswordGate:
    """Checks one *password*. An empty one lets everybody in, which is allowed only on loopback."""

    def __init__(self, password: str = "") -> None:
        self._password = password.encode()
        self._wrong: dict[str, list[float]] = {}
        self._lock = Lock()

    @property
    def needs_password(self) -> bool:
        """Whether a password is required."""
        return bool(self._password)

    def wait(self, address: str) -> int:
        """Seconds until *address* may try again; 0 means now."""
        with self._lock:
            recent = self._recent(address)
            return (
                0
                if len(recent) < _MAX_WRONG_PASSWORDS
                else max(1, round(recent[0] + _WINDOW_S - time.monotonic()))
            )

    def accepts(self, password: str, address: str) -> bool:
        """Whether *password* is right, compared in constant time. A wrong one counts against *address*."""
        if hmac.compare_digest(password.encode("utf-8", "replace"), self._password):
            return True
        with self._lock:
            self._wrong[address] = [*self._recent(address), time.monotonic()]
            while len(self._wrong) > _MAX_ADDRESSES:
                del self._wrong[next(iter(self._wrong))]
        return False

    def accepts_basic(self, authorization: str, address: str) -> bool:
        """Whether an ``Authorization`` header of HTTP Basic carries the password, with any user name."""
        scheme, _, encoded = authorization.partition(" ")
        if scheme.lower() != "basic" or self.wait(address):
            return False
        try:
            pair = base64.b64decode(encoded.strip(), validate=True).decode()
        except (binascii.Error, ValueError):
            return False
        return self.accepts(pair.partition(":")[2], address)

    def _recent(self, address: str) -> list[float]:
        limit = time.monotonic() - _WINDOW_S
        return [moment for moment in self._wrong.get(address, ()) if moment > limit]
