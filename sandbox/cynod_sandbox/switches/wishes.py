"""What is asked of the switches: ``name=value`` or ``name`` alone, several of them separated by ``;``."""

from __future__ import annotations

from dataclasses import dataclass

from .._generated.contract import Contract
from .units import SWITCHES
from .units.switch import Moment, Switch

HEADER = "X-Cynod-Sandbox"
_LONGEST = 500  # characters


@dataclass(frozen=True, slots=True)
class Wish:
    """One switch, and the value that it was given."""

    switch: Switch
    value: str

    def __str__(self) -> str:
        return f"{self.switch.name}={self.value}" if self.value else self.switch.name

    def applies(self, moment: Moment) -> bool:
        """Whether the switch can act on this call."""
        return self.switch.applies(moment, self.value)


def read(text: str, contract: Contract) -> tuple[Wish, ...]:
    """The wishes that *text* states, in the order in which they act. Raises ValueError, one sentence."""
    if len(text) > _LONGEST:
        raise ValueError(f"more than {_LONGEST} characters")
    found: dict[str, Wish] = {}
    for part in filter(None, map(str.strip, text.split(";"))):
        name, _, value = (each.strip() for each in part.partition("="))
        switch = SWITCHES.get(name.lower())
        if switch is None:
            raise ValueError(f"no such switch: known are {', '.join(SWITCHES)}")
        found[switch.name] = Wish(switch, switch.read(value, contract))
    return tuple(found[name] for name in SWITCHES if name in found)
