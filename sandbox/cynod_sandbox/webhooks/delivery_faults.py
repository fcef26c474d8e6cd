"""Faults of webhook deliveries, on demand: lost, duplicated, late or badly signed."""

from __future__ import annotations

from dataclasses import replace

from .._generated.contract import Webhook
from .endpoints import Endpoint, new_secret
from .outbox import Event
from .sender import Sender

LOST, DUPLICATED, LATE, BADLY_SIGNED = DELIVERY_FAULTS = ("lost", "duplicated", "late", "badly-signed")
LATE_BY_S = 10.0  # seconds
FAULT_KEY = "webhook mishap"
"""Where a call's headers carry the fault of its webhook. With its space, it is no real header."""


class FaultySender(Sender):
    """A sender that applies the fault stored with each event."""

    async def attempt(self, event: Event) -> int | str:
        """Attempt a delivery: a lost event counts as received unsent, a duplicated one is sent twice."""
        if event.mishap == LOST:
            return 200
        outcome = await super().attempt(event)
        return await super().attempt(event) if event.mishap == DUPLICATED else outcome

    def headers(self, webhook: Webhook, event: Event, endpoint: Endpoint) -> list[tuple[str, str]]:
        """The headers of an attempt; another secret signs the first attempt of a badly signed event."""
        if event.mishap == BADLY_SIGNED and event.attempts == 1:
            endpoint = replace(endpoint, secret=new_secret())
        return super().headers(webhook, event, endpoint)
