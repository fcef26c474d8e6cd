"""What every switch is, and the moment at which one acts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from ..._generated import credentials
from ..._generated.contract import Contract, Operation
from ..._generated.identity import Principal


class ExpiresTokens(Protocol):
    """The store of tokens, as far as a switch needs it."""

    def expire(self, value: str) -> None:
        """End the life of the token whose text is *value*; do nothing when there is none."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A call whose caller is known and which has had no effect yet."""

    contract: Contract
    operation: Operation
    principal: Principal | None  # None for public operations and those of OAuth 2.0
    authorization: str
    tokens: ExpiresTokens

    @property
    def bearer(self) -> str:
        """The token that was presented, or nothing."""
        scheme, rest = credentials.scheme_of(self.authorization)
        return rest if scheme == "bearer" and self.principal is not None else ""


class Switch:
    """A bad day. ``values`` shows how its value is written; empty: it takes none."""

    name: str
    values: str = ""

    def read(self, value: str, contract: Contract) -> str:
        """*value* in its normal form. Raises ValueError, one sentence, for one that it cannot take."""
        if value:
            raise ValueError(f"{self.name} takes no value")
        return ""

    def applies(self, moment: Moment, value: str) -> bool:
        """Whether it can act on this call."""
        return True

    async def before(self, moment: Moment, value: str) -> None:
        """Act before any effect; Refusal answers in the operation's stead."""

    async def granted(self, moment: Moment, token: str) -> None:
        """Act on a token that the token endpoint hands out."""


def whole(name: str, value: str, least: int, most: int) -> int:
    """The whole number that *value* writes. Raises ValueError when it is not within *least* to *most*."""
    if not value.isascii() or not value.isdigit() or not least <= int(value[:9]) <= most:
        raise ValueError(f"{name} takes a whole number from {least} to {most}")
    return int(value[:9])
