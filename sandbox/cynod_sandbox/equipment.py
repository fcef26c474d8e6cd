"""What an application of the sandbox is given beyond the contract: switches, and records of what passes."""

from __future__ import annotations

from collections.abc import Callable

from starlette.types import ASGIApp

from ._generated.core import Application
from .identity.directory import Directory
from .storage.database import Database
from .switches.board import Board
from .switches.rehearsal import Rehearsal
from .switches.scissors import Scissors
from .traffic.notes import take_notes
from .traffic.record import Record
from .traffic.tap import Lines, Tap


def equip(
    application: Application,
    database: Database,
    *,
    strict: bool,
    done: Callable[[Record], None] | None,
    added: Callable[[], Lines],
) -> Callable[[ASGIApp], ASGIApp]:
    """Put the switches into *application* unless *strict*; give *done*, if any, a record of each exchange.

    Gives the middleware that goes around it; *added* are the header lines that the server itself sends.
    """
    if not strict:
        Rehearsal(application, Board(database, application.contract), Directory(database))
    if done is not None:
        take_notes(application)

    def around(app: ASGIApp) -> ASGIApp:
        inner = app if strict else Scissors(app)
        return inner if done is None else Tap(inner, done, added)

    return around
