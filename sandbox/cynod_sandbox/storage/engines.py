"""SQLAlchemy engines for SQLite and PostgreSQL, and how each begins a transaction."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import StaticPool

from cynod_spec.environment.parts import install

from .._generated.settings import SettingsError
from . import database_file

BUSY_TIMEOUT_S = 10  # for another writer, or for a free connection
_MAX_CONNECTIONS = 8  # of one process to PostgreSQL
_HINT = "use sqlite:///FILE or postgresql://…"


def parse(url: str) -> URL:
    """*url* parsed. Raises SettingsError, whose text shows no password."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise SettingsError(f"the database is no URL: {_HINT}") from None
    backend = parsed.drivername.partition("+")[0]
    if backend not in ("sqlite", "postgresql", "postgres"):
        raise SettingsError(f"the database {backend!r} is not supported: {_HINT}")
    if "uri" in parsed.query:
        raise SettingsError(f"a database is named by its path, not by a URI of SQLite: {_HINT}")
    return parsed if backend == "sqlite" else parsed.set(drivername="postgresql+psycopg")


def is_in_memory(url: URL) -> bool:
    """Whether the database exists only in the memory of this process."""
    return url.get_backend_name() == "sqlite" and (url.database or "") in ("", ":memory:")


def make(url: URL) -> Engine:
    """An engine for *url*. Raises SettingsError when its driver is not installed."""
    return _sqlite(url) if url.get_backend_name() == "sqlite" else _postgresql(url)


def _sqlite(url: URL) -> Engine:
    in_memory = is_in_memory(url)
    options: dict[str, Any] = {"poolclass": StaticPool} if in_memory else {}
    engine = create_engine(
        url,
        hide_parameters=True,  # logged errors must show no value
        connect_args={"check_same_thread": False, "timeout": BUSY_TIMEOUT_S},
        **options,
    )

    if not in_memory:
        path = Path(url.database or "")

        @event.listens_for(engine, "do_connect")
        def _make_private(*_: object) -> None:
            try:
                database_file.make_private(path)
            except OSError as error:
                raise sqlite3.OperationalError(error.strerror or str(error)) from None

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # the driver must not send BEGIN itself
        connection.execute("PRAGMA foreign_keys = ON")
        if not in_memory:
            connection.execute("PRAGMA journal_mode = WAL")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        reads = connection.get_execution_options().get("reads", False)
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

    return engine


def _postgresql(url: URL) -> Engine:
    try:
        return create_engine(
            url,
            hide_parameters=True,
            isolation_level="READ COMMITTED",
            pool_size=_MAX_CONNECTIONS,
            max_overflow=0,
            pool_timeout=BUSY_TIMEOUT_S,
            connect_args={"connect_timeout": BUSY_TIMEOUT_S},
        )
    except ImportError:
        raise SettingsError(f"PostgreSQL needs a driver: {install('postgres')}") from None
