"""ASGI middleware that closes the connection instead of answering, when a switch asks for it."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .._generated.protocols import CUT


@dataclass(slots=True)
class _CurrentRequest:
    cut: bool = False


_current: ContextVar[_CurrentRequest | None] = ContextVar("cynod_sandbox_line", default=None)


def cut() -> None:
    """Close the connection of the request that this task answers, without an answer."""
    line = _current.get()
    if line is not None:
        line.cut = True


class DisconnectMiddleware:
    """Passes requests on to *app*, and drops the answers to those for which ``cut`` was called."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request: answer it or close its connection."""
        close = (scope.get("extensions") or {}).get(CUT, {}).get("close")
        if scope["type"] != "http" or close is None:
            await self._app(scope, receive, send)
            return
        line = _CurrentRequest()

        async def sent(message: Message) -> None:
            if not line.cut:
                await send(message)

        mark = _current.set(line)
        try:
            await self._app(scope, receive, sent)
        finally:
            _current.reset(mark)
        if line.cut:
            close()
            while (await receive())["type"] != "http.disconnect":
                pass  # the rest of the request
