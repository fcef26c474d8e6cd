"""A card's money: the sum of its entries, never below zero."""

from __future__ import annotations

from sqlalchemy import Connection, func, insert, select

from .._generated.refusals import Refusal
from .tables import entries

MAX_AMOUNT = 2**53 - 1  # minor units: the largest integer every JSON reader keeps exact


def balance(connection: Connection, card: str) -> int:
    """The balance of *card*, in minor units."""
    found = connection.execute(
        select(func.coalesce(func.sum(entries.c.amount), 0)).where(entries.c.card == card)
    )
    return int(found.scalar_one())


def post(
    connection: Connection,
    card: str,
    kind: str,
    amount: int,
    partner: str,
    operation: str | None = None,
    reference: str | None = None,
    *,
    created: int,
) -> None:
    """Write one entry of *amount* minor units (negative: a debit), made at *created* (``now``).

    Refuses what the balance does not cover, and what would push it beyond ``MAX_AMOUNT``.
    """
    after = balance(connection, card) + amount
    if after < 0:
        raise Refusal("balance-insufficient")
    if after > MAX_AMOUNT:
        raise Refusal("amount-out-of-limits")
    connection.execute(
        insert(entries).values(
            card=card,
            kind=kind,
            amount=amount,
            partner=partner,
            operation=operation,
            reference=reference,
            created=created,
        )
    )
