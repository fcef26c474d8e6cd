"""``unavailable=SECONDS``: a dependency is down, and the answer says when to come back."""

from __future__ import annotations

from ..._generated.contract import Contract
from ..._generated.refusals import Refusal
from .switch import Switch, SwitchContext, read_integer

_CODE = "dependency-unavailable"
_MAX_RETRY_AFTER_S = 3600  # seconds


class Unavailable(Switch):
    """Refuse as a system whose dependency is down does."""

    name = "unavailable"
    values = "SECONDS"

    def read(self, value: str, contract: Contract) -> str:
        """What Retry-After says, up to an hour."""
        return str(read_integer(self.name, value, 1, _MAX_RETRY_AFTER_S))

    def applies(self, context: SwitchContext, value: str) -> bool:
        """Where the operation may answer so."""
        return _CODE in context.operation.codes

    async def before(self, context: SwitchContext, value: str) -> None:
        """Refuse, with Retry-After."""
        raise Refusal(_CODE, headers={"Retry-After": value}, debug=f"{_CODE}: on demand")
