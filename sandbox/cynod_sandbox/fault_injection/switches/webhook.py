"""``webhook=…``: the webhook of the call is lost, sent twice, sent late or signed with a wrong secret."""

from __future__ import annotations

from contextvars import ContextVar

from ..._generated.contract import Contract
from ...webhooks.delivery_faults import DELIVERY_FAULTS
from .switch import Switch, SwitchContext

_EFFECTS = frozenset(("credit", "cancel", "debit", "refund"))

requested_fault: ContextVar[str | None] = ContextVar("cynod_sandbox_mishap", default=None)
"""The fault of the webhook that the call of this task causes, if any."""


class Webhook(Switch):
    """Apply a delivery fault to the webhook that the call causes."""

    name = "webhook"
    values = "|".join(DELIVERY_FAULTS)

    def read(self, value: str, contract: Contract) -> str:
        """One of the delivery faults."""
        if value not in DELIVERY_FAULTS:
            raise ValueError(f"webhook takes one of {', '.join(DELIVERY_FAULTS)}")
        return value

    def applies(self, context: SwitchContext, value: str) -> bool:
        """Whether the operation causes a webhook."""
        return context.operation.effect in _EFFECTS

    async def before(self, context: SwitchContext, value: str) -> None:
        """Store the fault for the handler of the call."""
        requested_fault.set(value)
