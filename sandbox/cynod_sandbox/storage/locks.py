"""Locks by name, held until the transaction ends: what no row stands for yet.

A transaction takes its locks in one order, so that none waits in a circle: the idempotency key, the
payment or top-up, the card, the list that it adds to.
"""

from __future__ import annotations

import hashlib

from sqlalchemy import Connection, text

_HOLD = text("SELECT pg_advisory_xact_lock(:number)")
_TRY_HOLD = text("SELECT pg_try_advisory_xact_lock(:number)")


def hold(connection: Connection, *name: str) -> None:
    """Wait until no other transaction holds *name*, then hold it.

    SQLite needs none: a transaction that may write already excludes every other.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(_HOLD, {"number": _number(name)})


def try_hold(connection: Connection, *name: str) -> bool:
    """Hold *name* like ``hold`` where nobody else does; False, without waiting, where somebody does."""
    if connection.dialect.name != "postgresql":
        return True
    return bool(connection.execute(_TRY_HOLD, {"number": _number(name)}).scalar_one())


def _number(name: tuple[str, ...]) -> int:
    spelt = "\0".join(name).encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.sha256(spelt).digest()[:8], "big", signed=True)
