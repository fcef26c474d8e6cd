"""The handlers of the sandbox's operations, found by effect and resource.

Handlers read requests and build answers by role, so that they work under any naming in the document.
"""

from __future__ import annotations

from collections.abc import Callable

from .._generated.calls import Call
from .._generated.contract import Operation
from .._generated.handling import Answer, Handler
from .._generated.operations import Operations
from ..storage.database import Database
from ..webhooks.hooks import DeliveryHooks
from . import balances, cards, entries, health, partners, payments, refunds, top_ups
from .profiles import Profiles

Function = Callable[[Database, Profiles, Call], Answer]

_HANDLERS: dict[tuple[str, str], Function] = {
    ("read", "balance"): balances.read,
    ("issue", "card"): cards.issue,
    ("read", "card"): cards.read,
    ("list", "card"): cards.page,
    ("set-state", "card"): cards.set_state,
    ("credit", "top-up"): top_ups.create,
    ("read", "top-up"): top_ups.read,
    ("list", "top-up"): top_ups.page,
    ("cancel", "top-up"): top_ups.cancel,
    ("debit", "payment"): payments.create,
    ("read", "payment"): payments.read,
    ("list", "payment"): payments.page,
    ("refund", "refund"): refunds.create,
    ("read", "refund"): refunds.read,
    ("list", "entry"): entries.page,
    ("whoami", "partner"): partners.who_am_i,
    ("health", "health"): health.read,
}


class Handlers(Operations):
    """The handlers on *database*; the contract's examples answer for operations without one."""

    def __init__(self, database: Database, profiles: Profiles) -> None:
        self.database = database
        self.profiles = profiles
        self.deliveries = DeliveryHooks()

    def find(self, operation: Operation) -> Handler | None:
        """The handler of *operation*, or None."""
        function = _HANDLERS.get((operation.effect, operation.resource))
        if function is None:
            return None
        return lambda call: function(self.database, self.profiles, call)

    def close(self) -> None:
        """Close the database."""
        self.database.close()
