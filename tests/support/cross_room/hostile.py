"""Targets that hang, lie, drip and shout: a proxy before a correct server that turns on its callers.

The first requests pass, so that the suite believes in its target; then each answer is the behaviour's.
"""

from __future__ import annotations

import socket
import struct
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import urlsplit

PASSED = 12  # requests that are answered by the server behind
_HEAD = b"\r\n\r\n"
_BLOCK = b" " * 65536


@dataclass
class Hostile:
    """The proxy, and what it saw: ``strayed`` are requests that ought never to have been sent."""

    url: str = ""
    lines: list[str] = field(default_factory=list)  # of the requests that came
    strayed: list[bytes] = field(default_factory=list)
    elsewhere: str = ""

    @property
    def requests(self) -> int:
        """How many came."""
        return len(self.lines)


Behaviour = Callable[[socket.socket, bytes, Hostile], None]
BEHAVIOURS: dict[str, Behaviour] = {}


def behaviour(function: Behaviour) -> Behaviour:
    """Declare a way to answer a request."""
    BEHAVIOURS[function.__name__] = function
    return function


@behaviour
def hangs(channel: socket.socket, request: bytes, seen: Hostile) -> None:
    """Nothing comes, and the connection stays."""
    with suppress(OSError):
        channel.settimeout(60)
        channel.recv(1)


@behaviour
def drips_its_head(channel: socket.socket, request: bytes, seen: Hostile) -> None:
    """An octet now and then, so that no time-out between octets ends it."""
    _drip(channel, b"HTTP/1.1 200 OK\r\n" + b"X-Slow: 1\r\n" * 1000)


@behaviour
def drips_its_body(channel: socket.socket, request: bytes, seen: Hostile) -> None:
    """The same, in a body without a length."""
    channel.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n")
    _drip(channel, b"[" + b" " * 10_000)


@behaviour
def resets(channel: socket.socket, request: bytes, seen: Hostile) -> None:
    """The connection is reset."""
    channel.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@behaviour
