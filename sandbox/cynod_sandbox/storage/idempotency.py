"""Idempotency keys: the answer of an effect is kept in the transaction of that effect (contract §5)."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, bindparam, insert, select

from .._generated.calls import Call, Result
from .._generated.refusals import Refusal
from .database import now
from .locks import hold
from .tables import effects

# Made once: building a statement costs more than running it.
_KEPT = select(effects.c.fingerprint, effects.c.data, effects.c.location).where(
    effects.c.partner == bindparam("its_partner"),
    effects.c.operation == bindparam("its_operation"),
    effects.c.key == bindparam("its_key"),
)
_KEEP = insert(effects)


def once(connection: Connection, call: Call, partner: str, effect: Callable[[], Result]) -> Result:
    """The result of *effect*, or of the first call of *partner* with the same key and request.

    A second call waits for the first one's transaction to end. Raises Refusal("key-reused") when the
    key has served another request. A refusal raised by *effect* leaves the key free, and so does an answer
    that the document does not allow.
    """
    operation = f"{call.operation.effect} {call.operation.resource}"
    hold(connection, "key", partner, operation, str(call.key))
    named = {"partner": partner, "operation": operation, "key": call.key}
    row = connection.execute(_KEPT, {f"its_{name}": value for name, value in named.items()}).one_or_none()
    if row is not None:
        if row.fingerprint != call.fingerprint:
            raise Refusal("key-reused")
        return Result(row.data, location=row.location, replayed=True)
    result = call.check(effect())
    kept = {
        "fingerprint": call.fingerprint,
        "data": result.data,
        "location": result.location,
        "created": now(),
    }
    connection.execute(_KEEP, {**named, **kept})
    return result
