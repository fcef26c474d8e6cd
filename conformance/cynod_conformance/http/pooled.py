"""The transport of a run: HTTP/1.1 connections by urllib3, kept between requests, over TLS or not."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import urllib3
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError, ReadTimeoutError

from cynod_conformance.http import deadlines
from cynod_conformance.http.channel import Connect, cut
from cynod_conformance.http.deadlines import DeadlineTimer
from cynod_conformance.http.errors import (
    ConnectionFailed,
    HeaderRefused,
    TimedOut,
    TlsFailed,
    TransportError,
)
from cynod_conformance.http.raw_socket import RawSocketTransport, socket_connect
from cynod_conformance.http.transport import MAX_BODY_BYTES
from cynod_conformance.observe.exchange import Request, Response

PIECE_BYTES = 65536  # of a body, read at a time
MAX_IDLE_CONNECTIONS = 32  # more are opened when more are needed at once, and closed after use


class PooledTransport:
    """Connections to the server of *url*, each opened at need and used by any thread.

    *trust* makes the context of TLS; *connect_s*, *read_s* (between two octets) and *whole_s* (for a whole
    exchange, the connection included) are in seconds.
    """

    def __init__(
        self,
        url: str,
        *,
        trust: Callable[[], ssl.SSLContext],
        connect_s: float,
        read_s: float,
        whole_s: float,
    ) -> None:
        parts = urlsplit(url)
        self._origin = f"{parts.scheme}://{parts.netloc}"
        self._secure, self._host, self._port = parts.scheme == "https", parts.hostname, parts.port
        self._trust, self._whole_s = trust, whole_s
        self._timeout = urllib3.Timeout(connect=connect_s, read=read_s)
        self._timer = DeadlineTimer()
        connect = self._connector(url, connect_s)
        self._single = RawSocketTransport(connect, whole_s=whole_s, timer=self._timer)
        self._opening = threading.Lock()
        self._opened: urllib3.HTTPConnectionPool | None = None

    def send(self, request: Request) -> Response:
        """See ``Transport``."""
        headers = dict(request.headers)
        target = request.url.removeprefix(self._origin).partition("#")[0] or "/"
        chunked = bool(request.body) and not any(name.lower() == "content-length" for name in headers)
        begun = time.perf_counter()
        with self._timer.within(self._whole_s) as deadline:
            answer = None
            try:
                answer = self._pool.urlopen(
                    request.method,
                    target,
                    request.body or None,
                    headers,
                    retries=False,
                    redirect=False,
                    assert_same_host=False,
                    preload_content=False,
                    decode_content=False,
                    chunked=chunked,
                )
                content, truncated = _read(answer)
            except ValueError as error:  # of a text that the target gave out, and that no header may hold
                raise HeaderRefused(error) from error
            except (urllib3.exceptions.HTTPError, OSError) as error:
                if deadline.expired:
                    raise TimedOut(error) from error
                raise _failure(error) from error
            finally:
                if answer is not None:
                    answer.close()  # the connection, too, unless it was read to its end
            if deadline.expired:  # a body without a length ends where its connection is cut
                raise TimedOut
        pairs = tuple((str(n), str(v)) for n, v in answer.headers.items())
        return Response(answer.status, pairs, content, time.perf_counter() - begun, truncated)

    def abandon(self, request: Request, after_s: float) -> None:
        """See ``Transport``."""
        self._single.abandon(request, after_s)

    def send_octets(self, request: Request, octets: bytes) -> Response:
        """See ``Transport``."""
        return self._single.send_octets(request, octets)

    def close(self) -> None:
        """See ``Transport``."""
        self._timer.close()
        if self._opened is not None:
            self._opened.close()

    def _connector(self, url: str, connect_s: float) -> Connect:
        """What opens a connection that is not kept."""
        return socket_connect(url, self._trust, connect_s)

    def _make_pool(self) -> urllib3.HTTPConnectionPool:
        kind: Any = _SecurePool if self._secure else _Pool
        trust = {"ssl_context": self._trust()} if self._secure else {}
        made: urllib3.HTTPConnectionPool = kind(
            self._host, self._port, maxsize=MAX_IDLE_CONNECTIONS, timeout=self._timeout, **trust
        )
        return made

    @property
    def _pool(self) -> urllib3.HTTPConnectionPool:
        with self._opening:
            if self._opened is None:
                self._opened = self._make_pool()
            return self._opened


def _read(answer: Any) -> tuple[bytes, bool]:
    content = b""
    while chunk := answer.read(PIECE_BYTES, decode_content=True):
        content += chunk
        if len(content) > MAX_BODY_BYTES:
            return content[:MAX_BODY_BYTES], True
    return content, False


def _failure(error: Exception) -> TransportError:
    """*error* in the words of every transport."""
    if isinstance(error, urllib3.exceptions.SSLError | ssl.SSLError):
        return TlsFailed(error)
    is_late = isinstance(error, ReadTimeoutError | TimeoutError)
    if is_late or (isinstance(error, ConnectTimeoutError) and not isinstance(error, NewConnectionError)):
        return TimedOut(error)
    return ConnectionFailed(error)


class _Connection(urllib3.connection.HTTPConnection):
    def getresponse(self) -> Any:  # urllib3's own return type is at odds with http.client's
        deadlines.hold(partial(cut, self.sock))
        return super().getresponse()


class _SecureConnection(urllib3.connection.HTTPSConnection):
    def getresponse(self) -> Any:  # urllib3's own return type is at odds with http.client's
        deadlines.hold(partial(cut, self.sock))
        return super().getresponse()


class _Pool(urllib3.HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _SecureConnection