def stops_in_the_middle(channel: socket.socket, request: bytes, seen: Hostile) -> None:
    """Half a body."""
    channel.sendall(b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{"a":')


@behaviour
def never_ends(channel: socket.socket, request: bytes, seen: Hostile) -> None:
    """A body that goes on and on."""
    channel.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n[")
    _flood(channel, 1 << 40)


@behaviour
def sends_a_hundred_megabytes(channel: socket.socket, request: bytes, seen: Hostile) -> None:
    """JSON, as long as it says."""
    channel.sendall(
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 104857602\r\n\r\n["
    )
    _flood(channel, 104_857_600)
    channel.sendall(b"]")


@behaviour
def sends_a_gzip_bomb(channel: socket.socket, request: bytes, seen: Hostile) -> None:
    """A few octets that become gigabytes."""
    _answer(channel, _bomb(), "Content-Encoding: gzip")


@behaviour
def nests_deeply(channel: socket.socket, request: bytes, seen: Hostile) -> None:
    """JSON of 10,000 levels."""
    _answer(channel, b"[" * 10_000 + b"]" * 10_000)


@behaviour
def redirects(channel: socket.socket, request: bytes, seen: Hostile) -> None:
    """To another host, which notes what comes."""
    _answer(channel, b"{}", f"Location: {seen.elsewhere}/steal", status="307 Temporary Redirect")


@behaviour
def speaks_no_http(channel: socket.socket, request: bytes, seen: Hostile) -> None:
    """Octets of another protocol."""
    channel.sendall(b"SSH-2.0-OpenSSH_9.2\r\n\x00\xff\xfe" * 10)


@behaviour
def has_a_wrong_length(channel: socket.socket, request: bytes, seen: Hostile) -> None:
    """A length that is no number."""
    channel.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: many\r\nContent-Length: 2\r\n\r\n{}")


@behaviour
def has_wrong_chunks(channel: socket.socket, request: bytes, seen: Hostile) -> None:
    """A chunk size that is no number."""
    channel.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n")


@behaviour
def has_a_thousand_headers(channel: socket.socket, request: bytes, seen: Hostile) -> None:
    """More header lines than any client reads."""
    lines = b"".join(b"X-%d: y\r\n" % number for number in range(1000))
    channel.sendall(b"HTTP/1.1 200 OK\r\n" + lines + b"Content-Length: 2\r\n\r\n{}")


@behaviour
def sends_invalid_utf8(channel: socket.socket, request: bytes, seen: Hostile) -> None:
    """Octets that are no UTF-8, in the head and in the body."""
    _answer(channel, b'{"code": "\xff\xfe\xc3\x28"}', "X-Odd: \xff\xfe")


@behaviour
def sets_cookies(channel: socket.socket, request: bytes, seen: Hostile) -> None:
    """Cookies, which nobody may send back."""
    if b"\r\ncookie:" in request.lower():
        seen.strayed.append(request)
    _answer(channel, b"{}", "Set-Cookie: session=stolen; Path=/")


@behaviour
def throttles_everything(channel: socket.socket, request: bytes, seen: Hostile) -> None:
    """429 again and again."""
    _answer(channel, b"{}", "Retry-After: 1", status="429 Too Many Requests")


@behaviour
def echoes_the_request(channel: socket.socket, request: bytes, seen: Hostile) -> None:
    """Secrets, tokens and forms come back, in the body and in a header."""
    line = request.partition(_HEAD)[0].replace(b"\r\n", b" ").decode("latin-1")
    _answer(channel, request, f"X-Echo: {line}", status="500 Internal Server Error")


@behaviour
def changes_its_mind(channel: socket.socket, request: bytes, seen: Hostile) -> None:
    """Another status each time."""
    status = (200, 201, 204, 301, 400, 401, 418, 500, 503, 999)[seen.requests % 10]
    _answer(channel, b"null" if status != 204 else b"", status=f"{status} Whatever")


@contextmanager
def hostile(upstream: str, how: Behaviour, passed: float = PASSED) -> Iterator[Hostile]:
    """A proxy before the server at *upstream* that, after *passed* requests, answers as *how* does."""
    seen, stop = Hostile(), threading.Event()
    with _listening() as front, _listening() as other:
        seen.url = f"http://127.0.0.1:{front.getsockname()[1]}{urlsplit(upstream).path}"
        seen.elsewhere = f"http://127.0.0.1:{other.getsockname()[1]}"

        def serve(channel: socket.socket) -> None:
            with channel, suppress(OSError):
                while request := _read(channel):
                    seen.lines.append(request.partition(b"\r\n")[0].decode("latin-1"))
                    if seen.requests > passed:
                        how(channel, request, seen)
                        return
                    _pass(channel, request, upstream)

        def steal(channel: socket.socket) -> None:
            with channel, suppress(OSError):
                seen.strayed.append(_read(channel))

        for listener, take in ((front, serve), (other, steal)):
            threading.Thread(target=_accept, args=(listener, take, stop), daemon=True).start()
        try:
            yield seen
        finally:
            stop.set()


@contextmanager
def _listening() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
        listener.settimeout(0.2)
        yield listener


def _accept(listener: socket.socket, take: Callable[[socket.socket], None], stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            channel, _ = listener.accept()
        except TimeoutError:
            continue
        except OSError:
            return
        channel.settimeout(60)
        threading.Thread(target=take, args=(channel,), daemon=True).start()


def _read(channel: socket.socket) -> bytes:
    """One request, its body by its length; empty at the end of the connection."""
    came = b""
    while _HEAD not in came:
        piece = channel.recv(65536)
        if not piece:
            return b""
        came += piece
    head, _, body = came.partition(_HEAD)
    lines = head.lower().split(b"\r\n")
    length = next((int(line[15:]) for line in lines if line.startswith(b"content-length:")), 0)
    while len(body) < length:
        piece = channel.recv(65536)
        if not piece:
            break
        body += piece
    return head + _HEAD + body


def _pass(channel: socket.socket, request: bytes, upstream: str) -> None:
    """Let the server behind answer, on a connection of its own that it closes."""
    parts = urlsplit(upstream)
    head, _, body = request.partition(_HEAD)
    with socket.create_connection((parts.hostname or "", parts.port or 80), 10) as behind:
        behind.sendall(head + b"\r\nConnection: close" + _HEAD + body)
        while piece := behind.recv(65536):
            channel.sendall(piece)
    channel.shutdown(socket.SHUT_RDWR)


def _answer(channel: socket.socket, body: bytes, *lines: str, status: str = "200 OK") -> None:
    head = [f"HTTP/1.1 {status}", "Content-Type: application/json", f"Content-Length: {len(body)}", *lines]
    channel.sendall("\r\n".join([*head, "", ""]).encode("latin-1") + body)


@cache
def _bomb() -> bytes:
    """A gibibyte of spaces, a megabyte at a time."""
    packer = zlib.compressobj(9, wbits=31)
    pieces = [packer.compress(b" " * (1 << 20)) for _ in range(1 << 10)]
    return b"".join([*pieces, packer.flush()])


def _drip(channel: socket.socket, octets: bytes) -> None:
    for octet in octets:
        channel.sendall(bytes([octet]))
        time.sleep(0.2)  # a drip


def _flood(channel: socket.socket, count: int) -> None:
    while count > 0:
        channel.sendall(_BLOCK[:count])
        count -= len(_BLOCK)
