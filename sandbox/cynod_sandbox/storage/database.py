"""The database behind handlers and identity, and its transactions."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from threading import Lock, RLock
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from .._generated.refusals import Refusal
from .._generated.settings import SettingsError
from . import engines

IN_MEMORY = "sqlite://"
_RETRY_AFTER = 2  # seconds that a caller is told to wait for a database that does not answer
_READS: dict[str, dict[str, Any]] = {
    "sqlite": {"reads": True},
    "postgresql": {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
}

_log = logging.getLogger("cynod.sandbox.storage")


class DatabaseError(Exception):
    """The database refused a statement. Says what kind of refusal it was, and no value of the statement."""


class Database:
    """SQLite in memory or in a file, or PostgreSQL.

    The one connection of a database in memory serves one transaction after another. Elsewhere writers
    wait where they must and nowhere else: SQLite has one at a time, PostgreSQL locks rows
    (``locks.hold``, ``with_for_update``); readers wait for nobody.
    """

    def __init__(self, url: str = IN_MEMORY) -> None:
        parsed = engines.parse(url)
        self.shown = parsed.render_as_string(hide_password=True)
        self.in_memory = engines.is_in_memory(parsed)
        self._engine = engines.make(parsed)
        self._reader = self._engine.execution_options(**_READS[parsed.get_backend_name()])
        self._alone = RLock()
        self._closed = False
        self._kept: dict[Engine, Connection] = {}  # to a database in memory: opening costs as much as asking

    def check(self) -> None:
        """Raises SettingsError, one line, when the database cannot be opened."""
        try:
            self._engine.connect().close()
        except DBAPIError as error:
            said = (str(error.orig).strip().splitlines() or [""])[0]
            raise SettingsError(f"cannot open the database {self.shown}: {said}") from None

    def transaction(self) -> AbstractContextManager[Connection]:
        """One transaction that may write: committed at its end, rolled back when anything is raised.

        Raises Refusal("dependency-unavailable") when the database does not answer, DatabaseError when it
        refuses.
        """
        return self._begun(self._engine)

    def reading(self) -> AbstractContextManager[Connection]:
        """One transaction that reads a single state of the database, and holds up no writer."""
        return self._begun(self._reader)

    def alone(self) -> AbstractContextManager[object]:
        """While inside, no other thread has a transaction, in a database in memory; else nothing is held."""
        return self._alone if self.in_memory else nullcontext()

    def release(self) -> None:
        """Let go of the connections that nobody uses: no process that is started later inherits one."""
        self._engine.dispose()

    def close(self) -> None:
        """Let go of every connection, its transaction over; who still asks is told that nobody answers."""
        with self.alone():
            self._closed = True
            for connection in self._kept.values():
                connection.close()
            self._engine.dispose()

    @property
    def is_closed(self) -> bool:
        """Whether ``close`` was called: nobody answers for good."""
        return self._closed

    def _connected(self, engine: Engine) -> AbstractContextManager[Connection]:
        if not self.in_memory:
            return engine.connect()
        if engine not in self._kept:
            self._kept[engine] = engine.connect()
        return nullcontext(self._kept[engine])

    @contextmanager
    def _begun(self, engine: Engine) -> Iterator[Connection]:
        wait = {"Retry-After": str(_RETRY_AFTER)}
        try:
            with self.alone():
                if self._closed:
                    raise Refusal("dependency-unavailable", headers=wait)
                with self._connected(engine) as connection, connection.begin():
                    yield connection
        # Neither statements nor values are passed on or logged, whose texts the drivers' errors quote.
        except (OperationalError, InterfaceError, PoolTimeout) as error:
            _log.error("the database does not answer: %s", _kind(error))
            raise Refusal("dependency-unavailable", headers=wait) from None
        except DBAPIError as error:
            raise DatabaseError(_kind(error)) from None


def _kind(error: SQLAlchemyError) -> str:
    return type(getattr(error, "orig", None) or error).__name__


class _Clock:
    """The wall clock, never backwards: what is written later is not dated earlier."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._last = 0

    def __call__(self) -> int:
        with self._lock:
            self._last = max(self._last + 1, wall_clock())
            return self._last


_clock = _Clock()


def wall_clock() -> int:
    """Microseconds since the epoch, as the clock of this machine shows them: it may be set back."""
    return time.time_ns() // 1000


def now() -> int:
    """Microseconds since the epoch; each call of one process gives a later instant."""
    return _clock()
