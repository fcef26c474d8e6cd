"""Hypercorn, bent so that the HTTP layer's own answers also keep the contract."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import Callable

import h11
import hypercorn.protocol
from hypercorn.asyncio import serve
from hypercorn.config import Config, Sockets
from hypercorn.events import Closed, Event, RawData
from hypercorn.protocol.events import Request as RequestEvent
from hypercorn.protocol.h11 import STREAM_ID, H11Protocol
from hypercorn.protocol.http_stream import HTTPStream

from .app import Application
from .messages import Request, refused
from .refusal import Refusal


class Settings(Config):
    """No banner, and headers left to the application; room for long heads, refused by the application."""

    application: Application
    include_server_header = False
    keep_alive_timeout = 6.0
    keep_alive_max_requests = 10**9
    h11_max_incomplete_size = 262_144
    h11_pass_raw_headers = False
    backlog = 1024
    graceful_timeout = 2.0
    accesslog = None
    loglevel = "WARNING"

    def response_headers(self, protocol: str) -> list[tuple[bytes, bytes]]:
        """Add nothing: the application writes every header."""
        return []


class ContractProtocol(H11Protocol):
    """HTTP/1.1 alone: no upgrade, methods as they are written, malformed HTTP refused in the envelope."""

    async def handle(self, event: Event) -> None:
        """Skip empty lines before a request; answer one already read when its caller has half-closed."""
        if isinstance(event, Closed) and isinstance(self.connection, h11.Connection):
            for _ in range(200):
                if self.stream is None or self.connection.their_state is not h11.DONE:
                    break
                await asyncio.sleep(0.01)
        if isinstance(event, RawData) and self._is_idle():
            event = RawData(event.data.lstrip(b"\r\n"))  # RFC 9112 section 2.2
            if not event.data:
                return
        await super().handle(event)
        if isinstance(event, Closed):
            await self.send(event)

    def _is_idle(self) -> bool:
        """Whether nothing of a next request has come yet."""
        connection = self.connection
        if not isinstance(connection, h11.Connection):
            return False
        return connection.their_state is h11.IDLE and not connection.trailing_data[0]

    async def _create_stream(self, request: h11.Request) -> None:
        """Make every request a plain HTTP one."""
        self.stream = HTTPStream(
            self.app,
            self.config,
            self.context,
            self.task_group,
            self.ssl,
            self.client,
            self.server,
            self.stream_send,
            STREAM_ID,
        )
        await self.stream.handle(
            RequestEvent(
                stream_id=STREAM_ID,
                headers=list(request.headers),
                http_version=request.http_version.decode(),
                method=request.method.decode("ascii"),
                raw_path=request.target,
                state=self.connection_state,
            )
        )
        self.keep_alive_requests += 1
        await self.context.mark_request()

    async def _check_protocol(self, event: h11.Request) -> None:
        """Ignore upgrades to HTTP/2."""

    async def _send_error_response(self, status_code: int) -> None:
        """Refuse malformed HTTP with 400 and the code of an invalid request, then close."""
        if not isinstance(self.config, Settings):
            raise TypeError("unknown settings")
        request = Request("GET", b"/", b"", [], "")
        answer = refused(self.config.application.contract, Refusal("1000"), request)
        headers = [*answer.wire_headers(request.request_id), (b"coNNection", b"close")]
        await self._send_h11_event(h11.Response(status_code=answer.status, headers=headers))
        await self._send_h11_event(h11.Data(data=answer.wire_body()))
        await self._send_h11_event(h11.EndOfMessage())


async def run(application: Application, listener: socket.socket, ready: Callable[[], None]) -> None:
    """Serve until SIGTERM; call `ready` once a request has been answered."""
    hypercorn.protocol.H11Protocol = ContractProtocol  # type: ignore[misc]  # no setting of hypercorn does it
    settings = Settings()
    settings.application = application
    settings.create_sockets = lambda: Sockets([], [listener], [])  # type: ignore[method-assign]  # likewise
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    serving = serve(application, settings, shutdown_trigger=stop.wait)  # type: ignore[arg-type]  # typed for frameworks
    server = asyncio.create_task(serving)
    await _answered(listener.getsockname()[1], server)
    if not server.done():
        ready()
    await server


async def _answered(port: int, server: asyncio.Task[None]) -> None:
    """Wait for the first answer."""
    while not server.done():
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"GET /sante HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
            line = await asyncio.wait_for(reader.read(12), 2)
            writer.close()
            if line == b"HTTP/1.1 200":
                return
        except (TimeoutError, OSError):
            pass
        await asyncio.sleep(0.05)
