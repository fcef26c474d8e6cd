"""The suite's own receiver of webhooks: a small HTTP/1.1 server in a thread.

Its address may be public: whatever arrives, it neither crashes nor keeps much. Heads, bodies, connections,
times and what is kept in all are bounded, and what nobody watches for is answered and forgotten.
"""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

import h11

from cynod_conformance.webhooks.connections import Connection, Connections, Phase
from cynod_conformance.webhooks.watch import Delivery, Reply, Watch
from cynod_spec.base.errors import UsageError

MAX_HEAD_OCTETS = 16_384  # and of a chunk's head
MAX_BODY_OCTETS = 256 * 1024
MAX_KEPT_OCTETS = 32 * 1024 * 1024  # of all deliveries that are kept
MAX_CONNECTIONS = 128  # for a moment, while newcomers are read, twice as many
HEAD_TIMEOUT_S = 5.0  # from the connection to the end of the head
REQUEST_TIMEOUT_S = 10.0  # from the connection to the end of the body
UNANSWERED_S = 30.0  # for which no answer is given, where none shall be
LINGER_S = 1.0  # for which the rest of a request is read after the answer
_BACKLOG = 1024  # connections that the system may hold until they are accepted
_CHUNK_OCTETS = 16_384


class TooLargeError(Exception):
    """A body over ``MAX_BODY_OCTETS``."""


class Receiver:
    """Keeps what arrives for those who watch; answers 204 to everything else."""

    def __init__(self, listener: socket.socket) -> None:
        self._listener = listener
        self._changed = threading.Condition()
        self._watches: list[Watch] = []
        self._kept = 0  # octets
        self._connections = Connections(MAX_CONNECTIONS)

    @property
    def url(self) -> str:
        """Its address, when nothing stands in between."""
        host, port = self._listener.getsockname()[:2]
        return f"http://{f'[{host}]' if ':' in host else host}:{port}/webhook"

    def watch(self, key: str, replies: Sequence[Reply] = (), then: Reply | None = None) -> Watch:
        """Watch for deliveries that hold *key*; the latest watch for a key counts."""
        made = Watch(key, replies, then or Reply(), self._changed)
        with self._changed:
            self._watches.insert(0, made)
        return made

    def arrived(self, delivery: Delivery) -> Reply:
        """Hand a delivery to who watches for it: first by its path, then by its body."""
        with self._changed:
            by_path = (watch for watch in self._watches if watch.key in delivery.path)
            by_body = (watch for watch in self._watches if f'"{watch.key}"'.encode() in delivery.body)
            found = next(by_path, None) or next(by_body, None)
            if found is not None:
                fits = self._kept + delivery.size <= MAX_KEPT_OCTETS
                self._kept += delivery.size if found.add(delivery, keep=fits) else 0
                self._changed.notify_all()
        return delivery.reply

    async def serve(self, stopped: threading.Event) -> None:
        """Answer until *stopped*."""
        server = await asyncio.start_server(
            self._connected, sock=self._listener, limit=_CHUNK_OCTETS, backlog=_BACKLOG
        )
        await asyncio.to_thread(stopped.wait)
        server.close()
        await self._connections.end_all()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = self._connections.admit(writer)
        try:
            await self._answer(reader, connection)
        except (OSError, h11.ProtocolError):  # TimeoutError too
            pass  # whoever sends no HTTP, or not in time, gets no answer
        finally:
            self._connections.leave(connection)

    async def _answer(self, reader: asyncio.StreamReader, connection: Connection) -> None:
        http = h11.Connection(h11.SERVER, MAX_HEAD_OCTETS)
        try:
            delivery = await _delivery(http, reader, connection.writer)
        except TooLargeError:
            await _send(http, reader, connection, Reply(413))
            return
        reply = self.arrived(delivery)
        if not reply.status:
            connection.phase = Phase.UNANSWERED
            await _read_away(reader, UNANSWERED_S)  # until the sender leaves
            return
        delivery.answered = time.monotonic()
        await _send(http, reader, connection, reply)


async def _delivery(
    http: h11.Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> Delivery:
    """The request that arrives. Raises TooLargeError, TimeoutError, OSError and h11.ProtocolError."""
    request: h11.Request | None = None
    body = bytearray()
    began = asyncio.get_running_loop().time()
    async with asyncio.timeout(HEAD_TIMEOUT_S) as limit:
        while True:
            event = http.next_event()
            if event is h11.NEED_DATA:
                if http.they_are_waiting_for_100_continue:
                    interim = h11.InformationalResponse(status_code=100, headers=[])
                    writer.write(http.send(interim) or b"")
                http.receive_data(await reader.read(_CHUNK_OCTETS))
            elif isinstance(event, h11.Request):
                request = event
                limit.reschedule(began + REQUEST_TIMEOUT_S)
                if _announced(request) > MAX_BODY_OCTETS:
                    raise TooLargeError
            elif isinstance(event, h11.Data):
                body += event.data
                if len(body) > MAX_BODY_OCTETS:
                    raise TooLargeError
            elif isinstance(event, h11.EndOfMessage) and request is not None:
                return _as_delivery(request, bytes(body))
            else:
                raise ConnectionResetError


def _announced(request: h11.Request) -> int:
    """The octets that its body will have, as far as it says."""
    return next((int(value) for name, value in request.headers if name == b"content-length"), 0)


def _as_delivery(request: h11.Request, body: bytes) -> Delivery:
    method, path = request.method.decode("latin-1"), request.target.decode("latin-1")
    headers = tuple((n.decode("latin-1"), v.decode("latin-1")) for n, v in request.headers)
    return Delivery(method, path, headers, body)


async def _send(
    http: h11.Connection, reader: asyncio.StreamReader, connection: Connection, reply: Reply
) -> None:
    """Answer with *reply* and let the sender read it: what it still sends is read away for a while."""
    headers = [("Content-Length", "0"), ("Connection", "close")]
    if reply.status == 204:
        headers.pop(0)
    if reply.location:
        headers.append(("Location", reply.location))
    for event in (h11.Response(status_code=reply.status, headers=headers), h11.EndOfMessage()):
        connection.writer.write(http.send(event) or b"")
    connection.writer.write_eof()
    connection.phase = Phase.ANSWERED
    await _read_away(reader, LINGER_S)


async def _read_away(reader: asyncio.StreamReader, seconds: float) -> None:
    """Read, and forget, what comes until the sender leaves, for so many *seconds* at most."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while await reader.read(_CHUNK_OCTETS):
                pass


@contextmanager
def receiving(listen: str) -> Iterator[Receiver]:
    """A receiver that answers at *listen* (HOST:PORT, 0 for any free port). Raises UsageError."""
    host, _, port = listen.rpartition(":")
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.create_server((host.strip("[]"), int(port)), family=family)
    except (OSError, ValueError, OverflowError) as error:
        why = getattr(error, "strerror", None) or error
        raise UsageError(f"[webhook] cannot listen at {listen!r}: {why}", 'listen = "127.0.0.1:0"') from None
    receiver, stopped = Receiver(listener), threading.Event()
    thread = threading.Thread(
        target=lambda: asyncio.run(receiver.serve(stopped)), name="receiver", daemon=True
    )
    thread.start()
    try:
        yield receiver
    finally:
        stopped.set()
        thread.join()
        listener.close()
