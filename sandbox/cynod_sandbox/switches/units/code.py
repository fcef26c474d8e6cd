"""``code=CODE``: any internal code that refuses, on demand, as the document has the operation answer it."""

from __future__ import annotations

from ..._generated.contract import Contract
from ..._generated.refusals import Refusal
from .switch import Moment, Switch


class Code(Switch):
    """Refuse with a code, given by its value or its role name, that the operation lists."""

    name = "code"
    values = "CODE"

    def read(self, value: str, contract: Contract) -> str:
        """The code's role name."""
        for code in contract.codes.values():
            if value in (code.value, code.name) and code.case != "success":
                return code.name
        raise ValueError("code takes an internal code that refuses, by its value or its role name")

    def applies(self, moment: Moment, value: str) -> bool:
        """Where the operation lists the code."""
        return value in moment.operation.codes

    async def before(self, moment: Moment, value: str) -> None:
        """Refuse."""
        raise Refusal(value, debug=f"{value}: on demand")
