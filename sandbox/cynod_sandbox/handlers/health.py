"""The health of the sandbox and the version of the contract it serves."""

from __future__ import annotations

from .._generated.calls import Call, Result
from .._generated.refusals import Refusal
from ..storage.database import Database, now
from ..storage.health import is_answering
from ..storage.timestamps import instant
from .profiles import Profiles

_DATABASE_TIMEOUT_S = 2.0
_RETRY_AFTER_S = "5"  # seconds


def read(database: Database, _profiles: Profiles, call: Call) -> Result:
    """Report that the sandbox is up. Raises Refusal when the database does not answer in time."""
    if not is_answering(database, _DATABASE_TIMEOUT_S):
        raise Refusal("dependency-unavailable", headers={"Retry-After": _RETRY_AFTER_S})
    values = {
        "state": call.state("health", "up"),
        "version": call.contract.version,
        "date": instant(now()),
    }
    return Result(call.answer(resource=call.represent("health", values)))
