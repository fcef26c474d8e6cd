"""Installs in an application what the sandbox adds to the contract: switches and recording."""

from __future__ import annotations

from collections.abc import Callable

from starlette.types import ASGIApp

from .._generated.core import Application
from ..fault_injection.disconnect import DisconnectMiddleware
from ..fault_injection.interceptor import SwitchInterceptor
from ..fault_injection.switch_store import SwitchStore
from ..identity.directory import Directory
from ..recording.annotations import annotate_records
from ..recording.middleware import Lines, RecordingMiddleware
from ..recording.record import Record
from ..storage.database import Database


def install_middleware(
    application: Application,
    database: Database,
    *,
    strict: bool,
    done: Callable[[Record], None] | None,
    added: Callable[[], Lines],
) -> Callable[[ASGIApp], ASGIApp]:
    """Install the switches in *application* unless *strict*, and recording if *done* takes records.

    Gives the ASGI middleware to put around the server's app. *added* gives the header lines that the server
    itself adds to every answer.
    """
    if not strict:
        SwitchInterceptor(application, SwitchStore(database, application.contract), Directory(database))
    if done is not None:
        annotate_records(application)

    def around(app: ASGIApp) -> ASGIApp:
        inner = app if strict else DisconnectMiddleware(app)
        return inner if done is None else RecordingMiddleware(inner, done, added)

    return around
