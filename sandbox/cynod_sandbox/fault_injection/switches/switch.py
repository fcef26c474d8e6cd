"""The base class of switches, and the context in which one acts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from ..._generated import credentials
from ..._generated.contract import Contract, Operation
from ..._generated.identity import Principal


class ExpiresTokens(Protocol):
    """The operation on tokens that switches need."""

    def expire(self, value: str) -> None:
        """Let the token with the text *value* expire now; do nothing when there is none."""


@dataclass(frozen=True, slots=True)
class SwitchContext:
    """A call whose caller is known, before it has any effect."""

    contract: Contract
    operation: Operation
    principal: Principal | None  # None for public operations and those of OAuth 2.0
    authorization: str
    tokens: ExpiresTokens

    @property
    def bearer(self) -> str:
        """The bearer token of the call, or an empty text."""
        scheme, rest = credentials.scheme_of(self.authorization)
        return rest if scheme == "bearer" and self.principal is not None else ""


class Switch:
    """A fault that a caller, a partner's setting or a card can ask for.

    ``values`` shows how its value is written; empty for a switch without a value. A switch that answers 503::

        class Unavailable(Switch):
            name = "unavailable"
            values = "SECONDS"

            def read(self, value: str, contract: Contract) -> str:
                return str(read_integer(self.name, value, 1, 3600))

            async def before(self, context: SwitchContext, value: str) -> None:
                raise Refusal("dependency-unavailable", headers={"Retry-After": value})

    It is listed in ``switches/__init__.py``.
    """

    name: str
    values: str = ""

    def read(self, value: str, contract: Contract) -> str:
        """*value* in its normal form. Raises ValueError, one sentence, for an invalid one."""
        if value:
            raise ValueError(f"{self.name} takes no value")
        return ""

    def applies(self, context: SwitchContext, value: str) -> bool:
        """Whether it can act on the call of *context*."""
        return True

    async def before(self, context: SwitchContext, value: str) -> None:
        """Act before any effect. A Refusal raised here is the answer of the call."""

    async def granted(self, context: SwitchContext, token: str) -> None:
        """Act on a token that the token endpoint has granted."""


def read_integer(name: str, value: str, least: int, most: int) -> int:
    """The integer in *value*. Raises ValueError when it is not one from *least* to *most*."""
    if not value.isascii() or not value.isdigit() or not least <= int(value[:9]) <= most:
        raise ValueError(f"{name} takes a whole number from {least} to {most}")
    return int(value[:9])
