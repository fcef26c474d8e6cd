"""A database made ready for the sandbox: its tables, its partners, its seed; by one process at a time."""

from __future__ import annotations

from collections.abc import Sequence

from .._generated.contract import Contract
from .._generated.identity import Registration
from ..identity import partners
from ..storage import key_value, migrations
from ..storage.database import Database
from ..storage.locks import hold
from . import seed


def make_ready(
    database: Database,
    contract: Contract,
    registrations: Sequence[Registration] | None = None,
    *,
    tells: bool = False,
) -> seed.Seed | None:
    """Bring *database* to today's tables and give it its partners: *registrations* and no others if given.

    Without them, a database that has none gets the seed's; one that has keeps them. Gives the seed with
    secrets in clear where it was planted now, and in an earlier database when *tells*: then its partners
    get one more secret each. None when there is nothing to tell. Raises SettingsError.
    """
    database.check()
    migrations.upgrade(database)
    with database.transaction() as connection:
        hold(connection, "opening")
        key_value.decide(connection)
        if registrations is not None:
            partners.replace_all(connection, registrations)
            return None
        if not partners.every(connection):
            return seed.plant(connection, contract)
        return seed.renew(connection) if tells else None
