"""Visitors of the console: who has logged in, the tokens of their forms, what to tell them once.

A stranger's visit is not stored: its cookie is signed, and the token of its forms follows from the cookie.
"""

from __future__ import annotations

import hmac
import secrets
import time
from dataclasses import dataclass, field
from threading import Lock

_LIFE_S = 8 * 3600  # seconds without a visit after which who logged in has to do so again
_MAX_LOGGED_IN = 1000  # sessions of visitors who gave the password
_MAX_TOLD = 100  # visitors who need none, and to whom something is still to be told


@dataclass(slots=True)
class Session:
    """One visitor. ``said`` is shown at the next page, and then no more."""

    id: str
    csrf: str
    seen: float  # by the monotonic clock
    is_known: bool = False  # has logged in
    said: dict[str, str] = field(default_factory=dict)

    def take(self, name: str) -> str:
        """What is to be said once, if anything."""
        return self.said.pop(name, "")


class Sessions:
    """The sessions, by their cookies."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._logged_in: dict[str, Session] = {}
        self._told: dict[str, Session] = {}
        self._lock = Lock()

    def find(self, id: str) -> Session | None:
        """The session whose cookie is *id*, while it lives; None for a cookie that was not given here."""
        with self._lock:
            session = self._logged_in.pop(id, None)
            if session is not None:
                if time.monotonic() - session.seen > _LIFE_S:
                    return None
                session.seen = time.monotonic()
                self._logged_in[id] = session
                return session
            told = self._told.get(id)
        return told or (self._stranger(id) if self._is_signed(id) else None)

    def begin(self, *, known: bool) -> Session:
        """A new session; one of a visitor who logged in is stored."""
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
        """Store what is to be told to a visitor who did not log in, until it is told."""
        if session.is_known:
            return
        with self._lock:
            self._told.pop(session.id, None)
            if session.said:
                while len(self._told) >= _MAX_TOLD:
                    del self._told[next(iter(self._told))]
                self._told[session.id] = session

    def end(self, session: Session) -> None:
        """Forget *session*."""
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
