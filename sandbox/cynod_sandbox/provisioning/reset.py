"""Resets a database to its seed: the partners, secrets and cards of ``cynod.toml``, and nothing else."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import delete

from .._generated.contract import Contract
from ..identity import partners
from ..storage.database import Database
from ..storage.locks import hold
from ..storage.tables import endpoints, key_values, metadata, partner_secrets
from ..storage.tables import partners as partner_rows
from . import seed

_STAY = frozenset((endpoints.name, key_values.name, partner_rows.name, partner_secrets.name))


def resetter(database: Database, contract: Contract) -> Callable[[], None] | None:
    """A function that resets *database* to its seed with the currently valid secrets; None without a seed."""
    with database.reading() as connection:
        seed_record = seed.find(connection)
        if seed_record is None:
            return None
        held = {key: partners.valid_secrets(connection, key)[::-1] for key in seed_record.partners.values()}

    def reset() -> None:
        with database.transaction() as connection:
            hold(connection, "opening")
            for table in reversed(metadata.sorted_tables):
                if table.name not in _STAY:
                    connection.execute(delete(table))
            seed.restore(connection, contract, held)

    return reset
