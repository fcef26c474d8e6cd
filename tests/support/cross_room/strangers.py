"""Strangers who connect to a server and send little or nothing, many at once; raw octets over a socket."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import TypeVar

T = TypeVar("T")

HOST = "127.0.0.1"
ELSEWHERE = "127.0.0.2"  # another address of this machine, as Linux has it

Pieces = Iterable[tuple[float, bytes]]
"""Octets, each after a pause in seconds."""


def connect(port: int, source: str = HOST, patience: float = 20.0) -> socket.socket:
    """A connection to *port* from the address *source*; reads wait *patience* seconds."""
    return socket.create_connection((HOST, port), patience, (source, 0))


@contextmanager
def strangers(
    port: int, count: int, first: bytes = b"", source: str = ELSEWHERE
) -> Iterator[list[socket.socket]]:
    """*count* connections that have sent *first* and nothing else, while the block runs."""
    with ExitStack() as stack:
        opened = []
        for _ in range(count):
            connection = stack.enter_context(connect(port, source))
            with suppress(ConnectionError):  # the server may have hung up by then
                connection.sendall(first)
            opened.append(connection)
        yield opened


def rest(connection: socket.socket) -> bytes:
    """Everything that arrives until the other side hangs up."""
    received = b""
    with suppress(ConnectionError):
        while block := connection.recv(65536):
            received += block
    return received


def exchange(port: int, *octets: bytes) -> bytes:
    """What the server answers to *octets*, sent one piece after the other, until it hangs up."""
    with connect(port) as connection:
        with suppress(ConnectionError):
            for piece in octets:
                connection.sendall(piece)
        return rest(connection)


def soon(seconds: float, ask: Callable[[], T]) -> T:
    """What *ask* gives, in less than *seconds* one time in three: a busy machine may be slow by itself."""
    taken = []
    for _ in range(3):
        began = time.perf_counter()
        found = ask()
        taken.append(time.perf_counter() - began)
        if taken[-1] < seconds:
            return found
    raise AssertionError(f"it took {taken} seconds")


def drip(port: int, pieces: Pieces) -> tuple[bytes, float]:
    """Send *pieces* until the server hangs up; what it answered, and the seconds that this took."""
    began, received = time.monotonic(), b""
    with connect(port) as connection:
        for pause, piece in pieces:
            connection.settimeout(max(pause, 0.001))
            try:
                block = connection.recv(65536)
            except TimeoutError:
                with suppress(ConnectionError):
                    connection.sendall(piece)
                continue
            except ConnectionError:
                return received, time.monotonic() - began
            if not block:
                return received, time.monotonic() - began
            received += block
    raise AssertionError(f"still connected after {time.monotonic() - began:.1f} s: {received!r}")
