"""Idempotency keys: the answer of an effect is kept in the transaction of that effect (contract §5)."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, insert, select

from .._generated.calls import Call, Result
from .._generated.refusals import Refusal
from .database import now
from .locks import hold
from .tables import effects


def once(connection: Connection, call: Call, partner: str, effect: Callable[[], Result]) -> Result:
    """The result of *effect*, or of the first call of *partner* with the same key and request.

    A second call waits for the first one's transaction to end. Raises Refusal("key-reused") when the
    key has served another request. A refusal raised by *effect* leaves the key free.
    """
    operation = f"{call.operation.effect} {call.operation.resource}"
    hold(connection, "key", partner, operation, str(call.key))
    row = connection.execute(
        select(effects.c.fingerprint, effects.c.data, effects.c.location).where(
            effects.c.partner == partner, effects.c.operation == operation, effects.c.key == call.key
        )
    ).one_or_none()
    if row is not None:
        if row.fingerprint != call.fingerprint:
            raise Refusal("key-reused")
        return Result(row.data, location=row.location, replayed=True)
    result = effect()
    connection.execute(
        insert(effects).values(
            partner=partner,
            operation=operation,
            key=call.key,
            fingerprint=call.fingerprint,
            data=result.data,
            location=result.location,
            created=now(),
        )
    )
    return result
