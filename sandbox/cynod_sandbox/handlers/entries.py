"""The entries of a card: the caller's in full, others' with only type, amount and date."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, select

from .._generated.calls import Call, Result
from ..storage.database import Database
from ..storage.tables import entries
from ..storage.timestamps import instant
from .common import caller, open_card
from .filters import filtered
from .pages import page as page_of
from .profiles import Profiles


def page(database: Database, _profiles: Profiles, call: Call) -> Result:
    """List every entry of the card with signed amounts, newest first."""
    with database.reading() as connection:
        card = open_card(connection, call, id=call.role("card"))
        query = filtered(connection, call, select(entries).where(entries.c.card == card.id), entries)
        rows, following = page_of(connection, call, query, entries.c.seq)
    found = [_represent(call, row, card.currency) for row in rows]
    return Result(call.answer(resources=found, next=following))


def _represent(call: Call, row: Row[Any], currency: str) -> dict[str, Any]:
    shown = {
        "type": call.kind("entry", row.kind),
        "amount": row.amount,
        "currency": currency,
        "date": instant(row.created),
    }
    if row.partner == caller(call):
        shown |= {
            "id": f"txn_{row.seq}",
            "card": row.card,
            "operation": row.operation,
            "reference": row.reference,
        }
    return call.represent("entry", shown)
