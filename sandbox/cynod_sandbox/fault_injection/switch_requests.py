"""Parses requests for switches: ``name=value`` or only ``name``, separated by ``;``."""

from __future__ import annotations

from dataclasses import dataclass

from .._generated.contract import Contract
from .switches import SWITCHES
from .switches.switch import Switch, SwitchContext

HEADER = "X-Cynod-Sandbox"
_MAX_CHARS = 500


@dataclass(frozen=True, slots=True)
class SwitchRequest:
    """A switch and its value."""

    switch: Switch
    value: str

    def __str__(self) -> str:
        return f"{self.switch.name}={self.value}" if self.value else self.switch.name

    def applies(self, context: SwitchContext) -> bool:
        """Whether the switch can act on the call of *context*."""
        return self.switch.applies(context, self.value)


def read(text: str, contract: Contract) -> tuple[SwitchRequest, ...]:
    """The switches requested in *text*, in the order in which they act. Raises ValueError, one sentence."""
    if len(text) > _MAX_CHARS:
        raise ValueError(f"more than {_MAX_CHARS} characters")
    found: dict[str, SwitchRequest] = {}
    for part in filter(None, map(str.strip, text.split(";"))):
        name, _, value = (each.strip() for each in part.partition("="))
        switch = SWITCHES.get(name.lower())
        if switch is None:
            raise ValueError(f"no such switch: known are {', '.join(SWITCHES)}")
        found[switch.name] = SwitchRequest(switch, switch.read(value, contract))
    return tuple(found[name] for name in SWITCHES if name in found)
