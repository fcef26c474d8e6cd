"""How stages call functions that may block, without blocking the event loop."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, Protocol, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Ask(Protocol):
    """Calls a function and gives its result; in a worker thread if the identity store may block."""

    async def __call__(self, function: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        """The result of *function* for these arguments."""
