"""Does the database answer? Asked with a bound, whatever the database is waiting for."""

from __future__ import annotations

from threading import Lock, Thread
from weakref import WeakKeyDictionary

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from .._generated.refusals import Refusal
from .database import Database, DatabaseError

_asking: WeakKeyDictionary[Database, Question] = WeakKeyDictionary()
_lock = Lock()


class Question(Thread):
    """One question to a database; a process may end while it has no answer."""

    def __init__(self, database: Database) -> None:
        super().__init__(name="health", daemon=True)
        self._database = database
        self.answered = False

    def run(self) -> None:
        """Ask."""
        try:
            with self._database.reading() as connection:
                connection.execute(text("SELECT 1"))
        except (SQLAlchemyError, DatabaseError, Refusal):
            return
        self.answered = True


def answers(database: Database, within: float) -> bool:
    """Whether *database* answers *within* so many seconds.

    While a question has no answer, callers wait for that one: they never pile up in the database.
    """
    with _lock:
        question = _asking.get(database)
        if question is None or not question.is_alive():
            question = _asking[database] = Question(database)
            question.start()
    question.join(within)
    return question.answered
