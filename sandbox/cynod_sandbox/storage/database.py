"""The database and its transactions, as handlers and identity use them."""

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
from .hooks import OPTION, StorageHooks

IN_MEMORY = "sqlite://"
_RETRY_AFTER_S = 2  # told to callers while the database does not answer
_READS: dict[str, dict[str, Any]] = {
    "sqlite": {"reads": True},
    "postgresql": {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
}

_log = logging.getLogger("cynod.sandbox.storage")


class DatabaseError(Exception):
    """The database refused a statement. The text names the kind of error, and no value of the statement."""


class Database:
    """SQLite in memory or in a file, or PostgreSQL.

    A database in memory has one connection, and one transaction at a time. Elsewhere readers never wait, and
    writers only where they must: SQLite allows one at a time, PostgreSQL locks rows (``locks.hold``,
    ``with_for_update``).
    """

    def __init__(self, url: str = IN_MEMORY) -> None:
        parsed = engines.parse(url)
        self.shown = parsed.render_as_string(hide_password=True)
        self.in_memory = engines.is_in_memory(parsed)
        self.hooks = StorageHooks()
        self._engine = engines.make(parsed).execution_options(**{OPTION: self.hooks})
        self._reader = self._engine.execution_options(**_READS[parsed.get_backend_name()])
        self._exclusive = RLock()
        self._closed = False
        # In memory: connecting costs as much as a query.
        self._connections: dict[Engine, Connection] = {}

    def check(self) -> None:
        """Raises SettingsError when the database cannot be opened."""
        try:
            self._engine.connect().close()
        except DBAPIError as error:
            said = (str(error.orig).strip().splitlines() or [""])[0]
            raise SettingsError(f"cannot open the database {self.shown}: {said}") from None

    def transaction(self) -> AbstractContextManager[Connection]:
        """A transaction that may write: committed at its end, rolled back on any exception.

        Raises Refusal("dependency-unavailable") when the database does not answer, DatabaseError when it
        refuses a statement.
        """
        return self._begun(self._engine)

    def reading(self) -> AbstractContextManager[Connection]:
        """A transaction that reads one consistent state of the database, and blocks no writer."""
        return self._begun(self._reader)

    def exclusive(self) -> AbstractContextManager[object]:
        """Excludes transactions of other threads on a database in memory; does nothing on any other."""
        return self._exclusive if self.in_memory else nullcontext()

    def release(self) -> None:
        """Close idle connections, so that no process started later inherits one."""
        self._engine.dispose()

    def close(self) -> None:
        """Close every connection once its transaction has ended; later transactions raise Refusal."""
        with self.exclusive():
            self._closed = True
            for connection in self._connections.values():
                connection.close()
            self._engine.dispose()

    @property
    def is_closed(self) -> bool:
        """Whether ``close`` was called."""
        return self._closed

    def _connected(self, engine: Engine) -> AbstractContextManager[Connection]:
        if not self.in_memory:
            return engine.connect()
        if engine not in self._connections:
            self._connections[engine] = engine.connect()
        return nullcontext(self._connections[engine])

    @contextmanager
    def _begun(self, engine: Engine) -> Iterator[Connection]:
        wait = {"Retry-After": str(_RETRY_AFTER_S)}
        try:
            with self.exclusive():
                if self._closed:
                    raise Refusal("dependency-unavailable", headers=wait)
                with self._connected(engine) as connection, connection.begin():
                    yield connection
        # Texts of drivers' errors quote statements and values, so they are neither passed on nor logged.
        except (OperationalError, InterfaceError, PoolTimeout) as error:
            _log.error("the database does not answer: %s", _kind(error))
            raise Refusal("dependency-unavailable", headers=wait) from None
        except DBAPIError as error:
            raise DatabaseError(_kind(error)) from None


def _kind(error: SQLAlchemyError) -> str:
    return type(getattr(error, "orig", None) or error).__name__


class _Clock:
    """The wall clock made strictly increasing: what is written later never has an earlier date."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._last = 0

    def __call__(self) -> int:
        with self._lock:
            self._last = max(self._last + 1, wall_clock())
            return self._last


_clock = _Clock()


def wall_clock() -> int:
    """Microseconds since the epoch by this machine's clock, which may be set back."""
    return time.time_ns() // 1000


def now() -> int:
    """Microseconds since the epoch; each call in a process gives a later instant than the one before."""
    return _clock()
