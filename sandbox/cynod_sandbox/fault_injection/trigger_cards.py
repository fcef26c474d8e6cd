"""Trigger cards: each top-up of one, and each payment with it, sets off a switch."""

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
from .switch_store import SwitchStore

TRIGGERS: Mapping[str, str] = {
    "lente": "latency=5000",
    "coupee": "cut=after",
    "indisponible": "unavailable=5",
    "insuffisante": "code=balance-insufficient",
}
"""The switch that each card sets off, by name of the card."""

_NAME = "trouble-cards"


def prepare(database: Database, contract: Contract, switch_store: SwitchStore) -> dict[str, str]:
    """Issue the missing trigger cards of a database that has a seed, and set their switches.

    Gives their numbers by name, which never change; none without a seed.
    """
    with database.transaction() as connection:
        hold(connection, _NAME)
        seed_record = seed.find(connection)
        if seed_record is None:
            return {}
        made = numbers(connection)
        if not made:
            made = {name: new_number() for name in TRIGGERS}
            key_value.put(connection, _NAME, made)
        ids = {name: _card(connection, seed_record, number) for name, number in made.items()}
    switch_store.set_cards({ids[name]: TRIGGERS[name] for name in ids if _is_known(TRIGGERS[name], contract)})
    return made


def numbers(connection: Connection) -> dict[str, str]:
    """The numbers of the issued trigger cards, by name; none before ``prepare``."""
    found: dict[str, str] = key_value.get(connection, _NAME) or {}
    return found


def _card(connection: Connection, seed_record: seed.SeedRecord, number: str) -> str:
    """The id of the card with this *number*, which is issued if there is none."""
    found = connection.execute(select(cards.c.id).where(cards.c.number == number)).scalar_one_or_none()
    return found if found is not None else seed.issue_trouble(connection, seed_record, number)


def _is_known(text: str, contract: Contract) -> bool:
    """Whether the contract has the code that *text* asks for, if it asks for one."""
    name, _, value = text.partition("=")
    return name != "code" or value in contract.codes
