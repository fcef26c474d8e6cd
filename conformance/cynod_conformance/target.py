"""The HTTP client: it sends exactly what it is told, follows nothing, and shows every exchange."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable, Collection, Iterable
from http.client import HTTPConnection, HTTPSConnection
from itertools import count
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3

from cynod_conformance.observe.exchange import Exchange, Pairs, Request, Response
from cynod_conformance.observe.phrase import Said, phrase
from cynod_conformance.patience import Patience
from cynod_conformance.problems import BudgetSpent, OutsideTier, Unreachable
from cynod_conformance.watchdog import Adapter, Watchdog
from cynod_conformance.wire import speak
from cynod_spec.model import Operation

MOST = 4 * 1024 * 1024  # bytes of a body that are read, decompressed
TIMEOUT = 20.0  # seconds between bytes, unless told otherwise
WHOLE = 1.5  # of that for one answer from its first byte to its last
SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
CONNECT = 5.0  # seconds to connect, at most
LONGEST_WAIT = 30.0  # seconds that a Retry-After is obeyed
AGENT = "cynod-conform"


class Target:
    """One base URL. ``on_exchange`` sees each exchange.

    ``rate`` is requests a second and ``most`` requests in all, 0 for no limit; ``deadline`` is of
    ``time.monotonic``. ``timeout`` is in seconds, between the bytes of an answer; half as much again is
    given to the whole of it. Methods that are not safe (RFC 9110 §9.2.1) are sent to the paths in
    ``writable`` alone, anywhere when it is None.
    """

    def __init__(
        self,
        base_url: str,
        on_exchange: Callable[[Exchange], None],
        *,
        ca_file: str | None = None,
        rate: float = 0.0,
        most: int = 0,
        timeout: float = TIMEOUT,
        writable: Collection[str] | None = None,
        deadline: float | None = None,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self.on_exchange = on_exchange
        self.rate = rate
        self.most = most
        self.deadline = deadline
        self.sent = 0
        self.phase = "preflight"
        self.distrusted = ""  # why its certificate is not to be trusted: then nothing is sent to it
        self.timeout = timeout
        self.writable = writable
        self.patience = Patience(timeout)
        self._watchdog = Watchdog()
        self._next = 0.0
        self._numbers = count(1)
        self._ca_file = ca_file
        self._own = threading.local()  # requests' sessions are not made for several threads
        self._sessions: list[requests.Session] = []
        self._lock = threading.Lock()

    @property
    def _connect(self) -> float:
        return min(CONNECT, self.timeout)

    @property
    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._own, "session", None)
        if session is None:
            session = self._own.session = requests.Session()
            session.trust_env = False
            session.verify = self._ca_file or True
            session.headers.clear()
            session.mount("http://", Adapter())
            session.mount("https://", Adapter())
            self._sessions.append(session)
        return session

    def close(self) -> None:
        """Give the connections back."""
        self._watchdog.close()
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
            self.sleep(min(float(wait) if wait.isascii() and wait.isdigit() else 1.0, LONGEST_WAIT))
            exchange = self._once(method, url, headers, body, operation, identity, valid, marks)
            self.patience.waited(in_vain=exchange.response.status == 429)
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
        self.check()
        self._allow(method, url)
        self.pace()
        parts = urlsplit(url)
        connection: HTTPConnection
        if parts.scheme == "https":
            trusted = ssl.create_default_context(cafile=self._ca_file)
            connection = HTTPSConnection(parts.netloc, timeout=self._connect, context=trusted)
        else:
            connection = HTTPConnection(parts.netloc, timeout=self._connect)
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
        self.check()
        self._allow(method, self.url(target))
        self.pace()
        with self._watchdog.watching(WHOLE * self.timeout) as watch:
            request, response = speak(
                self.base_url,
                method,
                target,
                headers,
                ca_file=self._ca_file,
                timeout=self._connect,
                hold=watch.hold,
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
        self.check()
        self._allow(method, url)
        self.pace()
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
        response = self._answer(prepared)
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
            exchange = Exchange(
                f"{next(self._numbers)}", operation, request, response, self.phase, identity, valid, tags
            )
            self.on_exchange(exchange)
        return exchange

    def _answer(self, prepared: requests.PreparedRequest) -> Response:
        """What comes, read to its end or to the cap. Raises ``requests`` errors alone."""
        begun = time.perf_counter()
        with self._watchdog.watching(WHOLE * self.timeout) as watch:
            try:
                with self._session.send(
                    prepared, stream=True, allow_redirects=False, timeout=(self._connect, self.timeout)
                ) as answer:
                    content, truncated = self._read(answer)
                    pairs = tuple((str(n), str(v)) for n, v in answer.raw.headers.items())
            except (urllib3.exceptions.HTTPError, requests.RequestException) as error:
                if watch.expired:
                    raise requests.ReadTimeout(error) from error
                if isinstance(error, requests.RequestException):
                    raise
                raise requests.ConnectionError(error) from error
            finally:
                self.patience.took(time.perf_counter() - begun)
            if watch.expired:  # a body without a length ends where its connection is cut
                raise requests.ReadTimeout
        return Response(answer.status_code, pairs, content, time.perf_counter() - begun, truncated)

    @staticmethod
    def _read(answer: requests.Response) -> tuple[bytes, bool]:
        content = b""
        while chunk := answer.raw.read(65536, decode_content=True):
            content += chunk
            if len(content) > MOST:
                return content[:MOST], True
        return content, False

    def check(self) -> None:
        """Raises Unreachable for a target that is not to be trusted, or that kept us waiting too long."""
        if self.distrusted:
            raise Unreachable("distrusted", why=self.distrusted)
        self.patience.check()

    def _allow(self, method: str, url: str) -> None:
        """Raises OutsideTier for a request that may change something where nothing may be changed."""
        if self.writable is None or method in SAFE:
            return
        if url.partition("?")[0] not in {self.url(path) for path in self.writable}:
            raise OutsideTier("outside-tier", tier="write")

    def sleep(self, seconds: float) -> None:
        """Sleep, though not past the end of the run."""
        left = seconds if self.deadline is None else self.deadline - time.monotonic()
        time.sleep(max(0.0, min(seconds, left)))

    def pace(self) -> None:
        """Wait for this request's turn, and count it. Raises BudgetSpent."""
        self.budget()
        now = time.monotonic()
        if self.rate > 0:
            if self._next > now:
                self.sleep(self._next - now)
            self._next = max(now, self._next) + 1.0 / self.rate
        with self._lock:
            self.sent += 1

    def budget(self) -> None:
        """Raises BudgetSpent when the time of the run is over, or its last request sent."""
        if self.deadline is not None and time.monotonic() > self.deadline:
            raise BudgetSpent("budget")
        if self.most and self.sent >= self.most:
            raise BudgetSpent("requests-spent", count=str(self.most))


def reason_of(error: BaseException) -> Said:
    """What went wrong on the wire, in a few words without addresses of memory or secrets."""
    if isinstance(error, requests.exceptions.SSLError):
        return phrase("tls-refused")
    if isinstance(error, requests.Timeout):
        return phrase("too-late")
    if isinstance(error, requests.ConnectionError):
        return phrase("cut")
    return type(error).__name__
