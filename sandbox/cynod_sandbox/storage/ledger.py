"""The ledger: numbered entries of a card, each with the balance after it, which is never below zero."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Connection, and_, bindparam, func, insert, select

from .._generated.refusals import Refusal
from .hooks import hooks_of
from .tables import MAX_AMOUNT, cards, entries

# Built once: building a statement costs more than running it.
_NEWEST = (
    select(entries.c.position, entries.c.balance, entries.c.created)
    .where(entries.c.card == bindparam("of"))
    .order_by(entries.c.position.desc())
    .limit(1)
)
_HELD = select(cards.c.seq).where(cards.c.id == bindparam("of")).with_for_update()
_POST = insert(entries)
_LAST = (
    select(entries.c.card, func.max(entries.c.position).label("position"))
    .where(entries.c.card.in_(bindparam("of", expanding=True)))
    .group_by(entries.c.card)
    .subquery()
)
_BALANCES = select(entries.c.card, entries.c.balance).join(
    _LAST, and_(entries.c.card == _LAST.c.card, entries.c.position == _LAST.c.position)
)


@dataclass(frozen=True, slots=True)
class _Newest:
    """The newest entry of a card: its number, the balance after it (minor units), its instant."""

    position: int = 0
    balance: int = 0
    created: int = 0


def balance(connection: Connection, card: str) -> int:
    """The balance of *card*, in minor units."""
    return _last(connection, card).balance


def balances(connection: Connection, of: Collection[str]) -> dict[str, int]:
    """The balances of the cards *of*, in minor units, by card; cards without an entry are left out."""
    return {row.card: row.balance for row in connection.execute(_BALANCES, {"of": list(of)})}


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
    """Write one entry of *amount* minor units (negative for a debit), made at *created* (``now``).

    Locks the card until the transaction ends, so that the balance cannot change before the entry is written.
    The unique number of an entry is a second guard. An entry is never dated before the previous one. Raises
    Refusal when the balance does not cover a debit, or would exceed ``MAX_AMOUNT``.
    """
    write = partial(_write, connection, partner, operation, reference, created)
    hooks_of(connection).move_money.run(write, card, kind, amount)


def _write(
    connection: Connection,
    partner: str,
    operation: str | None,
    reference: str | None,
    created: int,
    card: str,
    kind: str,
    amount: int,
) -> None:
    connection.execute(_HELD, {"of": card})
    last = _last(connection, card)
    after = last.balance + amount
    if after < 0:
        raise Refusal("balance-insufficient")
    if after > MAX_AMOUNT:
        raise Refusal("amount-out-of-limits")
    connection.execute(
        _POST,
        {
            "card": card,
            "kind": kind,
            "amount": amount,
            "partner": partner,
            "operation": operation,
            "reference": reference,
            "created": max(created, last.created + 1),
            "position": last.position + 1,
            "balance": after,
        },
    )


def _last(connection: Connection, card: str) -> _Newest:
    row = connection.execute(_NEWEST, {"of": card}).one_or_none()
    return _Newest(row.position, row.balance, row.created) if row is not None else _Newest()
