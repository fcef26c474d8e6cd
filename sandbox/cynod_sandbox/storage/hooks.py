"""Where hooks go around what handlers do with the database, named by what is done and not by who does it.

``Database.hooks`` has them; code that is given a connection finds them by ``hooks_of``. What a hook is:
``_generated/stages.py``. A worked example, where every refund is doubled:

    @database.hooks.move_money.around
    def double(proceed: Callable[[str, str, int], None], card: str, kind: str, amount: int) -> None:
        proceed(card, kind, 2 * amount if kind == "refund" else amount)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from .._generated.contract import Webhook
from .._generated.stages import HookPoint

OPTION = "cynod_hooks"
"""The execution option under which a connection carries the hooks of its database."""


@dataclass(frozen=True, slots=True)
class StorageHooks:
    """The hooks of one database; in worker threads, inside the transaction where there is one."""

    move_money: HookPoint[[str, str, int], None] = field(default_factory=HookPoint)
    """An entry is written: the id of its card, its kind, its amount in minor units (negative: a debit)."""
    read_today: HookPoint[[], str] = field(default_factory=HookPoint)
    """The date in UTC (RFC 3339 full-date) on which it is judged whether a card is expired."""
    read_bound: HookPoint[[str], int] = field(default_factory=HookPoint)
    """A bound of a period, an RFC 3339 instant, becomes microseconds since the epoch."""
    compose_event: HookPoint[[Webhook, str, str, Mapping[str, Any]], str] = field(default_factory=HookPoint)
    """The body of an event: its webhook, kind of resource, date and what the resource is shown as."""
    record_event: HookPoint[[str, str], None] = field(default_factory=HookPoint)
    """An event is put down to be sent: its kind of resource, and its body."""


def hooks_of(connection: Connection) -> StorageHooks:
    """The hooks of the database that *connection* is to."""
    found: StorageHooks = connection.get_execution_options()[OPTION]
    return found
