"""Visitors of the console: who has logged in, the tokens of their forms, what to tell them once."""

from __future__ import annotations

import hmac
import secrets
import time
from dataclasses import dataclass, field
from threading import Lock

_LIFE = 8 * 3600  # seconds without a visit
_MOST = 1000  # sessions that are remembered


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
    """Every session, by its cookie; the oldest go first."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._open: dict[str, Session] = {}
        self._lock = Lock()

    def find(self, id: str) -> Session | None:
        """The session named *id* while it lives."""
        with self._lock:
            session = self._open.pop(id, None)
            if session is None or time.monotonic() - session.seen > _LIFE:
                return None
            session.seen = time.monotonic()
            self._open[id] = session
            return session

    def begin(self, *, known: bool) -> Session:
        """A new session."""
        id = secrets.token_urlsafe(32)
        session = Session(id, hmac.new(self._key, id.encode(), "sha256").hexdigest(), time.monotonic(), known)
        with self._lock:
            while len(self._open) >= _MOST:
                del self._open[next(iter(self._open))]
            self._open[id] = session
        return session

    def end(self, session: Session) -> None:
        """Forget *session*."""
        with self._lock:
            self._open.pop(session.id, None)
