"""Sessions of the console: logins, CSRF tokens, and notices that are shown once.

Visitors who have not logged in have no stored session: their cookie is signed, and the CSRF token is derived
from it. So requests without a login cannot fill the memory.
"""

from __future__ import annotations

import hmac
import secrets
import time
from dataclasses import dataclass, field
from threading import Lock

_MAX_IDLE_S = 8 * 3600  # without a request, after which a login ends
_MAX_LOGGED_IN = 1000  # sessions with a login
_MAX_STRANGERS_TOLD = 100  # sessions without a login that have a notice to show


@dataclass(slots=True)
class Session:
    """The session of one browser. ``notices`` are shown on the next page, once."""

    id: str
    csrf: str
    seen: float  # latest request, by the monotonic clock
    is_known: bool = False  # has logged in
    notices: dict[str, str] = field(default_factory=dict)

    def take(self, name: str) -> str:
        """Remove and give the notice *name*; empty when there is none."""
        return self.notices.pop(name, "")


class Sessions:
    """The sessions, found by the value of their cookie."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._logged_in: dict[str, Session] = {}
        self._told: dict[str, Session] = {}
        self._lock = Lock()

    def find(self, id: str) -> Session | None:
        """The session whose cookie is *id*; None where it has expired or was not made by this process."""
        with self._lock:
            session = self._logged_in.pop(id, None)
            if session is not None:
                if time.monotonic() - session.seen > _MAX_IDLE_S:
                    return None
                session.seen = time.monotonic()
                self._logged_in[id] = session
                return session
            told = self._told.get(id)
        return told or (self._stranger(id) if self._is_signed(id) else None)

    def begin(self, *, known: bool) -> Session:
        """A new session; stored only when *known*, after a login."""
        nonce = secrets.token_urlsafe(32)
        if not known:
            return self._stranger(f"{nonce}.{self._mac('cookie', nonce)}")
        session = Session(nonce, self._mac("csrf", nonce), time.monotonic(), is_known=True)
        with self._lock:
            while len(self._logged_in) >= _MAX_LOGGED_IN:
                del self._logged_in[next(iter(self._logged_in))]
            self._logged_in[session.id] = session
        return session

    def keep(self, session: Session) -> None:
        """Store a session without a login while it has notices to show."""
        if session.is_known:
            return
        with self._lock:
            self._told.pop(session.id, None)
            if session.notices:
                while len(self._told) >= _MAX_STRANGERS_TOLD:
                    del self._told[next(iter(self._told))]
                self._told[session.id] = session

    def end(self, session: Session) -> None:
        """Delete *session*."""
        with self._lock:
            self._logged_in.pop(session.id, None)
            self._told.pop(session.id, None)

    def _stranger(self, id: str) -> Session:
        return Session(id, self._mac("csrf", id), time.monotonic())

    def _is_signed(self, id: str) -> bool:
        nonce, _, mac = id.partition(".")
        return hmac.compare_digest(mac.encode(), self._mac("cookie", nonce).encode())

    def _mac(self, use: str, text: str) -> str:
        return hmac.new(self._key, f"{use}\0{text}".encode("utf-8", "surrogatepass"), "sha256").hexdigest()
