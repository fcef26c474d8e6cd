"""Checks within a time limit whether the database answers."""

from __future__ import annotations

from threading import Lock, Thread
from weakref import WeakKeyDictionary

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from .._generated.refusals import Refusal
from .database import Database, DatabaseError

_queries: WeakKeyDictionary[Database, HealthQuery] = WeakKeyDictionary()
_lock = Lock()


class HealthQuery(Thread):
    """One query to a database, in a daemon thread: it does not keep the process from ending."""

    def __init__(self, database: Database) -> None:
        super().__init__(name="health", daemon=True)
        self._database = database
        self.answered = False

    def run(self) -> None:
        """Run the query."""
        try:
            with self._database.reading() as connection:
                connection.execute(text("SELECT 1"))
        except (SQLAlchemyError, DatabaseError, Refusal):
            return
        self.answered = True


def is_answering(database: Database, within: float) -> bool:
    """Whether *database* answers *within* so many seconds.

    While a query is pending, callers wait for that one, so that queries never pile up in the database.
    """
    with _lock:
        query = _queries.get(database)
        if query is None or not query.is_alive():
            query = _queries[database] = HealthQuery(database)
            query.start()
    query.join(within)
    return query.answered
