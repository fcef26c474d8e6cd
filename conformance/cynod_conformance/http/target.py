"""The HTTP client: it sends exactly what it is told, follows nothing, and shows every exchange."""

from __future__ import annotations

import re
import select
import socket
import ssl
import threading
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from http.client import HTTPConnection, HTTPSConnection
from itertools import count
from typing import Any
from urllib.parse import urlsplit

import requests

from cynod_conformance.base.outcomes import BudgetSpent, ControlFailed, OutsideTier, Unreachable
from cynod_conformance.http.pooled import Connections
from cynod_conformance.http.raw import speak
from cynod_conformance.http.stall_budget import StallBudget
from cynod_conformance.observe.exchange import Exchange, Pairs, Request, Response
from cynod_conformance.text.phrase import Said, phrase
from cynod_spec.model import SAFE_METHODS, Operation
from cynod_spec.network import urls
from cynod_spec.network.trust import TrustStore, trust_store

TIMEOUT = 20.0  # seconds between bytes, unless told otherwise
WHOLE = 1.5  # of that for one answer from its first byte to its last
CONNECT = 5.0  # seconds to connect, at most
LONGEST_WAIT = 30.0  # seconds that a Retry-After is obeyed
AGENT = "cynod-conform"
UNSENDABLE = re.compile(r"[\r\n\0]")  # in the value of any header (RFC 9110 §5.5)


