"""Quotas counted in the database, so that all workers count together."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from .._generated.quotas import fill
from ..storage.database import Database, now
from ..storage.tables import buckets


class SqlBuckets:
    """A bucket a partner, in *database*."""

    blocking = True

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, key: str, quota: int) -> float:
        """Count one more request of this partner; the seconds until it may be sent, 0 when it may be now."""
        full = {"partner": key, "remaining": float(quota), "since": now()}
        its = buckets.c.partner == key
        with self._database.transaction() as connection:
            insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
            connection.execute(insert(buckets).values(full).on_conflict_do_nothing())
            row = connection.execute(select(buckets).where(its).with_for_update()).one()
            instant = max(now(), row.since)  # another worker's clock may be ahead
            left, wait = fill(row.remaining, (instant - row.since) / 1_000_000, quota)
            connection.execute(update(buckets).where(its).values(remaining=left, since=instant))
        return wait
