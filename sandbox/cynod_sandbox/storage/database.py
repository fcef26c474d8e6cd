"""The database behind the handlers, and its transactions."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock, RLock
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import ArgumentError, OperationalError
from sqlalchemy.pool import StaticPool

from .._generated.settings import SettingsError
from .tables import metadata

IN_MEMORY = "sqlite://"
_BUSY = 10  # seconds a writer waits for another


class Database:
    """A SQLite database, in memory or in a file; transactions follow one another."""

    def __init__(self, url: str = IN_MEMORY) -> None:
        self._lock = RLock()
        self._engine = _engine(url)
        try:
            metadata.create_all(self._engine)
        except OperationalError as error:
            raise SettingsError(f"cannot open the database {url}: {error.orig}") from None

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """One transaction: committed at its end, rolled back when anything is raised."""
        with self._lock, self._engine.begin() as connection:
            yield connection

    def close(self) -> None:
        """Let go of every connection."""
        self._engine.dispose()


class _Clock:
    """The wall clock, never backwards: what is written later is not dated earlier."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._last = 0

    def __call__(self) -> int:
        with self._lock:
            self._last = max(self._last + 1, time.time_ns() // 1000)
            return self._last


_clock = _Clock()


def now() -> int:
    """Microseconds since the epoch; each call of one process gives a later instant."""
    return _clock()


def _engine(url: str) -> Engine:
    if not url.startswith("sqlite:"):
        raise SettingsError(f"the database {url.partition(':')[0]!r} is not supported: use sqlite:///FILE")
    in_memory = url.removeprefix("sqlite:").strip("/") in ("", ":memory:")
    options: dict[str, Any] = {"poolclass": StaticPool} if in_memory else {}
    try:
        engine = create_engine(url, connect_args={"check_same_thread": False, "timeout": _BUSY}, **options)
    except ArgumentError as error:
        raise SettingsError(f"{url!r} is no database: {error}") from None

    @event.listens_for(engine, "connect")
    def _autocommit(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # BEGIN is ours alone
        connection.execute("PRAGMA foreign_keys = ON")
        if not in_memory:
            connection.execute("PRAGMA journal_mode = WAL")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine
