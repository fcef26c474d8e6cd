"""Endpoints that take a webhook and never answer it whole, each in its own way."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

HANGS, DRIPS, INTERIM, ENDLESS = STALLS = ("hangs", "drips", "interim", "endless")
_DRIP_S = 0.05


class Stalling:
    """A server on a free port: ``open`` connections of each path now, and the most there were at once."""

    def __init__(self, way: str) -> None:
        self.way = way
        self.requests = 0
        self.open: dict[str, int] = {}
        self.most: dict[str, int] = {}
        self.port = 0

    def url(self, path: str = "") -> str:
        """Where it takes webhooks."""
        return f"http://127.0.0.1:{self.port}/{path}"

    async def serve(self, stopped: threading.Event, ready: threading.Event) -> None:
        """Stall until *stopped*; *ready* is set once it listens."""
        server = await asyncio.start_server(self._stall, "127.0.0.1", 0, backlog=1024)
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        await asyncio.to_thread(stopped.wait)
        server.close()

    async def _stall(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        path = ""
        try:
            path = (await reader.readline()).split(b" ")[1].decode()[1:]
            self.requests += 1
            self.open[path] = self.open.get(path, 0) + 1
            self.most[path] = max(self.most.get(path, 0), self.open[path])
            with suppress(OSError):
                await asyncio.gather(self._answer(writer), _until_left(reader, writer))
        except (OSError, IndexError, asyncio.CancelledError):
            return  # nobody waits for it
        finally:
            if path in self.open:
                self.open[path] -= 1
            writer.close()

    async def _answer(self, writer: asyncio.StreamWriter) -> None:
        if self.way == HANGS:
            return
        head = b"HTTP/1.1 100 Continue\r\n\r\n" if self.way == INTERIM else b"HTTP/1.1 204 No Content\r\nX: "
        sent = head if self.way in (INTERIM, ENDLESS) else b""
        drip = b"" if self.way == DRIPS else head if self.way == INTERIM else b"x" * 1000
        for octet in head * 100:
            writer.write(sent + (drip or bytes([octet])))
            sent = b""
            await writer.drain()
            await asyncio.sleep(_DRIP_S)


async def _until_left(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while await reader.read(4096):
        pass
    writer.close()


@contextmanager
def stalling(way: str = HANGS) -> Iterator[Stalling]:
    """An endpoint that stalls in this *way*, while inside."""
    made, stopped, ready = Stalling(way), threading.Event(), threading.Event()
    thread = threading.Thread(target=lambda: asyncio.run(made.serve(stopped, ready)), daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield made
    finally:
        stopped.set()
        thread.join(10)
