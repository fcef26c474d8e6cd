"""``unavailable=SECONDS``: a dependency is down, and the answer says when to come back."""

from __future__ import annotations

from ..._generated.contract import Contract
from ..._generated.refusals import Refusal
from .switch import Moment, Switch, whole

_CODE = "dependency-unavailable"
_MOST = 3600  # seconds


class Unavailable(Switch):
    """Refuse as a system whose dependency is down does."""

    name = "unavailable"
    values = "SECONDS"

    def read(self, value: str, contract: Contract) -> str:
        """What Retry-After says, up to an hour."""
        return str(whole(self.name, value, 1, _MOST))

    def applies(self, moment: Moment, value: str) -> bool:
        """Where the operation may answer so."""
        return _CODE in moment.operation.codes

    async def before(self, moment: Moment, value: str) -> None:
        """Refuse, with Retry-After."""
        raise Refusal(_CODE, headers={"Retry-After": value}, debug=f"{_CODE}: on demand")
