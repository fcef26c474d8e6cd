"""Alembic migrations of the tables, applied at start by one process at a time."""

from __future__ import annotations

import logging
from pathlib import Path

from sqlalchemy import inspect

from ..._generated.settings import SettingsError
from ..database import Database
from ..locks import hold

FIRST = "r1"  # of databases made before the revision was stored


def upgrade(database: Database, revision: str = "head") -> None:
    """Migrate *database* to *revision* in one transaction; other processes that start wait.

    Raises SettingsError for a database made by a later version.
    """
    logging.getLogger("alembic").setLevel(logging.WARNING)  # its steps are of no use in this log
    # Alembic is loaded by the process that migrates, not by its workers.
    from alembic import command
    from alembic.config import Config
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    with database.transaction() as connection:
        hold(connection, "migrations")
        current = MigrationContext.configure(connection).get_current_revision()
        if current == ScriptDirectory.from_config(config).get_current_head():
            return
        config.attributes["connection"] = connection
        if current is None and inspect(connection).has_table("cards"):
            command.stamp(config, FIRST)
        try:
            command.upgrade(config, revision)
        except CommandError:
            raise SettingsError(
                f"{database.shown} was made by a later version: its revision {current} is unknown here"
            ) from None
