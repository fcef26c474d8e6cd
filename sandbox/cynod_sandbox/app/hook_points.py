"""The door for tests that need a sandbox to misbehave: what they may reach of one, given its application.

- The stages of a request: ``application.stages`` (``_generated/application_stages.py``). The work of an
  operation is the stage ``find_handler``, by the effect and resource of the operation that it is given.
- What is done with the database: ``database(application).hooks`` (``storage/hooks.py``).
- Deliveries of webhooks: ``deliveries(application)`` (``webhooks/hooks.py``).
- Rows, by the tables of ``storage/tables.py`` in ``database(application).transaction()``.

A hook that is set here holds for one application. Handlers may be replaced: a set of handlers that has the
attributes of ``SandboxHandlers`` can be tested by the same hooks.
"""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from .._generated.core import Application
from ..handlers.profiles import Profiles
from ..storage.database import Database
from ..webhooks.hooks import DeliveryHooks


@runtime_checkable
class SandboxHandlers(Protocol):
    """What a set of handlers has to offer."""

    database: Database
    profiles: Profiles
    deliveries: DeliveryHooks


def database(application: Application) -> Database:
    """Where *application* keeps its cards and money. Raises TypeError for another server than a sandbox."""
    return _handlers(application).database


def profiles(application: Application) -> Profiles:
    """The limits that were agreed with each partner. Raises TypeError for another server than a sandbox."""
    return _handlers(application).profiles


def deliveries(application: Application) -> DeliveryHooks:
    """The hooks of the sender of webhooks. Raises TypeError for another server than a sandbox."""
    return _handlers(application).deliveries


def _handlers(application: Application) -> SandboxHandlers:
    if not isinstance(application.handlers, SandboxHandlers):
        raise TypeError("the handlers of this application are not a sandbox's")
    return application.handlers
