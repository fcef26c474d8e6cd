"""``expire-token``: the token's time is up now, whatever was said when it was granted."""

from __future__ import annotations

import asyncio

from ..._generated.refusals import Refusal
from .switch import Moment, Switch

_CODE = "token-expired"


class ExpireToken(Switch):
    """End the life of the token presented, or of the one that is being granted."""

    name = "expire-token"

    def applies(self, moment: Moment, value: str) -> bool:
        """Where a token was presented, or is asked for."""
        return moment.operation.effect == "token" or bool(moment.bearer)

    async def before(self, moment: Moment, value: str) -> None:
        """Refuse the token, now and from now on."""
        if moment.bearer:
            await asyncio.to_thread(moment.tokens.expire, moment.bearer)
            raise Refusal(_CODE)

    async def granted(self, moment: Moment, token: str) -> None:
        """Grant a token that opens nothing any more."""
        await asyncio.to_thread(moment.tokens.expire, token)
