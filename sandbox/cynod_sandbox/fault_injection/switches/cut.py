"""``cut=before`` and ``cut=after``: close the connection without an answer, before or after the effect."""

from __future__ import annotations

from ..._generated.contract import Contract
from ..._generated.messages import Disconnected
from ..disconnect import cut
from .switch import Switch, SwitchContext

_BEFORE, _AFTER = "before", "after"


class Cut(Switch):
    """Close the connection instead of answering."""

    name = "cut"
    values = f"{_BEFORE}|{_AFTER}"

    def read(self, value: str, contract: Contract) -> str:
        """``before`` or ``after`` the effect."""
        if value not in (_BEFORE, _AFTER):
            raise ValueError(f"cut takes {_BEFORE} or {_AFTER}")
        return value

    async def before(self, context: SwitchContext, value: str) -> None:
        """Prevent the answer, and with ``before`` the effect too."""
        cut()
        if value == _BEFORE:
            raise Disconnected
