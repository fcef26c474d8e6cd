"""The ASGI middleware that ends a connection instead of answering, when a switch asked for it."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .._generated.protocols import CUT


@dataclass(slots=True)
class _Line:
    cut: bool = False


_current: ContextVar[_Line | None] = ContextVar("cynod_sandbox_line", default=None)


def cut() -> None:
    """Let the request that this task answers get no answer, and its connection end."""
    line = _current.get()
    if line is not None:
        line.cut = True


class Scissors:
    """Passes everything on to *app*, and its answers back but for those that were cut."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or end its connection."""
        close = (scope.get("extensions") or {}).get(CUT, {}).get("close")
        if scope["type"] != "http" or close is None:
            await self._app(scope, receive, send)
            return
        line = _Line()

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
                pass  # what is left of the request
