"""The tables' history: Alembic revisions, applied at start, one process at a time."""

from __future__ import annotations

import logging
from pathlib import Path

from sqlalchemy import inspect

from ..._generated.settings import SettingsError
from ..database import Database
from ..locks import hold

FIRST = "r1"  # what databases were made with before they kept their revision


def upgrade(database: Database, revision: str = "head") -> None:
    """Bring *database* to *revision*, whole or not at all, while others that start wait.

    Raises SettingsError for a database of a later version than this one.
    """
    logging.getLogger("alembic").setLevel(
        logging.WARNING
    )  # its steps are of no use to those who read our log
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
