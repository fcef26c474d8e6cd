"""How stages ask what may wait for a disk or another machine, without holding up the event loop."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, Protocol, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Ask(Protocol):
    """Calls a function and gives what it gives: in a worker thread if the identity store may wait."""

    async def __call__(self, function: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        """What *function* gives for these arguments."""
