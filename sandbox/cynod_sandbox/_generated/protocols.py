"""uvicorn's HTTP protocols with limits of size and time, whose refusals are answered as the contract says.

The server makes a protocol for each ``Connection``, and the protocol keeps the connection's phase up to date.
A request that takes too long, is too large or is not HTTP gets the answer made by ``refuse``, and the
connection is closed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from email.utils import formatdate
from functools import partial
from http import HTTPStatus
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from . import heads
from .connections import Connection, Connections, Phase
from .forwarding import plain_address
from .heads import Broken, HeadFault
from .messages import RawAnswer

CUT = "cynod.cut"
"""The ASGI extension that closes the connection of a request at once: ``{"close": function}``."""

LEFT = "cynod.left"
"""The ASGI extension that tells whether the caller has hung up: ``{"check": function}``."""

DELAY = "cynod.delay"
"""The ASGI extension to tell the connection that an answer is delayed: ``{"begin": function}``."""

Refuse = Callable[[Broken], RawAnswer]


def raw(answer: RawAnswer) -> bytes:
    """*answer* as HTTP/1.1 octets that end the connection."""
    lines = [
        f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}",
        f"Date: {formatdate(usegmt=True)}",
    ]
    lines += [f"{name}: {value}" for name, value in answer.headers]
    lines += [f"Content-Length: {len(answer.body)}", "Connection: close"]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + answer.body


class BoundedProtocol(asyncio.Protocol):
    """What the protocols of both parsers share. Attributes that are only declared are uvicorn's.

    ``in_head`` and ``in_body`` tell whether a head or a body was received in part.
    """

    refuse_with: Refuse
    connection: Connection
    table: Connections
    in_head = False
    in_body = False
    deferred: HeadFault | None = None  # told once the earlier requests of the connection are answered

    transport: Any  # asyncio.Transport, None before it is there
    client: tuple[str, int] | None
    headers: Any
    cycle: Any  # of the newest request
    flow: Any
    pipeline: Any = ()  # requests that wait for those before them to be answered

    def bind(self, connection: Connection, table: Connections) -> None:
        """Become the protocol of *connection*, one of *table*."""
        self.connection = connection
        self.table = table

    def opened(self) -> None:
        """Begin to wait for the first octet."""
        if self.client is not None:
            self.client = (plain_address(self.client[0]), self.client[1])
        self.connection.abort = self.transport.abort
        self.connection.is_closing = self.transport.is_closing
        self.connection.expire = self.expire
        self.connection.enter(Phase.OPENING, self.connection.limits.first_octet_s)

    def accepts_data(self) -> bool:
        """Whether received octets are to be read. The time for a head begins with its first octet."""
        if self.connection.is_over or self.transport.is_closing() or self.deferred is not None:
            return False
        if self.connection.phase in (Phase.OPENING, Phase.IDLE):
            self.connection.enter(Phase.HEAD, self.connection.limits.head_s)
        return True

    def settle(self) -> None:
        """Enter the phase that follows from what has been received and answered."""
        connection, limits = self.connection, self.connection.limits
        if self.in_body and not self.pipeline:
            phase, seconds = Phase.BODY, limits.body_s
        elif self.is_answering():
            if connection.phase is not Phase.DELAYED:
                connection.enter(Phase.ANSWERING)
            return
        elif self.in_head:
            phase, seconds = Phase.HEAD, limits.head_s
        else:
            phase, seconds = Phase.IDLE, limits.keep_alive_s
        if connection.phase is not phase:
            connection.enter(phase, seconds)

    def is_answering(self) -> bool:
        """Whether a request is being answered."""
        return self.cycle is not None and not self.cycle.response_complete

    def expire(self) -> None:
        """Handle a phase that has taken too long."""
        phase = self.connection.phase
        if phase is Phase.HEAD:
            self.refuse(heads.LATE_HEAD)
        elif phase is Phase.BODY and self.flow.read_paused:  # it is the application that has not read on
            self.connection.enter(Phase.BODY, self.connection.limits.body_s)
        elif phase is Phase.BODY:
            self.refuse(heads.LATE_BODY)
        elif phase is Phase.ANSWERING:
            self.transport.abort()
        else:
            self.transport.close()

    def refuse(self, fault: HeadFault) -> None:
        """Refuse the request being received with *fault*, after earlier answers, and close the connection."""
        if self.transport.is_closing() or self.deferred is not None:
            return
        if self.in_body and not self.pipeline:
            if self.cycle.response_started:
                self.transport.close()
                return
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        elif self.is_answering():
            if self.in_body:
                self.pipeline.popleft()  # the newest; its body is what is at fault
            self.deferred = fault
            self.flow.pause_reading()
            return
        self._answer(fault)

    def tell_deferred(self) -> bool:
        """Answer with the deferred fault, if any; gives whether there was one."""
        if self.deferred is None:
            return False
        if not self.transport.is_closing():
            self._answer(self.deferred)
        return True

    def writing_paused(self) -> None:
        """The caller does not read its answer."""
        if self.connection.phase is Phase.ANSWERING:
            self.connection.enter(Phase.ANSWERING, self.connection.limits.send_s)

    def writing_resumed(self) -> None:
        """The caller has read part of its answer."""
        if self.connection.phase is Phase.ANSWERING:
            self.connection.enter(Phase.ANSWERING)

    def known_headers(self) -> list[tuple[bytes, bytes]]:
        """The header lines of the faulty request, as far as they are known."""
        return list(self.headers or ())

    def _answer(self, fault: HeadFault) -> None:
        broken = Broken(
            fault,
            client=self.client[0] if self.client else "",
            secure=self.transport.get_extra_info("sslcontext") is not None,
            headers=tuple(
                (name.decode("latin-1"), value.decode("latin-1")) for name, value in self.known_headers()
            ),
        )
        self.transport.write(raw(self.refuse_with(broken)))
        self.transport.close()


def with_h11(refuse: Refuse) -> type[BoundedProtocol]:
    """The protocol of h11, a parser in Python."""

    class Parser(h11.Connection):
        """h11 with the limits of this server; ``fault`` is the reason of a refusal, if it is a known one."""

        fault: HeadFault | None = None
        in_body = False

        def next_event(self) -> Any:
            try:
                event = super().next_event()
            except h11.RemoteProtocolError as error:
                self.fault = heads.TOO_LARGE if error.error_status_hint == 431 else None
                raise
            if isinstance(event, h11.Request):
                lines = list(event.headers)
                self.fault = heads.size_fault(event.target, lines)
                if not event.target.isascii():
                    self.fault = heads.NO_HTTP
                self.fault = self.fault or heads.host_fault(event.http_version.decode("ascii"), lines)
                if self.fault is not None:
                    raise h11.RemoteProtocolError(self.fault.why)
                self.in_body = True
            elif isinstance(event, h11.EndOfMessage):
                self.fault = heads.size_fault(b"", list(event.headers))  # of the trailer lines
                if self.fault is not None:
                    raise h11.RemoteProtocolError(self.fault.why)
                self.in_body = False
            return event

    class BoundedH11Protocol(BoundedProtocol, H11Protocol):
        refuse_with = staticmethod(refuse)

        def __init__(self, *arguments: Any, **named: Any) -> None:
            super().__init__(*arguments, **named)
            self.conn = self.parser = Parser(h11.SERVER, heads.MAX_HEAD_OCTETS)

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's
            if self.connection.is_over:  # given up in the meantime
                transport.abort()
                return
            super().connection_made(transport)
            self.opened()

        def connection_lost(self, exc: Exception | None) -> None:
            self.table.remove(self.connection)
            if self.transport is not None:
                super().connection_lost(exc)

        def data_received(self, data: bytes) -> None:
            if not self.accepts_data():
                return
            super().data_received(data)
            self._settle()

        def handle_events(self) -> None:
            before = self.scope
            super().handle_events()
            if self.scope is not before:
                self.scope["extensions"] = _extensions(self)

        def on_response_complete(self) -> None:
            super().on_response_complete()
            if not self.tell_deferred():
                self._settle()

        def pause_writing(self) -> None:
            super().pause_writing()
            self.writing_paused()

        def resume_writing(self) -> None:
            super().resume_writing()
            self.writing_resumed()

        def send_400_response(self, msg: str) -> None:
            self.in_body = self.parser.in_body
            self.refuse(self.parser.fault or heads.NO_HTTP)

        def known_headers(self) -> list[tuple[bytes, bytes]]:
            return super().known_headers() if self.in_body else []

        def _settle(self) -> None:
            self.in_body = self.parser.in_body
            self.in_head = self.conn.their_state is h11.IDLE and bool(self.conn.trailing_data[0])
            if not self.transport.is_closing():
                self.settle()

    return BoundedH11Protocol


def with_httptools(refuse: Refuse) -> type[BoundedProtocol]:
    """The protocol of httptools, a parser in C without limits of its own. Raises ImportError without it."""
    import httptools
    from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

    class BoundedHttpToolsProtocol(BoundedProtocol, HttpToolsProtocol):
        refuse_with = staticmethod(refuse)

        _octets = 0  # of the head, or of the trailer lines, as far as the parser told of them
        _lines = 0
        _untold = 0  # octets since the parser told of anything: what it keeps of an unfinished line
        _fault: HeadFault | None = None

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's
            if self.connection.is_over:  # given up in the meantime
                transport.abort()
                return
            super().connection_made(transport)
            self.opened()

        def connection_lost(self, exc: Exception | None) -> None:
            self.table.remove(self.connection)
            if self.transport is not None:
                super().connection_lost(exc)

        def data_received(self, data: bytes) -> None:
            if not self.accepts_data():
                return
            self._untold += len(data)
            super().data_received(data)
            if self._untold > heads.MAX_HEAD_OCTETS:
                self.refuse(heads.TOO_LARGE)

        def on_message_begin(self) -> None:
            if len(self.pipeline) >= heads.MAX_PIPELINED:
                self._stop(heads.TOO_MANY_PIPELINED)
            super().on_message_begin()
            self.in_head = True
            self._octets = self._lines = self._untold = 0

        def on_url(self, url: bytes) -> None:
            self._count(len(url))
            super().on_url(url)

        def on_header(self, name: bytes, value: bytes) -> None:
            self._lines += 1
            if self._lines > heads.MAX_HEADER_LINES:
                self._stop(heads.TOO_MANY_LINES)
            self._count(len(name) + len(value) + heads.LINE_OCTETS)
            if self.in_head:  # trailer lines are no headers: RFC 9110 §6.5.1
                super().on_header(name, value.strip(b" \t"))  # RFC 9110 §5.5

        def on_headers_complete(self) -> None:
            fault = heads.host_fault(self.parser.get_http_version(), self.headers)
            if fault is not None:
                self._stop(fault)
            super().on_headers_complete()
            self.scope["extensions"] = _extensions(self)
            self.in_head, self.in_body = False, True
            self._octets = self._lines = self._untold = 0
            self.settle()

        def on_body(self, body: bytes) -> None:
            self._untold = 0
            super().on_body(body)

        def on_message_complete(self) -> None:
            super().on_message_complete()
            self.in_body, self._untold = False, 0
            self.settle()

        def on_response_complete(self) -> None:
            is_last = not self.pipeline
            super().on_response_complete()
            if self.transport.is_closing() or (is_last and self.tell_deferred()):
                return
            self.settle()

        def pause_writing(self) -> None:
            super().pause_writing()
            self.writing_paused()

        def resume_writing(self) -> None:
            super().resume_writing()
            self.writing_resumed()

        def send_400_response(self, msg: str) -> None:
            self.refuse(self._fault or heads.NO_HTTP)

        def _count(self, octets: int) -> None:
            self._untold = 0
            self._octets += octets
            if self._octets > heads.MAX_HEAD_OCTETS:
                self._stop(heads.TOO_LARGE)

        def _stop(self, fault: HeadFault) -> None:
            """Stop the parser: its error makes uvicorn call ``send_400_response``."""
            self._fault = fault
            raise httptools.HttpParserError(fault.why)

    return BoundedHttpToolsProtocol


def _extensions(protocol: BoundedProtocol) -> dict[str, dict[object, object]]:
    """The ASGI extensions of a request: what the application may ask of its connection."""
    transport = protocol.transport
    return {
        CUT: {"close": transport.abort},
        LEFT: {"check": transport.is_closing},
        DELAY: {"begin": partial(protocol.connection.enter, Phase.DELAYED)},
    }


def best(refuse: Refuse) -> type[BoundedProtocol]:
    """The protocol of httptools if it is installed, else of h11."""
    try:
        return with_httptools(refuse)
    except ImportError:
        return with_h11(refuse)