class Target:
    """One base URL. ``on_exchange`` sees each exchange; ``trust`` is the system's unless it is given.

    ``rate`` is requests a second and ``most`` requests in all, 0 for no limit; ``deadline`` is of
    ``time.monotonic``. ``timeout`` is in seconds, between the bytes of an answer; half as much again is
    given to the whole of it. Methods that are not safe (RFC 9110 §9.2.1) are sent to the paths in
    ``writable`` alone, anywhere when it is None. ``elsewhere`` has the whole URLs of paths that do not
    stand below the base URL.
    """

    def __init__(
        self,
        base_url: str,
        on_exchange: Callable[[Exchange], None] = lambda exchange: None,
        *,
        trust: TrustStore | None = None,
        rate: float = 0.0,
        most: int = 0,
        timeout: float = TIMEOUT,
        writable: Collection[str] | None = None,
        deadline: float | None = None,
        elsewhere: Mapping[str, str] | None = None,
    ) -> None:
        self.base_url = urls.without_trailing_slash(base_url)
        self.on_exchange = on_exchange
        self.rate = rate
        self.most = most
        self.deadline = deadline
        self.sent = 0
        self.phase = "preflight"
        self.distrusted = ""  # why its certificate is not to be trusted: then nothing is sent to it
        self.timeout = timeout
        self.writable = writable
        self.stall_budget = StallBudget(timeout)
        self.trust = trust if trust is not None else trust_store()
        self._next = 0.0
        self._numbers = count(1)
        self._showing = threading.Lock()
        self._trusting = threading.Lock()
        self._context: ssl.SSLContext | None = None
        self._pacing = threading.Lock()
        self._elsewhere = dict(elsewhere or {})
        bases = {origin_of(url): url for url in (*self._elsewhere.values(), self.base_url)}
        self._connections = {
            origin: Connections(
                url, trust=self.trusted, connect=self._connect, timeout=timeout, whole=WHOLE * timeout
            )
            for origin, url in bases.items()
        }

    @property
    def _connect(self) -> float:
        return min(CONNECT, self.timeout)

    def trusted(self) -> ssl.SSLContext:
        """The one context in which every TLS connection to the target is made."""
        with self._trusting:
            if self._context is None:
                self._context = self.trust.context()
            return self._context

    def close(self) -> None:
        """Give the connections back."""
        for connections in self._connections.values():
            connections.close()

    @property
    def servers(self) -> tuple[str, ...]:
        """A URL on each server that requests go to."""
        return tuple(self._connections)

    def url(self, target: str) -> str:
        """The URL of a request target (path and query)."""
        path, mark, query = target.partition("?")
        return self._elsewhere.get(path, self.base_url + path) + mark + query

    def _connected(self, url: str) -> Connections:
        """The connections to the server of *url*. Raises Unreachable for one that nobody named."""
        origin = origin_of(url)
        if origin not in self._connections:
            if not url.startswith(self.base_url):
                raise Unreachable("foreign-host", host=origin)
            origin = origin_of(self.base_url)  # a target without a slash, which some probes send
        return self._connections[origin]

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
        octets: bool = False,
    ) -> Exchange:
        """Send one request. A 429 is obeyed and retried once, a 5xx repeated once to see whether it stays.

        A header goes in UTF-8, unless *octets* says that its characters stand for octets already.
        Raises ``requests`` errors as they come, ``BudgetSpent`` when the time of the run is over,
        ``Unreachable`` for a target that is not to be trusted, ``ControlFailed`` for what no header holds.
        """
        marks = frozenset(tags)
        if not octets:
            headers = tuple((name, encoded(value)) for name, value in headers)
        exchange = self._once(method, url, headers, body, operation, identity, valid, marks)
        status = exchange.response.status
        if status == 429 and "load" not in marks:
            wait = exchange.response.header("Retry-After") or "1"
            self.sleep(min(float(wait) if wait.isascii() and wait.isdigit() else 1.0, LONGEST_WAIT))
            exchange = self._once(method, url, headers, body, operation, identity, valid, marks)
            self.stall_budget.waited(in_vain=exchange.response.status == 429)
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
        """Send one request on a connection of its own and close it without reading its answer.

        That is as soon as the answer begins to come, *after* seconds at the latest.

        Raises ``Unreachable`` when the target takes no connection, ``BudgetSpent`` as ``send`` does.
        """
        self.check()
        self._allow(method, url)
        self.pace()
        parts = urlsplit(url)
        connection: HTTPConnection
        if parts.scheme == "https":
            connection = HTTPSConnection(parts.netloc, timeout=self._connect, context=self.trusted())
        else:
            connection = HTTPConnection(parts.netloc, timeout=self._connect)
        try:
            connection.request(method, url.partition(parts.netloc)[2], body, dict(headers))
            _answering(connection.sock, after)
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
        url = self.url(target)
        base = origin_of(url) if target.partition("?")[0] in self._elsewhere else self.base_url
        with self._connected(base).deadline_timer.watching(WHOLE * self.timeout) as watch:
            request, response = speak(
                base,
                method,
                url.removeprefix(base),
                headers,
                trust=self.trusted,
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
        for name, value in headers:
            if UNSENDABLE.search(value):  # a value that the target gave out, such as a token
                raise ControlFailed("unsendable", what=name)
        self.pace()
        sent = _whole(method, headers, body)
        begun = time.perf_counter()
        try:
            response = self._connected(url).exchange(method, url, dict(sent), body)
        finally:
            self.stall_budget.took(time.perf_counter() - begun)
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
        exchange = Exchange(self.name(), operation, request, response, self.phase, identity, valid, tags)
        self.show(exchange)
        return exchange

    def name(self) -> str:
        """A name for the next exchange."""
        return f"{next(self._numbers)}"

    def show(self, exchange: Exchange) -> None:
        """Pass *exchange* on to whoever judges, one at a time."""
        with self._showing:
            self.on_exchange(exchange)

    def check(self) -> None:
        """Raises Unreachable for a target that is not to be trusted, or that kept us waiting too long."""
        if self.distrusted:
            raise Unreachable("distrusted", why=self.distrusted)
        self.stall_budget.check()

    def _allow(self, method: str, url: str) -> None:
        """Raises OutsideTier for a request that may change something where nothing may be changed."""
        if self.writable is None or method in SAFE_METHODS:
            return
        if url.partition("?")[0] not in {self.url(path) for path in self.writable}:
            raise OutsideTier("outside-tier", tier="write")

    def sleep(self, seconds: float) -> None:
        """Sleep, though not past the end of the run."""
        left = seconds if self.deadline is None else self.deadline - time.monotonic()
        time.sleep(max(0.0, min(seconds, left)))

    def pace(self) -> None:
        """Wait for this request's turn, and count it. Raises BudgetSpent."""
        with self._pacing:
            self.budget()
            now = time.monotonic()
            turn = max(now, self._next)
            if self.rate > 0:
                self._next = turn + 1.0 / self.rate
            self.sent += 1
        if turn > now:
            self.sleep(turn - now)

    def budget(self) -> None:
        """Raises BudgetSpent when the time of the run is over, or its last request sent."""
        if self.deadline is not None and time.monotonic() > self.deadline:
            raise BudgetSpent("budget")
        if self.most and self.sent >= self.most:
            raise BudgetSpent("requests-spent", count=str(self.most))


def origin_of(url: str) -> str:
    """Scheme and authority of *url*, which is as ``urls.normalized`` writes them."""
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{re.split('[/?#]', rest, maxsplit=1)[0]}"


def _answering(connection: socket.socket, most: float) -> None:
    """Wait *most* seconds, or until an answer begins to come; over TLS other octets come before it."""
    if isinstance(connection, ssl.SSLSocket):
        time.sleep(most)
    else:
        select.select([connection], [], [], most)


def _whole(method: str, headers: Pairs, body: bytes) -> Pairs:
    """*headers*, the last of each name, behind those that any client adds."""
    named = {"user-agent": ("User-Agent", AGENT), "accept-encoding": ("Accept-Encoding", "gzip")}
    named.update((name.lower(), (name, value)) for name, value in headers)
    if (body or method in ("POST", "PUT", "PATCH")) and "transfer-encoding" not in named:
        named.setdefault("content-length", ("Content-Length", str(len(body))))
    return tuple(named.values())


def encoded(value: str) -> str:
    """A header's value in UTF-8, a character for each octet."""
    return value if value.isascii() else value.encode("utf-8", "surrogatepass").decode("latin-1")


def reason_of(error: BaseException) -> Said:
    """What went wrong on the wire, in a few words without addresses of memory or secrets."""
    if isinstance(error, requests.exceptions.SSLError):
        return phrase("tls-refused")
    if isinstance(error, requests.exceptions.InvalidHeader):
        return phrase("header-malformed")
    if isinstance(error, requests.Timeout):
        return phrase("too-late")
    if isinstance(error, requests.ConnectionError):
        return phrase("cut")
    return type(error).__name__
