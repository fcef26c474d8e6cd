"""What is decided once for a database and holds for every process that opens it."""

from __future__ import annotations

import secrets
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from .tables import kept

_CURSORS = "cursors"


def get(connection: Connection, name: str) -> Any:
    """The value kept under *name*, or None."""
    return connection.execute(select(kept.c.value).where(kept.c.name == name)).scalar_one_or_none()


def put(connection: Connection, name: str, value: Any) -> None:
    """Keep *value* under *name*, for good. Raises IntegrityError where something is kept already."""
    connection.execute(insert(kept).values(name=name, value=value))


def change(connection: Connection, name: str, value: Any) -> None:
    """Keep *value* under *name* in place of what is kept there, if anything."""
    connection.execute(delete(kept).where(kept.c.name == name))
    put(connection, name, value)


def decide(connection: Connection) -> None:
    """What every database must hold: the key that cursors are signed with."""
    if get(connection, _CURSORS) is None:
        put(connection, _CURSORS, secrets.token_hex(32))


def cursor_key(connection: Connection) -> bytes:
    """The key that this database's cursors are signed with."""
    return bytes.fromhex(get(connection, _CURSORS))
