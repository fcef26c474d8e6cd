"""Operations on payments, which debit a card."""

from __future__ import annotations

import secrets
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, select

from .._generated.calls import Call, Result
from .._generated.refusals import Refusal
from ..storage.database import Database, now
from ..storage.idempotency import once
from ..storage.ledger import post
from ..storage.tables import payments, refunds
from ..storage.timestamps import instant
from .common import caller, charged_card, move
from .filters import filtered
from .notices import notify
from .pages import lengthen
from .pages import page as page_of
from .profiles import Profiles

# Built once: building a statement costs more than running it.
_ADD = insert(payments)
_OWN = select(payments).where(payments.c.id == bindparam("sought"), payments.c.partner == bindparam("caller"))
_OWN_HELD = _OWN.with_for_update()
_REFUNDED = select(func.coalesce(func.sum(refunds.c.amount), 0)).where(refunds.c.payment == bindparam("of"))


def create(database: Database, profiles: Profiles, call: Call) -> Result:
    """Debit a card, once for each idempotency key."""
    profile = profiles.of_key(caller(call))
    with database.transaction() as connection:

        def effect() -> Result:
            card, amount = charged_card(connection, call, profile.debit_min, profile.debit_max)
            lengthen(connection, "payments", caller(call))
            id, reference, created = f"pmt_{secrets.token_urlsafe(12)}", call.role("reference"), now()
            post(connection, card.id, "payment", -amount, caller(call), id, reference, created=created)
            connection.execute(_ADD, {**move(call, card, amount), "id": id, "created": created})
            made = represent(connection, call, own(connection, call, id))
            notify(connection, call, "payment", id, made)
            return Result(call.answer(resource=made), location={"id": id})

        return once(connection, call, caller(call), effect)


def read(database: Database, _profiles: Profiles, call: Call) -> Result:
    """Read one of the caller's payments."""
    with database.reading() as connection:
        found = represent(connection, call, own(connection, call, call.role("id")))
    return Result(call.answer(resource=found))


def page(database: Database, _profiles: Profiles, call: Call) -> Result:
    """List the caller's payments, filtered by reference and period."""
    with database.reading() as connection:
        query = filtered(
            connection, call, select(payments).where(payments.c.partner == caller(call)), payments
        )
        rows, following = page_of(connection, call, query, payments.c.seq)
        found = [represent(connection, call, row) for row in rows]
    return Result(call.answer(resources=found, next=following))


def own(connection: Connection, call: Call, id: str, *, held: bool = False) -> Row[Any]:
    """The payment with this *id*, if it is the caller's. Raises Refusal otherwise.

    *held*: lock it until the transaction ends, so that no other refund comes between.
    """
    named = {"sought": id, "caller": caller(call)}
    row = connection.execute(_OWN_HELD if held else _OWN, named).one_or_none()
    if row is None:
        raise Refusal("payment-unknown")
    return row


def refunded(connection: Connection, payment: str) -> int:
    """The sum refunded of *payment*, in minor units."""
    return int(connection.execute(_REFUNDED, {"of": payment}).scalar_one())


def represent(connection: Connection, call: Call, row: Row[Any]) -> dict[str, Any]:
    """The representation of a payment; its state follows from the sum refunded."""
    given_back = refunded(connection, row.id)
    state = "done" if not given_back else "refunded" if given_back == row.amount else "partly-refunded"
    return call.represent(
        "payment",
        {
            "id": row.id,
            "card": row.card,
            "reference": row.reference,
            "amount": row.amount,
            "currency": row.currency,
            "refunded": given_back,
            "refunded-currency": row.currency,
            "label": row.label,
            "state": call.state("payment", state),
            "date": instant(row.created),
        },
    )
