"""``latency=MS``: the answer comes late."""

from __future__ import annotations

import asyncio

from ..._generated.contract import Contract
from .switch import Switch, SwitchContext, read_integer

_MAX_LATENCY_MS = 60_000  # milliseconds


class Latency(Switch):
    """Wait once the caller is known and may do what it asks, before any effect."""

    name = "latency"
    values = "MS"

    def read(self, value: str, contract: Contract) -> str:
        """Milliseconds, up to a minute."""
        return str(read_integer(self.name, value, 1, _MAX_LATENCY_MS))

    async def before(self, context: SwitchContext, value: str) -> None:
        """Wait."""
        await asyncio.sleep(int(value) / 1000)
