"""Prepares a database for the sandbox: tables, partners, seed. One process does so at a time."""

from __future__ import annotations

from collections.abc import Sequence

from .._generated.contract import Contract
from .._generated.identity import Registration
from ..identity import partners
from ..storage import key_value, migrations
from ..storage.database import Database
from ..storage.locks import hold
from . import seed


def prepare_database(
    database: Database,
    contract: Contract,
    registrations: Sequence[Registration] | None = None,
    *,
    needs_secrets: bool = False,
) -> seed.Seed | None:
    """Migrate *database* to the current tables, and give it its partners.

    With *registrations*, these are its only partners. Without, an empty database gets the seed's partners,
    and any other keeps its own. Gives the seed with its secrets in clear when it was created now, or when
    *needs_secrets*: then each of its partners gets an additional secret. None otherwise. Raises
    SettingsError.
    """
    database.check()
    migrations.upgrade(database)
    with database.transaction() as connection:
        hold(connection, "opening")
        key_value.ensure_cursor_key(connection)
        if registrations is not None:
            partners.replace_all(connection, registrations)
            return None
        if not partners.every(connection):
            return seed.create(connection, contract)
        return seed.renew(connection) if needs_secrets else None
