"""The balance of a card, found by its number."""

from __future__ import annotations

from cynod_spec.output.redaction import masked_number

from .._generated.calls import Call, Result
from ..storage.database import Database, now
from ..storage.ledger import balance
from ..storage.timestamps import instant
from .common import open_card, state_of
from .profiles import Profiles


def read(database: Database, _profiles: Profiles, call: Call) -> Result:
    """The current balance, whatever the card's state."""
    with database.reading() as connection:
        card = open_card(connection, call, number=call.role("number"))
        representation = call.represent(
            "balance",
            {
                "card": card.id,
                "number": masked_number(card.number),
                "amount": balance(connection, card.id),
                "currency": card.currency,
                "state": call.state("card", state_of(connection, card)),
                "date": instant(now()),
            },
        )
    return Result(call.answer(resource=representation))
