"""Operations on refunds, which return all or part of a payment to the card."""

from __future__ import annotations

import secrets
from typing import Any

from sqlalchemy import Row, bindparam, insert, select

from .._generated.calls import Call, Result
from .._generated.refusals import Refusal
from ..storage.database import Database, now
from ..storage.idempotency import once
from ..storage.ledger import post
from ..storage.tables import refunds
from ..storage.timestamps import instant
from .common import caller
from .notices import notify
from .payments import own, refunded, represent
from .profiles import Profiles

# Built once: building a statement costs more than running it.
_ADD = insert(refunds)
_BY_ID = select(refunds).where(refunds.c.id == bindparam("sought"))


def create(database: Database, _profiles: Profiles, call: Call) -> Result:
    """Refund at most what is left of the payment, whatever the card's state."""
    with database.transaction() as connection:

        def effect() -> Result:
            payment = own(connection, call, call.role("parent"), held=True)
            left = payment.amount - refunded(connection, payment.id)
            if not left:
                raise Refusal("state-forbids")
            amount, currency = int(call.role("amount")), call.role("currency")
            if currency != payment.currency:
                raise Refusal("currency-mismatch")
            if amount > left:
                raise Refusal("refund-exceeds")
            id, created = f"rmb_{secrets.token_urlsafe(12)}", now()
            post(
                connection,
                payment.card,
                "refund",
                amount,
                caller(call),
                id,
                payment.reference,
                created=created,
            )
            connection.execute(
                _ADD,
                {
                    "id": id,
                    "payment": payment.id,
                    "amount": amount,
                    "currency": currency,
                    "label": call.role("label"),
                    "created": created,
                },
            )
            row = connection.execute(_BY_ID, {"sought": id}).one()
            notify(connection, call, "payment", payment.id, represent(connection, call, payment))
            location = {"parent": payment.id, "id": id}
            return Result(call.answer(resource=_represent(call, row)), location=location)

        return once(connection, call, caller(call), effect)


def read(database: Database, _profiles: Profiles, call: Call) -> Result:
    """Read a refund of one of the caller's payments."""
    with database.reading() as connection:
        payment = own(connection, call, call.role("parent"))
        row = connection.execute(_BY_ID, {"sought": call.role("id")}).one_or_none()
    if row is None or row.payment != payment.id:
        raise Refusal("refund-unknown")
    return Result(call.answer(resource=_represent(call, row)))


def _represent(call: Call, row: Row[Any]) -> dict[str, Any]:
    return call.represent(
        "refund",
        {
            "id": row.id,
            "parent": row.payment,
            "amount": row.amount,
            "currency": row.currency,
            "label": row.label,
            "date": instant(row.created),
        },
    )
