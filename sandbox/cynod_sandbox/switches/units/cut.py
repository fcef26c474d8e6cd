"""``cut=before`` and ``cut=after``: the connection ends without an answer, before any effect or after it."""

from __future__ import annotations

from ..._generated.contract import Contract
from ..._generated.messages import Disconnected
from ..scissors import cut
from .switch import Moment, Switch

_BEFORE, _AFTER = "before", "after"


class Cut(Switch):
    """End the connection where an answer should come."""

    name = "cut"
    values = f"{_BEFORE}|{_AFTER}"

    def read(self, value: str, contract: Contract) -> str:
        """When: before the effect or after it."""
        if value not in (_BEFORE, _AFTER):
            raise ValueError(f"cut takes {_BEFORE} or {_AFTER}")
        return value

    async def before(self, moment: Moment, value: str) -> None:
        """Let nothing be answered; before the effect, let nothing be done either."""
        cut()
        if value == _BEFORE:
            raise Disconnected
