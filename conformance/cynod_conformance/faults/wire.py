"""What stands between the application and the socket: for faults that no stage of the core can have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.types import Receive, Scope, Send

from cynod_conformance.faults.helpers import Stage
from cynod_sandbox._generated.core import Application
from cynod_sandbox._generated.fastapi_app import Endpoint

Message = Callable[[dict[str, Any], int], None]


def on_wire(app: Application) -> Callable[[Message], Message]:
    """Let the decorated function change the ASGI messages of *app*'s answers, given their status."""

    def install(change: Message) -> Message:
        original: Stage = Endpoint.__call__

        async def call(self: Endpoint, scope: Scope, receive: Receive, send: Send) -> None:
            status = 0

            async def sending(message: Any) -> None:
                nonlocal status
                status = message.get("status", status)
                change(message, status)
                await send(message)

            await original(self, scope, receive, sending if self._application is app else send)

        setattr(Endpoint, "__call__", call)  # noqa: B010 - mypy takes no assignment to a method
        return change

    return install
