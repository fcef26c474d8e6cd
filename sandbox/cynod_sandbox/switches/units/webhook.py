"""``webhook=…``: the partner is told of the change badly: not at all, twice, late, with a wrong signature."""

from __future__ import annotations

from contextvars import ContextVar

from ..._generated.contract import Contract
from ...webhooks.delivery_faults import MISHAPS
from .switch import Moment, Switch

_EFFECTS = frozenset(("credit", "cancel", "debit", "refund"))

wanted: ContextVar[str | None] = ContextVar("cynod_sandbox_mishap", default=None)
"""The mishap of what the call that this task answers causes, if any."""


class Webhook(Switch):
    """Let something go wrong with what the call makes the sandbox tell its partner."""

    name = "webhook"
    values = "|".join(MISHAPS)

    def read(self, value: str, contract: Contract) -> str:
        """One of the mishaps."""
        if value not in MISHAPS:
            raise ValueError(f"webhook takes one of {', '.join(MISHAPS)}")
        return value

    def applies(self, moment: Moment, value: str) -> bool:
        """Where a change is told."""
        return moment.operation.effect in _EFFECTS

    async def before(self, moment: Moment, value: str) -> None:
        """Note it for the call."""
        wanted.set(value)
