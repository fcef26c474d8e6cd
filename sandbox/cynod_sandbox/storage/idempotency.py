"""Idempotency keys: the answer of an effect is stored in the transaction of that effect."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, bindparam, insert, select

from .._generated.calls import Call, Result
from .._generated.refusals import Refusal
from .database import now
from .locks import hold
from .tables import effects

# Built once: building a statement costs more than running it.
_STORED_ANSWER = select(effects.c.fingerprint, effects.c.data, effects.c.location).where(
    effects.c.partner == bindparam("its_partner"),
    effects.c.operation == bindparam("its_operation"),
    effects.c.key == bindparam("its_key"),
)
_STORE_ANSWER = insert(effects)


def once(connection: Connection, call: Call, partner: str, effect: Callable[[], Result]) -> Result:
    """The result of *effect*, or of the first call of *partner* with the same key and request.

    A second call waits until the transaction of the first one ends. Raises Refusal("key-reused") when the key
    was used for another request. After a refusal raised by *effect*, or an answer that the document does not
    allow, the key is still unused.
    """
    operation = f"{call.operation.effect} {call.operation.resource}"
    hold(connection, "key", partner, operation, str(call.key))
    named = {"partner": partner, "operation": operation, "key": call.key}
    row = connection.execute(
        _STORED_ANSWER, {f"its_{name}": value for name, value in named.items()}
    ).one_or_none()
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
    connection.execute(_STORE_ANSWER, {**named, **kept})
    return result
