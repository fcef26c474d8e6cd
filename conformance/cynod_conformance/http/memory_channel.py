"""A connection in memory: a client's thread at one end, the protocol object of a server at the other."""

from __future__ import annotations

import asyncio
import io
import queue
import time
from collections.abc import Callable
from typing import IO, Any

Connections = Callable[[], "asyncio.Protocol | None"]
"""Makes the protocol of one more connection, in the server's loop; None when the server takes no more."""

_CLIENT, _SERVER = ("127.0.0.1", 40000), ("127.0.0.1", 80)  # what both ends are told of each other
_END = b""  # in the queue of octets: nothing more is received
_LOOK_S = 0.001  # between two looks for octets


class MemoryChannel:
    """The client's end of a connection in memory."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._timeout: float | None = None
        self.received: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self.is_open = True
        self._transport: _MemoryTransport | None = None

    @classmethod
    def open(cls, loop: asyncio.AbstractEventLoop, connections: Connections) -> MemoryChannel:
        """A new connection. Raises ConnectionRefusedError when the server takes no more."""
        channel = cls(loop)

        async def opened() -> bool:
            protocol = connections()
            if protocol is None:
                return False
            channel._transport = _MemoryTransport(loop, protocol, channel)
            protocol.connection_made(channel._transport)
            return True

        if not asyncio.run_coroutine_threadsafe(opened(), loop).result():
            raise ConnectionRefusedError
        return channel

    def sendall(self, octets: bytes | bytearray | memoryview, /) -> None:
        """Send *octets*. Raises BrokenPipeError once either end has hung up."""
        if not self.is_open or self._transport is None:
            raise BrokenPipeError
        self._loop.call_soon_threadsafe(self._transport.receive, bytes(octets))

    def makefile(self, mode: str, /) -> IO[bytes]:
        """What is received, as a file."""
        return io.BufferedReader(_Received(self))

    def settimeout(self, seconds: float | None, /) -> None:
        """Bound the wait for the next octets."""
        self._timeout = seconds

    def next_octets(self) -> bytes:
        """What was received next; empty at the end. Raises TimeoutError."""
        try:
            octets = self.received.get(timeout=self._timeout)
        except queue.Empty:
            raise TimeoutError from None
        if octets == _END:
            self.is_open = False
            self.received.put(_END)
        return octets

    def wait_for_octets(self, most_s: float) -> None:
        """Return once octets were received, after *most_s* seconds at the latest."""
        end = time.monotonic() + most_s
        while self.received.empty() and time.monotonic() < end:
            time.sleep(_LOOK_S)

    def close(self) -> None:
        """Hang up, and wake up whoever reads."""
        self.is_open = False
        self.received.put(_END)
        if self._transport is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._transport.lose)


class _Received(io.RawIOBase):
    """The octets that a channel receives."""

    def __init__(self, channel: MemoryChannel) -> None:
        self._channel = channel
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        octets = self._rest or self._channel.next_octets()
        size = min(len(buffer), len(octets))
        buffer[:size], self._rest = octets[:size], octets[size:]
        return size


class _MemoryTransport(asyncio.Transport):
    """The server's end; all but its constructor is called in the server's loop."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, protocol: asyncio.BaseProtocol, channel: MemoryChannel
    ) -> None:
        super().__init__({"peername": _CLIENT, "sockname": _SERVER})
        self._loop, self._protocol, self._channel = loop, protocol, channel
        self._closing = self._paused = False
        self._waiting: list[bytes] = []  # received while reading was paused

    def receive(self, octets: bytes) -> None:
        """The client has sent *octets*."""
        if self._closing or not isinstance(self._protocol, asyncio.Protocol):
            return
        if self._paused:
            self._waiting.append(octets)
        else:
            self._protocol.data_received(octets)

    def lose(self) -> None:
        """The client has hung up."""
        if not self._closing:
            self._end()

    def write(self, data: bytes | bytearray | memoryview[Any]) -> None:
        if not self._closing and data:
            self._channel.received.put(bytes(data))

    def close(self) -> None:
        if not self._closing:
            self._channel.received.put(_END)
            self._end()

    abort = close

    def _end(self) -> None:
        self._closing = True
        self._loop.call_soon(self._protocol.connection_lost, None)

    def is_closing(self) -> bool:
        return self._closing

    def pause_reading(self) -> None:
        self._paused = True

    def resume_reading(self) -> None:
        self._paused = False
        waiting, self._waiting = self._waiting, []
        for octets in waiting:
            self._loop.call_soon(self.receive, octets)

    def is_reading(self) -> bool:
        return not self._paused and not self._closing

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        self._protocol = protocol

    def get_protocol(self) -> asyncio.BaseProtocol:
        return self._protocol

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """Nothing is buffered here."""

    def get_write_buffer_size(self) -> int:
        return 0

    def can_write_eof(self) -> bool:
        return False
