"""The base of every set of handlers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from .calls import Call, Result
from .contract import Operation

Answer = Result | dict[str, Any] | list[Any] | None
Handler = Callable[[Call], Answer | Awaitable[Answer]]


class HandlerSet:
    """Handlers of operations, by default methods named like the operations.

    A handler takes a ``Call`` and gives a ``Result``, or only its data. It raises ``Refusal(code_name)`` to
    refuse, and ``Unimplemented`` to answer with the document's example. Plain functions run in worker
    threads, coroutines in the event loop.
    """

    def find(self, operation: Operation) -> Handler | None:
        """The handler of *operation*, or None. Override it to dispatch on effect and resource."""
        return getattr(self, operation.name, None)

    def open(self) -> None:
        """Called once before the first request."""

    def close(self) -> None:
        """Called once after the last request."""
