"""What stands between the application and the socket: for faults that no stage of the core can have."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from starlette.types import Receive, Scope, Send

from cynod_conformance.faults.helpers import Stage
from cynod_sandbox._generated.core import Application
from cynod_sandbox._generated.fastapi_app import Endpoint

Message = Callable[[dict[str, Any], int], None]
Loss = Callable[[dict[str, str]], None]
_PATIENCE = 1.0  # seconds in which a caller that goes away is noticed


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


def when_gone(app: Application, method: str, path: str) -> Callable[[Loss], Loss]:
    """Let the decorated function have the headers of a request whose caller goes away before the answer.

    It has to be the first of its connection: whoever keeps one would have to wait each time.
    """

    def install(lost: Loss) -> Loss:
        original: Stage = Endpoint.__call__
        met: set[Any] = set()  # the callers' ends of connections

        async def call(self: Endpoint, scope: Scope, receive: Receive, send: Send) -> None:
            watched = self._application is app and scope.get("method") == method and scope["path"] == path
            caller = scope.get("client")
            watched = watched and caller not in met
            met.add(caller)

            async def sending(message: Any) -> None:
                if message["type"] == "http.response.start" and await _is_gone(receive):
                    lost(
                        {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
                    )
                await send(message)

            await original(self, scope, receive, sending if watched else send)

        setattr(Endpoint, "__call__", call)  # noqa: B010 - mypy takes no assignment to a method
        return lost

    return install


async def _is_gone(receive: Receive) -> bool:
    try:
        message = await asyncio.wait_for(receive(), _PATIENCE)
    except TimeoutError:
        return False
    return bool(message["type"] == "http.disconnect")
