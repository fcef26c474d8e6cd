"""A transport that opens a connection for each request: octets as they are, and callers that hang up."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.client import HTTPException, HTTPResponse
from typing import Any, cast
from urllib.parse import urlsplit

from cynod_conformance.http.channel import Channel, Connect, cut, wait_for_octets
from cynod_conformance.http.deadlines import DeadlineTimer
from cynod_conformance.http.errors import ConnectionFailed, NotHttp, TimedOut, TlsFailed, TransportError
from cynod_conformance.http.transport import MAX_BODY_BYTES
from cynod_conformance.observe.exchange import Request, Response

_PORTS = {"http": 80, "https": 443}  # RFC 9110 §4.2


def socket_connect(url: str, trust: Callable[[], ssl.SSLContext], timeout_s: float) -> Connect:
    """What connects to the server of *url* within *timeout_s*, over TLS in the context of *trust*."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]

    def connect() -> Channel:
        plain = socket.create_connection((host, port), timeout_s)
        if parts.scheme != "https":
            return plain
        try:
            return trust().wrap_socket(plain, server_hostname=host)
        except BaseException:
            plain.close()
            raise

    return connect


class RawSocketTransport:
    """One connection for each request, opened by *connect*; *whole_s* are the seconds for a whole answer."""

    def __init__(self, connect: Connect, *, whole_s: float, timer: DeadlineTimer | None = None) -> None:
        self._connect, self._whole_s = connect, whole_s
        self._timer = timer or DeadlineTimer()

    def send(self, request: Request) -> Response:
        """See ``Transport``."""
        return self.send_octets(request, octets_of(request))

    def abandon(self, request: Request, after_s: float) -> None:
        """See ``Transport``."""
        with _failures():
            channel = self._connect()
            try:
                channel.sendall(octets_of(request))
                wait_for_octets(channel, after_s)
            finally:
                channel.close()

    def send_octets(self, request: Request, octets: bytes) -> Response:
        """See ``Transport``."""
        begun = time.perf_counter()
        with self._timer.within(self._whole_s) as deadline:
            try:
                with _failures():
                    return self._exchanged(request.method, octets, deadline.hold, begun)
            except TransportError:
                if deadline.expired:
                    raise TimedOut from None
                raise

    def close(self) -> None:
        """See ``Transport``."""
        self._timer.close()

    def _exchanged(
        self, method: str, octets: bytes, hold: Callable[[Callable[[], None]], None], begun: float
    ) -> Response:
        channel = self._connect()
        try:
            hold(partial(cut, channel))
            channel.sendall(octets)
            answer = HTTPResponse(cast("Any", channel), method=method)  # asks for nothing but ``makefile``
            answer.begin()
            body, pairs = answer.read(MAX_BODY_BYTES), tuple(answer.getheaders())
        finally:
            channel.close()
        return Response(answer.status, pairs, body, time.perf_counter() - begun)


def octets_of(request: Request) -> bytes:
    """*request* as it goes over a connection of its own (RFC 9112); a header has a character for each octet.

    The example sends ``DELETE /x`` with the two header lines that such a connection needs:

    >>> octets_of(Request("DELETE", "http://api.example/x"))
    b'DELETE /x HTTP/1.1\\r\\nHost: api.example\\r\\nConnection: close\\r\\n\\r\\n'
    """
    parts = urlsplit(request.url)
    target = request.url.partition("#")[0].removeprefix(f"{parts.scheme}://{parts.netloc}") or "/"
    named = {name.lower() for name, _ in request.headers}
    lines = [f"{request.method} {target} HTTP/1.1", *([] if "host" in named else [f"Host: {parts.netloc}"])]
    lines += [f"{name}: {value}" for name, value in request.headers]
    body = request.body
    if body and "content-length" not in named:
        body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
        lines += [] if "transfer-encoding" in named else ["Transfer-Encoding: chunked"]
    lines += [] if "connection" in named else ["Connection: close"]
    return "\r\n".join([*lines, "", ""]).encode("latin-1", "replace") + body


@contextmanager
def _failures() -> Iterator[None]:
    """Say what goes wrong on the wire in the words of every transport."""
    try:
        yield
    except ssl.SSLError as error:
        raise TlsFailed(error) from error
    except TimeoutError as error:
        raise TimedOut(error) from error
    except OSError as error:
        raise ConnectionFailed(type(error).__name__) from error
    except HTTPException as error:
        raise NotHttp(type(error).__name__) from error
