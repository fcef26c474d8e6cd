"""The HTTP client: it sends exactly what it is told, follows nothing, and shows every exchange."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable, Iterable
from http.client import HTTPConnection, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3

from cynod_conformance.observe.exchange import Exchange, Pairs, Request, Response
from cynod_conformance.observe.phrase import Said, phrase
from cynod_conformance.problems import BudgetSpent, Unreachable
from cynod_conformance.wire import speak
from cynod_spec.model import Operation

MOST = 4 * 1024 * 1024  # bytes of a body that are read, decompressed
TIMEOUT = (5.0, 20.0)  # seconds to connect, and between bytes
LONGEST_WAIT = 30.0  # seconds that a Retry-After is obeyed
AGENT = "cynod-conform"


class Target:
    """One base URL. ``on_exchange`` sees each exchange; ``rate`` is requests a second, 0 for no limit."""

    def __init__(
        self,
        base_url: str,
        on_exchange: Callable[[Exchange], None],
        *,
        ca_file: str | None = None,
        rate: float = 0.0,
        deadline: float | None = None,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self.on_exchange = on_exchange
        self.rate = rate
        self.deadline = deadline
        self.sent = 0
        self.phase = "preflight"
        self.distrusted = ""  # why its certificate is not to be trusted: then nothing is sent to it
        self._next = 0.0
        self._ca_file = ca_file
        self._own = threading.local()  # requests' sessions are not made for several threads
        self._sessions: list[requests.Session] = []
        self._lock = threading.Lock()

    @property
    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._own, "session", None)
        if session is None:
            session = self._own.session = requests.Session()
            session.trust_env = False
            session.verify = self._ca_file or True
            session.headers.clear()
            self._sessions.append(session)
        return session

    def close(self) -> None:
        """Give the connections back."""
        for session in self._sessions:
            session.close()

    def url(self, target: str) -> str:
        """The URL of a request target (path and query)."""
        return self.base_url + target

    def send(
        self,
        method: str,
        url: str,
        headers: Pairs = (),
        body: bytes = b"",
        *,
        operation: Operation | None = None,
        identity: str = "",
        valid: bool = False,
        tags: Iterable[str] = (),
    ) -> Exchange:
        """Send one request. A 429 is obeyed and retried once, a 5xx repeated once to see whether it stays.

        Raises ``requests`` errors as they come, ``BudgetSpent`` when the time of the run is over, and
        ``Unreachable`` for a target that is not to be trusted.
        """
        marks = frozenset(tags)
        exchange = self._once(method, url, headers, body, operation, identity, valid, marks)
        status = exchange.response.status
        if status == 429 and "load" not in marks:
            wait = exchange.response.header("Retry-After") or "1"
            time.sleep(min(float(wait) if wait.isdigit() else 1.0, LONGEST_WAIT))
            exchange = self._once(method, url, headers, body, operation, identity, valid, marks)
        elif status >= 500 and status != 501:
            exchange = self._once(method, url, headers, body, operation, identity, valid, marks)
        return exchange

    def send_steadily(self, method: str, url: str, **more: Any) -> Exchange:
        """Like ``send``, but a target that does not answer raises ``Unreachable``."""
        try:
            return self.send(method, url, **more)
        except requests.RequestException as error:
            raise Unreachable("no-answer", why=reason_of(error)) from error

    def leave(self, method: str, url: str, headers: Pairs, body: bytes, after: float) -> None:
        """Send one request on a connection of its own and close it *after* seconds, without its answer.

        Raises ``Unreachable`` when the target takes no connection, ``BudgetSpent`` as ``send`` does.
        """
        if self.distrusted:
            raise Unreachable("distrusted", why=self.distrusted)
        self._pace()
        parts = urlsplit(url)
        connection: HTTPConnection
        if parts.scheme == "https":
            trusted = ssl.create_default_context(cafile=self._ca_file)
            connection = HTTPSConnection(parts.netloc, timeout=TIMEOUT[0], context=trusted)
        else:
            connection = HTTPConnection(parts.netloc, timeout=TIMEOUT[0])
        try:
            connection.request(method, url.partition(parts.netloc)[2], body, dict(headers))
            time.sleep(after)
        except OSError as error:
            raise Unreachable("no-answer", why=type(error).__name__) from error
        finally:
            connection.close()

    def speak(self, method: str, target: str, headers: Pairs, operation: Operation | None = None) -> Exchange:
        """Send a request line and headers that may be no HTTP, on a connection of its own.

        Raises OSError or HTTPException when no response comes.
        """
        self._pace()
        request, response = speak(
            self.base_url, method, target, headers, ca_file=self._ca_file, timeout=TIMEOUT[0]
        )
        return self._seen(request, response, operation, "", False, frozenset({"malformed"}))

    def _once(
        self,
        method: str,
        url: str,
        headers: Pairs,
        body: bytes,
        operation: Operation | None,
        identity: str,
        valid: bool,
        tags: frozenset[str],
    ) -> Exchange:
        if self.distrusted:
            raise Unreachable("distrusted", why=self.distrusted)
        self._pace()
        prepared = requests.Request(method, self.base_url + "/").prepare()
        prepared.url = url
        prepared.method = method
        prepared.headers.clear()
        names = {name.lower() for name, _ in headers}
        for name, value in (("User-Agent", AGENT), ("Accept-Encoding", "gzip")):
            if name.lower() not in names:
                prepared.headers[name] = value
        for name, value in headers:
            encoded = value.encode("utf-8").decode("latin-1") if not value.isascii() else value
            prepared.headers[name] = encoded
        prepared.body = body or None
        if (body or method in ("POST", "PUT", "PATCH")) and "transfer-encoding" not in names:
            prepared.headers.setdefault("Content-Length", str(len(body)))
        begun = time.perf_counter()
        with self._session.send(prepared, stream=True, allow_redirects=False, timeout=TIMEOUT) as answer:
            content, truncated = self._read(answer)
            pairs = tuple((str(n), str(v)) for n, v in answer.raw.headers.items())
            response = Response(answer.status_code, pairs, content, time.perf_counter() - begun, truncated)
        sent = tuple((str(n), str(v)) for n, v in prepared.headers.items())
        return self._seen(Request(method, url, sent, body), response, operation, identity, valid, tags)

    def _seen(
        self,
        request: Request,
        response: Response,
        operation: Operation | None,
        identity: str,
        valid: bool,
        tags: frozenset[str],
    ) -> Exchange:
        with self._lock:
            self.sent += 1
            exchange = Exchange(
                f"{self.sent}", operation, request, response, self.phase, identity, valid, tags
            )
            self.on_exchange(exchange)
        return exchange

    @staticmethod
    def _read(answer: requests.Response) -> tuple[bytes, bool]:
        content = b""
        try:
            while chunk := answer.raw.read(65536, decode_content=True):
                content += chunk
                if len(content) > MOST:
                    return content[:MOST], True
        except urllib3.exceptions.HTTPError as error:
            raise requests.exceptions.ChunkedEncodingError(error) from error
        return content, False

    def _pace(self) -> None:
        now = time.monotonic()
        if self.deadline is not None and now > self.deadline:
            raise BudgetSpent("budget")
        if self.rate > 0:
            if self._next > now:
                time.sleep(self._next - now)
            self._next = max(now, self._next) + 1.0 / self.rate


def reason_of(error: BaseException) -> Said:
    """What went wrong on the wire, in a few words without addresses of memory or secrets."""
    if isinstance(error, requests.exceptions.SSLError):
        return phrase("tls-refused")
    if isinstance(error, requests.Timeout):
        return phrase("too-late")
    if isinstance(error, requests.ConnectionError):
        return phrase("cut")
    return type(error).__name__
