"""Operations on top-ups, which credit a card, and on their cancellation."""

from __future__ import annotations

import secrets
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from .._generated.calls import Call, Result
from .._generated.refusals import Refusal
from ..storage.database import Database, now
from ..storage.idempotency import once
from ..storage.ledger import post
from ..storage.tables import top_ups
from ..storage.timestamps import instant
from .common import caller, charged_card, move
from .filters import filtered
from .notices import notify
from .pages import lengthen
from .pages import page as page_of
from .profiles import Profiles

# Built once: building a statement costs more than running it.
_ADD = insert(top_ups)
_OWN = select(top_ups).where(top_ups.c.id == bindparam("sought"), top_ups.c.partner == bindparam("caller"))
_OWN_HELD = _OWN.with_for_update()


def create(database: Database, profiles: Profiles, call: Call) -> Result:
    """Credit a card, once for each idempotency key."""
    profile = profiles.of_key(caller(call))
    with database.transaction() as connection:

        def effect() -> Result:
            card, amount = charged_card(connection, call, profile.credit_min, profile.credit_max)
            lengthen(connection, "top-ups", caller(call))
            id, created = f"rch_{secrets.token_urlsafe(12)}", now()
            reference = call.role("reference")
            added = {**move(call, card, amount), "id": id, "state": "done", "created": created}
            connection.execute(_ADD, added)
            post(connection, card.id, "top-up", amount, caller(call), id, reference, created=created)
            made = _represent(call, _own(connection, call, id))
            notify(connection, call, "top-up", id, made)
            return Result(call.answer(resource=made), location={"id": id})

        return once(connection, call, caller(call), effect)


def read(database: Database, _profiles: Profiles, call: Call) -> Result:
    """Read one of the caller's top-ups."""
    with database.reading() as connection:
        return Result(call.answer(resource=_represent(call, _own(connection, call, call.role("id")))))


def page(database: Database, _profiles: Profiles, call: Call) -> Result:
    """List the caller's top-ups, filtered by reference and period."""
    with database.reading() as connection:
        query = filtered(connection, call, select(top_ups).where(top_ups.c.partner == caller(call)), top_ups)
        rows, following = page_of(connection, call, query, top_ups.c.seq)
    return Result(call.answer(resources=[_represent(call, row) for row in rows], next=following))


def cancel(database: Database, _profiles: Profiles, call: Call) -> Result:
    """Cancel a top-up, once, while its amount is still on the card."""
    with database.transaction() as connection:
        top_up = _own(connection, call, call.role("id"), held=True)
        if top_up.state != "done":
            raise Refusal("state-forbids")
        post(
            connection,
            top_up.card,
            "cancellation",
            -top_up.amount,
            caller(call),
            top_up.id,
            top_up.reference,
            created=now(),
        )
        connection.execute(update(top_ups).where(top_ups.c.id == top_up.id).values(state="cancelled"))
        cancelled = _represent(call, _own(connection, call, top_up.id))
        notify(connection, call, "top-up", top_up.id, cancelled)
        return call.check(Result(call.answer(resource=cancelled)))


def _own(connection: Connection, call: Call, id: str, *, held: bool = False) -> Row[Any]:
    named = {"sought": id, "caller": caller(call)}
    row = connection.execute(_OWN_HELD if held else _OWN, named).one_or_none()
    if row is None:
        raise Refusal("top-up-unknown")
    return row


def _represent(call: Call, row: Row[Any]) -> dict[str, Any]:
    return call.represent(
        "top-up",
        {
            "id": row.id,
            "card": row.card,
            "reference": row.reference,
            "amount": row.amount,
            "currency": row.currency,
            "label": row.label,
            "state": call.state("top-up", row.state),
            "date": instant(row.created),
        },
    )
