"""Cards that bring trouble: topping them up or paying with them sets off a switch each time."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, select

from .._generated.contract import Contract
from ..handlers.cards import new_number
from ..provisioning import seed
from ..storage import key_value
from ..storage.database import Database
from ..storage.locks import hold
from ..storage.tables import cards
from .board import Board

TROUBLES: Mapping[str, str] = {
    "lente": "latency=5000",
    "coupee": "cut=after",
    "indisponible": "unavailable=5",
    "insuffisante": "code=balance-insufficient",
}
"""Name → what the card sets off."""

_NAME = "trouble-cards"


def prepare(database: Database, contract: Contract, board: Board) -> dict[str, str]:
    """Issue the cards where the seed was planted and they are missing, and set their switches.

    Gives their numbers by name, the same for as long as the database lives; none without a seed.
    """
    with database.transaction() as connection:
        hold(connection, _NAME)
        planted = seed.find(connection)
        if planted is None:
            return {}
        made = numbers(connection)
        if not made:
            made = {name: new_number() for name in TROUBLES}
            key_value.put(connection, _NAME, made)
        ids = {name: _card(connection, planted, number) for name, number in made.items()}
    board.set_cards({ids[name]: TROUBLES[name] for name in ids if _is_known(TROUBLES[name], contract)})
    return made


def numbers(connection: Connection) -> dict[str, str]:
    """The numbers of the cards that were issued, by name; none before ``prepare``."""
    found: dict[str, str] = key_value.get(connection, _NAME) or {}
    return found


def _card(connection: Connection, planted: seed.Planted, number: str) -> str:
    """The id of the card with this *number*, issued when there is none."""
    found = connection.execute(select(cards.c.id).where(cards.c.number == number)).scalar_one_or_none()
    return found if found is not None else seed.issue_trouble(connection, planted, number)


def _is_known(text: str, contract: Contract) -> bool:
    """Whether the contract has the code that *text* asks for, if it asks for one."""
    name, _, value = text.partition("=")
    return name != "code" or value in contract.codes
