"""The health of the sandbox and the version of the contract it serves."""

from __future__ import annotations

from sqlalchemy import text

from .._generated.calls import Call
from .._generated.handling import Answer
from ..storage.database import Database, now
from .common import instant
from .profiles import Profiles


def read(database: Database, _profiles: Profiles, call: Call) -> Answer:
    """Up: the database answers."""
    with database.transaction() as connection:
        connection.execute(text("SELECT 1"))
    values = {
        "state": call.state("health", "up"),
        "version": call.contract.version,
        "date": instant(now()),
    }
    return call.answer(resource=call.represent("health", values))
