"""Locks by name, held until the transaction ends, for things that have no row to lock.

Every transaction takes its locks in one order, which excludes deadlocks: idempotency key, payment or top-up,
card, list that it adds to.
"""

from __future__ import annotations

import hashlib

from sqlalchemy import Connection, text

_HOLD = text("SELECT pg_advisory_xact_lock(:number)")
_TRY_HOLD = text("SELECT pg_try_advisory_xact_lock(:number)")


def hold(connection: Connection, *name: str) -> None:
    """Wait until no other transaction holds *name*, then hold it.

    Does nothing on SQLite, where a transaction that may write already excludes every other.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(_HOLD, {"number": _number(name)})


def try_hold(connection: Connection, *name: str) -> bool:
    """Like ``hold``, but gives False instead of waiting when another transaction holds *name*."""
    if connection.dialect.name != "postgresql":
        return True
    return bool(connection.execute(_TRY_HOLD, {"number": _number(name)}).scalar_one())


def _number(name: tuple[str, ...]) -> int:
    spelt = "\0".join(name).encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.sha256(spelt).digest()[:8], "big", signed=True)
