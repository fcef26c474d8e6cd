"""uvicorn's HTTP protocols, with the parsers' own 400 leaving through the catalogue of codes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from email.utils import formatdate
from http import HTTPStatus

from uvicorn.protocols.http.h11_impl import H11Protocol

from .messages import RawAnswer

MAX_HEAD = 65536  # octets of request line and headers together

CUT = "cynod.cut"
"""The ASGI extension that closes the connection of a request at once: ``{"close": function}``."""

LEFT = "cynod.left"
"""The ASGI extension that tells whether the caller has hung up: ``{"check": function}``."""

Malformed = Callable[[str, bool], RawAnswer]  # given the caller's address, and whether it speaks TLS


def raw(answer: RawAnswer) -> bytes:
    """*answer* as HTTP/1.1 octets that end the connection."""
    lines = [
        f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}",
        f"Date: {formatdate(usegmt=True)}",
    ]
    lines += [f"{name}: {value}" for name, value in answer.headers]
    lines += [f"Content-Length: {len(answer.body)}", "Connection: close"]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + answer.body


def h11(malformed: Malformed) -> type[asyncio.Protocol]:
    """The pure-Python protocol; *malformed* answers what is no HTTP."""

    class Protocol(H11Protocol):
        def data_received(self, data: bytes) -> None:
            try:
                super().data_received(data)
            except UnicodeDecodeError:  # octets outside ASCII in the request target
                self.send_400_response("")

        def handle_events(self) -> None:
            before = self.scope
            super().handle_events()
            if self.scope is not before:
                self.scope["extensions"] = _extensions(self.transport)

        def send_400_response(self, msg: str) -> None:
            _refuse(self.transport, malformed)

    return Protocol


def httptools(malformed: Malformed) -> type[asyncio.Protocol]:
    """The faster protocol, with a bound on the head of a request. Raises ImportError without httptools."""
    from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

    class Protocol(HttpToolsProtocol):
        _head: int | None = 0  # octets of the head so far; None while a body is read

        def data_received(self, data: bytes) -> None:
            if self._head is not None:
                self._head += len(data)
            super().data_received(data)
            if self._head is not None and self._head > MAX_HEAD and not self.transport.is_closing():
                self.send_400_response("")

        def on_headers_complete(self) -> None:
            self._head = None
            super().on_headers_complete()
            self.scope["extensions"] = _extensions(self.transport)

        def on_message_complete(self) -> None:
            self._head = 0
            super().on_message_complete()

        def send_400_response(self, msg: str) -> None:
            _refuse(self.transport, malformed)

    return Protocol


def _extensions(transport: asyncio.Transport) -> dict[str, dict[object, object]]:
    """What the application may ask of a request's connection."""
    return {CUT: {"close": transport.abort}, LEFT: {"check": transport.is_closing}}


def _refuse(transport: asyncio.Transport, malformed: Malformed) -> None:
    """Answer what is no HTTP, and hang up."""
    address = transport.get_extra_info("peername")
    client = str(address[0]) if isinstance(address, tuple) else ""
    transport.write(raw(malformed(client, transport.get_extra_info("sslcontext") is not None)))
    transport.close()


def best(malformed: Malformed) -> type[asyncio.Protocol]:
    """httptools' protocol where it is installed, else h11's."""
    try:
        return httptools(malformed)
    except ImportError:
        return h11(malformed)
