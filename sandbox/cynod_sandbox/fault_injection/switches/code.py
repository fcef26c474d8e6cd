"""``code=CODE``: the call is refused with this internal code, if the document lists it for the operation."""

from __future__ import annotations

from ..._generated.contract import Contract
from ..._generated.refusals import Refusal
from .switch import Switch, SwitchContext


class Code(Switch):
    """Refuse with a code of the operation, given by its value or its role name."""

    name = "code"
    values = "CODE"

    def read(self, value: str, contract: Contract) -> str:
        """The code's role name."""
        for code in contract.codes.values():
            if value in (code.value, code.name) and code.case != "success":
                return code.name
        raise ValueError("code takes an internal code that refuses, by its value or its role name")

    def applies(self, context: SwitchContext, value: str) -> bool:
        """Whether the operation lists the code."""
        return value in context.operation.codes

    async def before(self, context: SwitchContext, value: str) -> None:
        """Refuse."""
        raise Refusal(value, debug=f"{value}: on demand")
