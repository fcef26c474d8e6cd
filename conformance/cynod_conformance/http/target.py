"""Sends the requests of a run to its target, paced and within budgets, and shows each exchange."""

from __future__ import annotations

import re
import ssl
import threading
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from itertools import count
from typing import Any
from urllib.parse import urlsplit

from cynod_conformance.base.common_options import READ_TIMEOUT_S
from cynod_conformance.base.outcomes import BudgetSpent, ControlFailed, NoAnswer, OutsideTier
from cynod_conformance.http.errors import TransportError
from cynod_conformance.http.pooled import PooledTransport
from cynod_conformance.http.stall_budget import StallBudget
from cynod_conformance.http.transport import CONNECT_TIMEOUT_S, Transport, TransportFactory
from cynod_conformance.observe.exchange import Exchange, Pairs, Request, Response
from cynod_spec.model import SAFE_METHODS, Operation
from cynod_spec.network import urls
from cynod_spec.network.trust import TrustStore, trust_store

WHOLE_TO_READ = 1.5  # the time for a whole answer, as a multiple of that
MAX_RETRY_AFTER_S = 30.0  # for which a Retry-After is obeyed
USER_AGENT = "cynod-conform"
UNSENDABLE = re.compile(r"[\r\n\0]")  # in the value of any header (RFC 9110 §5.5)


class Target:
    """One base URL. ``on_exchange`` sees each exchange; ``trust`` is the system's unless it is given.

    ``rate`` is requests a second and ``most`` requests in all, 0 for no limit; ``deadline`` is of
    ``time.monotonic``. ``timeout`` is in seconds, between the bytes of an answer; half as much again is
    given to the whole of it. Methods that are not safe (RFC 9110 §9.2.1) are sent to the paths in
    ``writable`` alone, anywhere when it is None. ``elsewhere`` has the whole URLs of paths that do not
    stand below the base URL. ``transport`` makes the transport to each server, by default over the network.
    """

    def __init__(
        self,
        base_url: str,
        on_exchange: Callable[[Exchange], None] = lambda exchange: None,
        *,
        trust: TrustStore | None = None,
        rate: float = 0.0,
        most: int = 0,
        timeout: float = READ_TIMEOUT_S,
        writable: Collection[str] | None = None,
        deadline: float | None = None,
        elsewhere: Mapping[str, str] | None = None,
        transport: TransportFactory | None = None,
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
        make = transport or self._pooled
        self._transports = {origin: make(url) for origin, url in bases.items()}

    def _pooled(self, url: str) -> Transport:
        return PooledTransport(
            url,
            trust=self.trusted,
            connect_s=min(CONNECT_TIMEOUT_S, self.timeout),
            read_s=self.timeout,
            whole_s=WHOLE_TO_READ * self.timeout,
        )

    def trusted(self) -> ssl.SSLContext:
        """The one context in which every TLS connection to the target is made."""
        with self._trusting:
            if self._context is None:
                self._context = self.trust.context()
            return self._context

    def close(self) -> None:
        """Give the connections back."""
        for each in self._transports.values():
            each.close()

    @property
    def servers(self) -> tuple[str, ...]:
        """A URL on each server that requests go to."""
        return tuple(self._transports)

    def url(self, target: str) -> str:
        """The URL of a request target (path and query)."""
        path, mark, query = target.partition("?")
        return self._elsewhere.get(path, self.base_url + path) + mark + query

    def transport(self, url: str) -> Transport:
        """The transport to the server of *url*. Raises NoAnswer for one that nobody named."""
        origin = origin_of(url)
        if origin not in self._transports:
            if not url.startswith(self.base_url):
                raise NoAnswer("foreign-host", host=origin)
            origin = origin_of(self.base_url)  # a target without a slash, which some probes send
        return self._transports[origin]

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
        Raises ``TransportError``, ``BudgetSpent`` when the time of the run is over,
        ``OutsideTier`` for a request that the tier forbids, ``NoAnswer`` for a target that is not to be
        trusted or kept us waiting too long, ``ControlFailed`` for what no header holds.
        """
        marks = frozenset(tags)
        if not octets:
            headers = tuple((name, encoded(value)) for name, value in headers)
        exchange = self._once(method, url, headers, body, operation, identity, valid, marks)
        status = exchange.response.status
        if status == 429 and "load" not in marks:
            wait = exchange.response.header("Retry-After") or "1"
            self.sleep(min(float(wait) if wait.isascii() and wait.isdigit() else 1.0, MAX_RETRY_AFTER_S))
            exchange = self._once(method, url, headers, body, operation, identity, valid, marks)
            self.stall_budget.waited(in_vain=exchange.response.status == 429)
        elif status >= 500 and status != 501:
            exchange = self._once(method, url, headers, body, operation, identity, valid, marks)
        return exchange

    def send_steadily(self, method: str, url: str, **more: Any) -> Exchange:
        """Like ``send``, but a target that does not answer raises ``NoAnswer``."""
        try:
            return self.send(method, url, **more)
        except TransportError as error:
            raise NoAnswer("no-answer", why=error.said) from error

    def leave(self, method: str, url: str, headers: Pairs, body: bytes, after: float) -> None:
        """Send one request on a connection of its own and close it without reading its answer.

        That is as soon as the answer begins to come, *after* seconds at the latest.

        Raises ``NoAnswer`` when the target takes no connection, ``BudgetSpent`` as ``send`` does.
        """
        self.check()
        self._allow(method, url)
        self.pace()
        try:
            self.transport(url).abandon(Request(method, url, _whole(method, headers, body), body), after)
        except TransportError as error:
            raise NoAnswer("no-answer", why=error.said) from error

    def speak(self, method: str, target: str, headers: Pairs, operation: Operation | None = None) -> Exchange:
        """Send a request line and headers that may be no HTTP, on a connection of its own.

        Raises ``TransportError`` when no response is received.
        """
        self.check()
        self._allow(method, self.url(target))
        self.pace()
        request = Request(method, self.url(target), headers)
        parts = urlsplit(request.url.partition("?")[0])
        line = request.url.removeprefix(f"{parts.scheme}://{parts.netloc}")
        lines = [f"{method} {line} HTTP/1.1", f"Host: {parts.netloc}", "Connection: close"]
        lines += [f"{name}: {value}" if value else name for name, value in headers]
        octets = "\r\n".join([*lines, "", ""]).encode("latin-1", "replace")
        response = self.transport(request.url).send_octets(request, octets)
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
        request = Request(method, url, _whole(method, headers, body), body)
        begun = time.perf_counter()
        try:
            response = self.transport(url).send(request)
        finally:
            self.stall_budget.took(time.perf_counter() - begun)
        return self._seen(request, response, operation, identity, valid, tags)

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
        """Raises NoAnswer for a target that is not to be trusted, or that kept us waiting too long."""
        if self.distrusted:
            raise NoAnswer("distrusted", why=self.distrusted)
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


def _whole(method: str, headers: Pairs, body: bytes) -> Pairs:
    """*headers*, the last of each name, behind those that any client adds."""
    named = {"user-agent": ("User-Agent", USER_AGENT), "accept-encoding": ("Accept-Encoding", "gzip")}
    named.update((name.lower(), (name, value)) for name, value in headers)
    if (body or method in ("POST", "PUT", "PATCH")) and "transfer-encoding" not in named:
        named.setdefault("content-length", ("Content-Length", str(len(body))))
    return tuple(named.values())


def encoded(value: str) -> str:
    """A header's value in UTF-8, a character for each octet."""
    return value if value.isascii() else value.encode("utf-8", "surrogatepass").decode("latin-1")
