"""The application behind FastAPI: a thin adapter, every path and method goes to the core."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.types import Receive, Scope, Send

from .core import Application
from .forwarding import PREFIX
from .messages import Disconnected, RawRequest, unknown_to_delay, unknown_to_leave
from .protocols import DELAY, LEFT


def fastapi_app(application: Application) -> FastAPI:
    """A FastAPI app that answers as *application* does.

    It has no routes of its own (no docs, no redirects); routes and middleware may be added to it.
    """

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        application.open()
        try:
            yield
        finally:
            application.close()

    app = FastAPI(
        title=application.contract.title,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
    )
    app.router.default = Endpoint(application)
    return app


class Endpoint:
    """An ASGI application that hands HTTP requests to *application*."""

    def __init__(self, application: Application) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1000})
            return
        await self._application.stages.exchange.run(self._answer, scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = _request(scope, receive)
        try:
            answer = await self._application(request)
        except Disconnected:
            return
        lines = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers]
        if answer.status != 204:
            lines.append((b"content-length", str(len(answer.body)).encode()))
        await send({"type": "http.response.start", "status": answer.status, "headers": lines})
        silent = scope["method"] == "HEAD" or answer.status == 204
        await send({"type": "http.response.body", "body": b"" if silent else answer.body})


def _request(scope: Scope, receive: Receive) -> RawRequest:
    path = (scope.get("raw_path") or scope["path"].encode()).decode("latin-1")
    if not path.startswith("/") and "://" in path:  # absolute form, RFC 9112 §3.2.2
        path = "/" + path.partition("://")[2].partition("/")[2]
    client = scope.get("client")
    extensions = scope.get("extensions") or {}
    left, delay = extensions.get(LEFT), extensions.get(DELAY)
    return RawRequest(
        method=scope["method"],
        path=path,
        query=scope["query_string"].decode("latin-1"),
        headers=[
            (name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in scope["headers"]
        ],
        body=_body(receive),
        client=client[0] if client else "",
        has_left=left["check"] if left else unknown_to_leave,
        delay=delay["begin"] if delay else unknown_to_delay,
        secure=scope.get("scheme") == "https",
        prefix=scope.get(PREFIX, ""),
    )


async def _body(receive: Receive) -> AsyncIterator[bytes]:
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Disconnected
        yield message.get("body", b"")
        if not message.get("more_body", False):
            return
