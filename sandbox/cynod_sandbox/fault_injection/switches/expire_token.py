"""``expire-token``: the token expires now, whatever its lifetime."""

from __future__ import annotations

import asyncio

from ..._generated.refusals import Refusal
from .switch import Switch, SwitchContext

_CODE = "token-expired"


class ExpireToken(Switch):
    """End the life of the token presented, or of the one that is being granted."""

    name = "expire-token"

    def applies(self, context: SwitchContext, value: str) -> bool:
        """Where a token was presented, or is asked for."""
        return context.operation.effect == "token" or bool(context.bearer)

    async def before(self, context: SwitchContext, value: str) -> None:
        """Refuse the token, now and from now on."""
        if context.bearer:
            await asyncio.to_thread(context.tokens.expire, context.bearer)
            raise Refusal(_CODE)

    async def granted(self, context: SwitchContext, token: str) -> None:
        """Let the granted token expire at once."""
        await asyncio.to_thread(context.tokens.expire, token)
