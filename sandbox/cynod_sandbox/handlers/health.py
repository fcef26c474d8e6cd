"""The health of the sandbox and the version of the contract it serves."""

from __future__ import annotations

from .._generated.calls import Call, Result
from .._generated.refusals import Refusal
from ..storage.database import Database, now
from ..storage.health import answers
from .common import instant
from .profiles import Profiles

_PATIENCE = 2.0  # seconds in which the database has to answer
_RETRY_AFTER = "5"  # seconds


def read(database: Database, _profiles: Profiles, call: Call) -> Result:
    """Up: the database answers. Raises Refusal when it does not, or not in time."""
    if not answers(database, _PATIENCE):
        raise Refusal("dependency-unavailable", headers={"Retry-After": _RETRY_AFTER})
    values = {
        "state": call.state("health", "up"),
        "version": call.contract.version,
        "date": instant(now()),
    }
    return Result(call.answer(resource=call.represent("health", values)))
