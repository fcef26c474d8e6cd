"""Named values stored once for a database, shared by every process that opens it."""

from __future__ import annotations

import secrets
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from .tables import key_values

_CURSOR_KEY = "cursors"


def get(connection: Connection, name: str) -> Any:
    """The value stored under *name*, or None."""
    return connection.execute(
        select(key_values.c.value).where(key_values.c.name == name)
    ).scalar_one_or_none()


def put(connection: Connection, name: str, value: Any) -> None:
    """Store *value*, JSON, under a new *name*. Raises IntegrityError when *name* has a value."""
    connection.execute(insert(key_values).values(name=name, value=value))


def change(connection: Connection, name: str, value: Any) -> None:
    """Store *value* under *name*, in place of its earlier value if it has one."""
    connection.execute(delete(key_values).where(key_values.c.name == name))
    put(connection, name, value)


def ensure_cursor_key(connection: Connection) -> None:
    """Create the key that signs cursors, in a database that has none."""
    if get(connection, _CURSOR_KEY) is None:
        put(connection, _CURSOR_KEY, secrets.token_hex(32))


def cursor_key(connection: Connection) -> bytes:
    """The key that signs the cursors of this database."""
    return bytes.fromhex(get(connection, _CURSOR_KEY))
