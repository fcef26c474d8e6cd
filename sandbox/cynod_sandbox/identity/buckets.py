"""Quotas (token buckets) in the database, shared by all workers."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from .._generated.identity import MAX_CLOCK_SKEW
from .._generated.quotas import fill
from ..storage.database import Database, wall_clock
from ..storage.tables import buckets

_MAX_SKEW_US = int(MAX_CLOCK_SKEW * 1_000_000)  # microseconds


class SqlBuckets:
    """One token bucket for each partner, in *database*."""

    blocking = True

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, key: str, quota: int) -> float:
        """Count a request of the partner *key*, with *quota* requests a minute.

        Gives 0 when it is within the quota, else the seconds until it would be.
        """
        full = {"partner": key, "remaining": float(quota), "since": wall_clock()}
        its = buckets.c.partner == key
        with self._database.transaction() as connection:
            insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
            connection.execute(insert(buckets).values(full).on_conflict_do_nothing())
            row = connection.execute(select(buckets).where(its).with_for_update()).one()
            instant = wall_clock()
            if instant < row.since <= instant + _MAX_SKEW_US:
                instant = row.since  # another worker's clock is ahead
            # A still later one was written while the clock was wrong: waiting for it could take days.
            since = row.since if row.since <= instant else instant
            left, wait = fill(row.remaining, (instant - since) / 1_000_000, quota)
            connection.execute(update(buckets).where(its).values(remaining=left, since=instant))
        return wait
