"""Failed logins counted in the database, shared by all workers."""

from __future__ import annotations

from sqlalchemy import delete, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from .._generated.identity import MAX_CLOCK_SKEW
from .._generated.logins import LOGIN_ATTEMPTS, WINDOW, caller_digest
from ..storage.database import Database, wall_clock
from ..storage.tables import failed_logins

_WINDOW_US = WINDOW * 1_000_000  # microseconds
_MAX_WINDOW_US = _WINDOW_US + int(MAX_CLOCK_SKEW * 1_000_000)
"""A window that would last longer than this began while a clock was ahead, and counts as over."""


class SqlThrottle:
    """Allows *attempts* failed logins of a key and address in each window; 0 allows any number."""

    def __init__(self, database: Database, attempts: int = LOGIN_ATTEMPTS) -> None:
        self._database = database
        self._attempts = attempts

    def wait(self, key: str, address: str) -> int:
        """Whole seconds until this caller may try again; 0 means now."""
        if not self._attempts:
            return 0
        wanted = select(failed_logins).where(failed_logins.c.caller == caller_digest(key, address))
        with self._database.reading() as connection:
            row = connection.execute(wanted).one_or_none()
        if row is None or row.failures < self._attempts:
            return 0
        left: int = row.since + _WINDOW_US - wall_clock()
        return max(0, -(-left // 1_000_000)) if left <= _MAX_WINDOW_US else 0

    def failed(self, key: str, address: str) -> None:
        """Count a failed login, in a new window when this caller's last one is over."""
        if not self._attempts:
            return
        instant = wall_clock()
        first = {"caller": caller_digest(key, address), "since": instant, "failures": 1}
        with self._database.transaction() as connection:
            since = failed_logins.c.since
            over = or_(since <= instant - _WINDOW_US, since > instant + _MAX_WINDOW_US - _WINDOW_US)
            mine = failed_logins.c.caller == first["caller"]
            connection.execute(delete(failed_logins).where(mine, over))
            upsert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
            connection.execute(
                upsert(failed_logins)
                .values(first)
                .on_conflict_do_update(
                    index_elements=[failed_logins.c.caller],
                    set_={"failures": failed_logins.c.failures + 1},
                )
            )
