"""ASGI middleware that records each exchange."""

from __future__ import annotations

import time
from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .record import Pairs, Record, current

_MAX_REQUEST_BODY_OCTETS = 64 * 1024  # kept of a request's body
_MAX_ANSWER_BODY_OCTETS = (
    512 * 1024
)  # kept of an answer's; more than the longest page has, so that it can be judged

Lines = list[tuple[bytes, bytes]]


class RecordingMiddleware:
    """Passes requests on to *app*, and gives *done* the record of each exchange.

    *done* is called before the last octets are sent, so that a caller that has its answer finds it recorded.
    *added* gives the header lines that the server itself adds to every answer.
    """

    def __init__(
        self, app: ASGIApp, done: Callable[[Record], None], added: Callable[[], Lines] = lambda: []
    ) -> None:
        self._app = app
        self._done = done
        self._added = added

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Record one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        record, recorded = _begun(scope), False

        def finish() -> None:
            nonlocal recorded
            if not recorded:
                recorded = True
                record.duration = time.perf_counter() - start
                self._done(record)

        async def received() -> Message:
            message = await receive()
            _keep(record, record.body, message.get("body", b""), _MAX_REQUEST_BODY_OCTETS)
            return message

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                record.status = message["status"]
                record.answer_headers = _pairs([*self._added(), *message.get("headers", ())])
            else:
                _keep(record, record.answer_body, message.get("body", b""), _MAX_ANSWER_BODY_OCTETS)
                if not message.get("more_body"):
                    finish()
            await send(message)

        mark, start = current.set(record), time.perf_counter()
        try:
            await self._app(scope, received, sent)
        finally:
            current.reset(mark)
            finish()


def _begun(scope: Scope) -> Record:
    client, query = scope.get("client"), scope["query_string"].decode("latin-1")
    headers = _pairs(scope["headers"])
    host = next((value for name, value in headers if name == "host"), "")
    path = (scope.get("raw_path") or scope["path"].encode()).decode("latin-1")
    return Record(
        began=time.time(),
        client=client[0] if client else "",
        method=scope["method"],
        url=f"{scope['scheme']}://{host}{path}{'?' + query if query else ''}",
        headers=headers,
    )


def _pairs(lines: Lines) -> Pairs:
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in lines)


def _keep(record: Record, kept: bytearray, more: bytes, most: int) -> None:
    room = most - len(kept)
    record.truncated |= len(more) > room
    kept += more[:room]
