"""Deliveries that go wrong on demand: lost, duplicated, late or badly signed."""

from __future__ import annotations

from dataclasses import replace

from .._generated.contract import Webhook
from .endpoints import Endpoint, new_secret
from .outbox import Event
from .sender import Sender

LOST, DUPLICATED, LATE, BADLY_SIGNED = MISHAPS = ("lost", "duplicated", "late", "badly-signed")
LATE_BY = 10.0  # seconds
NOTE = "webhook mishap"
"""Under which a call carries the mishap of what it causes, among its headers: no header has such a name."""


class TroubledSender(Sender):
    """A sender that lets each event have its mishap."""

    async def attempt(self, event: Event) -> int | str:
        """Nothing is sent of a lost event, which counts as received; a duplicated one is sent twice."""
        if event.mishap == LOST:
            return 200
        said = await super().attempt(event)
        return await super().attempt(event) if event.mishap == DUPLICATED else said

    def headers(self, webhook: Webhook, event: Event, endpoint: Endpoint) -> list[tuple[str, str]]:
        """The headers of an attempt; the first of a badly signed event is signed with another secret."""
        if event.mishap == BADLY_SIGNED and event.attempts == 1:
            endpoint = replace(endpoint, secret=new_secret())
        return super().headers(webhook, event, endpoint)
