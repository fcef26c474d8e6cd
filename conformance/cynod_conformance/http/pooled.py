"""The connections of a run to its target, kept between requests: one request, one answer, nothing followed.

``requests`` gives the errors, ``urllib3`` does the work: the layer between them costs as much as both.
"""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError, ReadTimeoutError

from cynod_conformance.http.deadlines import DeadlineTimer, Pool, SecurePool
from cynod_conformance.observe.exchange import Response

MOST = 4 * 1024 * 1024  # bytes of a body that are read, decompressed
PIECE = 65536  # bytes that are read at a time
KEPT = 32  # connections; more are opened when more are needed at once, and closed after use


class Connections:
    """Connections to the server of *base_url*, each opened at need and used by any thread.

    *trust* makes the context of TLS; *connect*, *timeout* (between two bytes) and *whole* (from the first
    to the last) are in seconds.
    """

    def __init__(
        self,
        base_url: str,
        *,
        trust: Callable[[], ssl.SSLContext],
        connect: float,
        timeout: float,
        whole: float,
    ) -> None:
        parts = urlsplit(base_url)
        self._origin = f"{parts.scheme}://{parts.netloc}"
        self._secure, self._host, self._port = parts.scheme == "https", parts.hostname, parts.port
        self._trust, self._whole = trust, whole
        self._timeout = urllib3.Timeout(connect=connect, read=timeout)
        self._deadline_timer = DeadlineTimer()
        self._opening = threading.Lock()
        self._opened: urllib3.HTTPConnectionPool | None = None

    @property
    def deadline_timer(self) -> DeadlineTimer:
        """Watches over every answer."""
        return self._deadline_timer

    def close(self) -> None:
        """Give the connections back."""
        self._deadline_timer.close()
        if self._opened is not None:
            self._opened.close()

    @property
    def _pool(self) -> urllib3.HTTPConnectionPool:
        with self._opening:
            if self._opened is None:
                kind: Any = SecurePool if self._secure else Pool
                trust = {"ssl_context": self._trust()} if self._secure else {}
                self._opened = kind(self._host, self._port, maxsize=KEPT, timeout=self._timeout, **trust)
            return self._opened

    def exchange(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Response:
        """What comes, read to its end or to the cap; *headers* are octets, a character each.

        Raises ``requests`` errors, ``InvalidHeader`` for what no header may hold.
        """
        target = url.removeprefix(self._origin).partition("#")[0] or "/"
        chunked = bool(body) and not any(name.lower() == "content-length" for name in headers)
        begun = time.perf_counter()
        with self._deadline_timer.watching(self._whole) as watch:
            answer = None
            try:
                answer = self._pool.urlopen(
                    method,
                    target,
                    body or None,
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
                raise requests.exceptions.InvalidHeader(str(error)) from error
            except (urllib3.exceptions.HTTPError, OSError) as error:
                if watch.expired:
                    raise requests.ReadTimeout(error) from error
                raise _as_requests(error) from error
            finally:
                if answer is not None:
                    answer.close()  # the connection, too, unless it was read to its end
            if watch.expired:  # a body without a length ends where its connection is cut
                raise requests.ReadTimeout
        pairs = tuple((str(n), str(v)) for n, v in answer.headers.items())
        return Response(answer.status, pairs, content, time.perf_counter() - begun, truncated)


def _read(answer: Any) -> tuple[bytes, bool]:
    content = b""
    while chunk := answer.read(PIECE, decode_content=True):
        content += chunk
        if len(content) > MOST:
            return content[:MOST], True
    return content, False


def _as_requests(error: Exception) -> requests.RequestException:
    """*error* as ``requests`` would have said it."""
    if isinstance(error, urllib3.exceptions.SSLError | ssl.SSLError):
        return requests.exceptions.SSLError(error)
    if isinstance(error, ReadTimeoutError):
        return requests.ReadTimeout(error)
    if isinstance(error, ConnectTimeoutError) and not isinstance(error, NewConnectionError):
        return requests.ConnectTimeout(error)
    return requests.ConnectionError(error)
