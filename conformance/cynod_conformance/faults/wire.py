"""What stands between the application and the socket: for faults that no stage of the core can have."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from starlette.types import Receive, Scope, Send

from cynod_conformance.faults.helpers import Proceed
from cynod_sandbox._generated.core import Application

Message = Callable[[dict[str, Any], int], None]
Loss = Callable[[dict[str, str]], None]
_HANG_UP_NOTICED_S = 1.0  # seconds in which a caller that goes away is noticed


def on_wire(app: Application) -> Callable[[Message], Message]:
    """Let the decorated function change the ASGI messages of *app*'s answers, given their status."""

    def install(change: Message) -> Message:
        @app.stages.exchange.around
        async def exchange(proceed: Proceed, scope: Scope, receive: Receive, send: Send) -> None:
            status = 0

            async def sending(message: Any) -> None:
                nonlocal status
                status = message.get("status", status)
                change(message, status)
                await send(message)

            await proceed(scope, receive, sending)

        return change

    return install


def when_gone(app: Application, method: str, path: str) -> Callable[[Loss], Loss]:
    """Let the decorated function have the headers of a request whose caller goes away before the answer.

    It has to be the first of its connection: whoever keeps one would have to wait each time.
    """

    def install(lost: Loss) -> Loss:
        met: set[Any] = set()  # the callers' ends of connections

        @app.stages.exchange.around
        async def exchange(proceed: Proceed, scope: Scope, receive: Receive, send: Send) -> None:
            watched = scope["method"] == method and scope["path"] == path
            caller = scope.get("client")
            watched = watched and caller not in met
            met.add(caller)

            async def sending(message: Any) -> None:
                if message["type"] == "http.response.start" and await _is_gone(receive):
                    lost(
                        {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
                    )
                await send(message)

            await proceed(scope, receive, sending if watched else send)

        return lost

    return install


async def _is_gone(receive: Receive) -> bool:
    try:
        message = await asyncio.wait_for(receive(), _HANG_UP_NOTICED_S)
    except TimeoutError:
        return False
    return bool(message["type"] == "http.disconnect")
