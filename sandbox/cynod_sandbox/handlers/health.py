"""The health of the sandbox and the version of the contract it serves."""

from __future__ import annotations

from sqlalchemy import text

from .._generated.calls import Call, Result
from ..storage.database import Database, now
from .common import instant
from .profiles import Profiles


def read(database: Database, _profiles: Profiles, call: Call) -> Result:
    """Up: the database answers."""
    with database.reading() as connection:
        connection.execute(text("SELECT 1"))
    values = {
        "state": call.state("health", "up"),
        "version": call.contract.version,
        "date": instant(now()),
    }
    return Result(call.answer(resource=call.represent("health", values)))
