"""The suite's own receiver of webhooks: a small HTTP/1.1 server in a thread.

Whatever arrives, it neither crashes nor keeps much: heads, bodies, connections and times are bounded, and
what nobody watches for is answered and forgotten.
"""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

import h11

from cynod_conformance.webhooks.watch import Delivery, Reply, Watch
from cynod_spec.errors import UsageError

LARGEST = 256 * 1024  # bytes of a body
LONGEST = 10.0  # seconds in which a request must arrive whole
HANGING = 30.0  # seconds for which no answer is given, where none shall be
CONNECTIONS = 128
CHUNK = 65_536


class TooLargeError(Exception):
    """A body over ``LARGEST``."""


class Receiver:
    """Keeps what arrives for those who watch; answers 204 to everything else."""

    def __init__(self, listener: socket.socket) -> None:
        self._listener = listener
        self._changed = threading.Condition()
        self._watches: list[Watch] = []
        self._open = 0

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
                found.add(delivery)
                self._changed.notify_all()
        return delivery.reply

    async def serve(self, stopped: threading.Event) -> None:
        """Answer until *stopped*."""
        server = await asyncio.start_server(self._connected, sock=self._listener, limit=CHUNK)
        await asyncio.to_thread(stopped.wait)
        server.close()  # and whoever still waits for an answer is dropped with the loop

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open += 1
        try:
            if self._open <= CONNECTIONS:
                await self._answer(reader, writer)
        except (OSError, TimeoutError, h11.ProtocolError, asyncio.IncompleteReadError):
            pass  # whoever sends no HTTP gets no answer
        finally:
            self._open -= 1
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = h11.Connection(h11.SERVER)
        try:
            async with asyncio.timeout(LONGEST):
                delivery = await _delivery(connection, reader, writer)
        except TooLargeError:
            await _send(connection, writer, Reply(413))
            return
        reply = self.arrived(delivery)
        if not reply.status:
            with suppress(TimeoutError):
                async with asyncio.timeout(HANGING):
                    await reader.read()  # until the sender leaves
            return
        delivery.answered = time.monotonic()
        await _send(connection, writer, reply)


async def _delivery(
    connection: h11.Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> Delivery:
    request: h11.Request | None = None
    body = bytearray()
    while True:
        came = connection.next_event()
        if came is h11.NEED_DATA:
            if connection.they_are_waiting_for_100_continue:
                writer.write(connection.send(h11.InformationalResponse(status_code=100, headers=[])) or b"")
            connection.receive_data(await reader.read(CHUNK))
        elif isinstance(came, h11.Request):
            request = came
        elif isinstance(came, h11.Data):
            body += came.data
            if len(body) > LARGEST:
                raise TooLargeError
        elif isinstance(came, h11.EndOfMessage) and request is not None:
            method, path = request.method.decode("latin-1"), request.target.decode("latin-1")
            headers = tuple((n.decode("latin-1"), v.decode("latin-1")) for n, v in request.headers)
            return Delivery(method, path, headers, bytes(body))
        else:
            raise ConnectionResetError


async def _send(connection: h11.Connection, writer: asyncio.StreamWriter, reply: Reply) -> None:
    headers = [("Content-Length", "0"), ("Connection", "close")]
    if reply.status == 204:
        headers.pop(0)
    if reply.location:
        headers.append(("Location", reply.location))
    for event in (h11.Response(status_code=reply.status, headers=headers), h11.EndOfMessage()):
        writer.write(connection.send(event) or b"")
    await writer.drain()


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
