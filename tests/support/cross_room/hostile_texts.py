"""A target that behaves correctly and chooses hostile texts: a proxy before a correct server.

Whatever text an answer holds may be a payload: ids, tokens, times, codes, messages, names of members, header
lines, media types, reason phrases. What a caller sends back of it is translated for the server behind, so
that a run gets far. The same is done to the webhooks that the server sends. Everything that arrives is kept.
"""

from __future__ import annotations

import json
import random
import re
import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, quote_plus, urlsplit

from cross_room.canaries import Canaries
from cross_room.payloads import PAYLOADS

READ_TIMEOUT_S = 8.0
HEAD_END = b"\r\n\r\n"
LONGEST_LINE = 4000  # octets of a header line that common clients read

MOMENT = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?Z)?")
FRACTION = re.compile(r"\.\d+Z$")
DIGITS = re.compile(rb"\.(\d{9,})Z")  # of a second, as many as this target tells
CODE = re.compile(r"\d{4}")
ID = re.compile(r"[a-z]{2,5}_[A-Za-z0-9_-]{5,}")
CURSOR = re.compile(r"[A-Za-z0-9_.=-]{32,}")
TOKEN = "access_token"  # RFC 6749 §5.1
OAUTH = ("token_type", "scope", "error", "error_description", "expires_in")  # RFC 6749 §5.1 and §5.2
FIELDS = (
    *("tokens", "oauth", "ids", "dates", "codes", "cursors", "words", "names", "numbers", "bodies"),
    *("headers", "media", "reasons"),
)
"""The kinds of text that a target chooses."""
SHELL = [payload for payload in PAYLOADS if payload.kind == "shell"]
ARITHMETIC = [payload for payload in SHELL if re.search(r"\[[$`]|\(\(", payload.text)]
FAVOURED = {"dates": ARITHMETIC, "ids": SHELL, "tokens": SHELL, "cursors": SHELL}
"""What may become a part of a command line is drawn in half of the cases from these payloads."""
TRANSLATED = ("tokens", "ids", "cursors")
NUMBERS = ("9" * 400, "-0", "1e400", "NaN", "1.0", "-1", "0.1e-400", "0x10", "012")
EXTRA = ("Server", "Link", "Set-Cookie", "X-Powered-By", "Content-Disposition", "Refresh", "Via")

Header = tuple[bytes, bytes]


def octets(text: str) -> bytes:
    """*text* in UTF-8; what PEP 383 says stands for an octet is that octet."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")


@dataclass
class Texts:
    """Draws payloads for *fields*, each with *chance*; the same *seed* draws the same in the same order."""

    seed: int
    canaries: Canaries
    fields: frozenset[str]
    chance: float
    fraction: str = ""  # the digits of every second that is told, in place of those that it has
    drawn: Counter[str] = field(default_factory=Counter)  # payload and field → how often
    meant: dict[str, str] = field(default_factory=dict)  # a hostile text → what the server behind calls it
    tokens: set[str] = field(default_factory=set)  # those that the server behind gave out
    _given: dict[str, str] = field(default_factory=dict)
    _turns: Counter[tuple[str, str]] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def change(self, seed: int) -> None:
        """Call what is known by other names from now on."""
        self.seed = seed
        self._given.clear()

    def dice(self, kind: str, place: str) -> random.Random | None:
        """Where the next draw for *place* comes from; None when it stays as it is."""
        if kind not in self.fields:
            return None
        with self._lock:
            self._turns[kind, place] += 1
            turn = self._turns[kind, place]
        dice = random.Random(f"{self.seed} {kind} {place} {turn}")
        return dice if dice.random() < self.chance else None

    def payload(self, kind: str, place: str, dice: random.Random, *, short: bool = False) -> str:
        """A payload for *place*."""
        payloads = FAVOURED.get(kind, PAYLOADS) if dice.random() < 0.5 else PAYLOADS
        chosen = dice.choice([p for p in payloads if p.is_short or not short])
        self.drawn[f"{chosen.name} {kind} {place}"] += 1
        return self.canaries.filled(chosen)

    def bent(self, kind: str, place: str, genuine: str) -> str:
        """*genuine*, or what stands in its place."""
        if kind in TRANSLATED and genuine in self._given:
            return self._given[genuine]
        if kind == "dates" and self.fraction:
            genuine = FRACTION.sub(f".{self.fraction}Z", genuine)
        dice = self.dice(kind, place)
        if dice is None:
            return genuine
        text = self.payload(kind, place, dice)
        made = dated(genuine, text, dice) if kind == "dates" else joined(genuine, text, dice)
        if kind in TRANSLATED and genuine not in self.meant:
            self._given[genuine] = made
            self.meant[made] = genuine
        return made

    def restored(self, request: bytes) -> bytes:
        """*request* in the words of the server behind."""
        request = DIGITS.sub(self._instant, request)
        for text, genuine in list(self.meant.items()):
            plain = quote(genuine, safe="").encode()
            for form in forms(text):
                if form not in request:
                    continue
                if genuine in text:
                    request = request.replace(form, plain)
                else:  # which may stand elsewhere too
                    alone = rb"(?<=[/=\"])%(form)s(?=[\"&/? \r]|$)|(?<=Bearer )%(form)s(?=\r|$)"
                    request = re.sub(alone % {b"form": re.escape(form)}, plain, request)
        return request

    def _instant(self, found: re.Match[bytes]) -> bytes:
        """A second that was told with these digits is meant as its beginning; others are cut to nine."""
        return b"Z" if found[1] == self.fraction.encode() else b"." + found[1][:9] + b"Z"

    # Answers

    def answer(self, head: bytes, body: bytes) -> bytes:
        """A whole answer, its texts chosen anew."""
        status, *lines = head.split(b"\r\n")
        version, code, *_ = status.split(b" ", 2)
        headers = [(name, value.strip()) for name, _, value in (line.partition(b":") for line in lines)]
        kind = next((value for name, value in headers if name.lower() == b"content-type"), b"")
        if b"json" in kind and body:
            body = self.body(body)
        headers = [self.header(name, value) for name, value in headers]
        headers += self.more_headers()
        dice = self.dice("reasons", "reason")
        reason = (
            b"" if dice is None else one_line(octets(self.payload("reasons", "reason", dice, short=True)))
        )
        return framed(b" ".join((version, code, reason)), headers, body)

    def body(self, raw: bytes) -> bytes:
        """A JSON body, its texts chosen anew."""
        value = self.value("", json.loads(raw))
        dice = self.dice("bodies", "body")
        if dice is not None:
            payload = octets(self.payload("bodies", "body", dice))
            whole = octets(written(value, escaped=True))
            return dice.choice(
                (payload, payload + whole, whole + payload, whole[:-1] + b", " + payload + b"}")
            )
        numbers: list[str] = []
        text = written(self.numbered(value, numbers), escaped=bool(self.seed % 2))
        for number in numbers:
            text = text.replace('"\\u0000number"', number, 1)
        return octets(text)

    def value(self, name: str, value: Any) -> Any:
        """The value of the member *name*."""
        if isinstance(value, dict):
            made = {self.name(key): self.value(key, each) for key, each in value.items()}
            dice = self.dice("names", f"{name} more")
            return made if dice is None else {**made, self.payload("names", name, dice): "x"}
        if isinstance(value, list):
            return [self.value(name, each) for each in value]
        return self.bent(self.kind(name, value), name, value) if isinstance(value, str) else value

    def name(self, name: str) -> str:
        """The name of a member."""
        dice = self.dice("names", name) if name != TOKEN else None  # by which a token is known as a secret
        return name if dice is None or dice.random() < 0.7 else self.payload("names", name, dice)

    def kind(self, name: str, text: str) -> str:
        """Which of ``FIELDS`` a member with this value is."""
        if name == TOKEN:
            self.tokens.add(text)
            return "tokens"
        if name in OAUTH:
            return "oauth"
        shapes = {"dates": MOMENT, "codes": CODE, "ids": ID, "cursors": CURSOR}
        return next((kind for kind, shape in shapes.items() if shape.fullmatch(text)), "words")

    def numbered(self, value: Any, numbers: list[str]) -> Any:
        """*value*, with a mark for each number that is to be another, which *numbers* is given."""
        if isinstance(value, dict):
            return {key: self.numbered(each, numbers) for key, each in value.items()}
        if isinstance(value, list):
            return [self.numbered(each, numbers) for each in value]
        if isinstance(value, int) and not isinstance(value, bool):
            dice = self.dice("numbers", "number")
            if dice is not None:
                numbers.append(dice.choice(NUMBERS))
                return "\x00number"
        return value

    # Header lines

    def header(self, name: bytes, value: bytes) -> Header:
        """A header line."""
        lower = name.lower().decode("latin-1")
        if lower in ("content-length", "connection", "transfer-encoding"):
            return name, value
        if lower == "location":
            for genuine, made in list(self._given.items()):
                value = value.replace(genuine.encode(), quote(octets(made), safe="").encode())
        kind = "media" if lower == "content-type" else "headers"
        dice = self.dice(kind, lower)
        if dice is None:
            return name, value
        text = octets(self.payload(kind, lower, dice, short=True))
        chosen = dice.choice((text, value + b" " + text, text + b" " + value, value + b'; a="' + text + b'"'))
        return name, one_line(chosen)

    def more_headers(self) -> list[Header]:
        """Header lines that the server behind did not send."""
        found = []
        for place in EXTRA:
            dice = self.dice("headers", place)
            if dice is not None:
                value = one_line(octets(self.payload("headers", place, dice, short=True)))
                found.append((place.encode(), value))
        dice = self.dice("headers", "name")
        if dice is not None:
            name = one_line(octets(self.payload("headers", "name", dice, short=True))).replace(b":", b"")
            found.append((name, b"x"))
        return found

    # Webhooks

    def delivery(self, head: bytes, body: bytes) -> bytes:
        """A webhook, its texts chosen anew."""
        line, *lines = head.split(b"\r\n")
        headers = [(name, value.strip()) for name, _, value in (each.partition(b":") for each in lines)]
        changed = [self.header(name, value) for name, value in headers if name.lower() != b"host"]
        return framed(line, [*changed, *self.more_headers(), (b"Host", b"localhost")], self.body(body))


def forms(text: str) -> Iterator[bytes]:
    """How *text* may stand in a request."""
    raw = octets(text)
    yield from (quote(raw, safe="").encode(), quote(raw).encode(), quote_plus(raw).encode())
    yield from (json.dumps(text)[1:-1].encode(), octets(json.dumps(text, ensure_ascii=False)[1:-1]), raw)


def joined(genuine: str, text: str, dice: random.Random) -> str:
    """*text* in the place of *genuine*, before or after it."""
    return dice.choice((text, genuine + text, genuine + text, text + genuine))


def dated(genuine: str, text: str, dice: random.Random) -> str:
    """A time that begins as *genuine* does."""
    second = genuine[:19]
    return dice.choice(
        (f"{second}.{text}Z", f"{second}.0+{text}+000Z", f"{genuine[:-1]}{text}Z", text, f"{genuine}{text}")
    )


def written(value: Any, *, escaped: bool) -> str:
    """*value* as JSON."""
    return json.dumps(value, ensure_ascii=escaped)


def one_line(raw: bytes) -> bytes:
    """*raw* as part of one header line; other control characters stay."""
    return re.sub(rb"[\r\n]+", b" ", raw)[:LONGEST_LINE]


def framed(first: bytes, headers: Iterable[Header], body: bytes) -> bytes:
    """A message with the length that it has, on a connection that ends with it."""
    kept = [each for each in headers if each[0].lower() not in (b"connection", b"transfer-encoding")]
    if body:
        kept = [each for each in kept if each[0].lower() != b"content-length"]
        kept.append((b"Content-Length", str(len(body)).encode()))
    lines = [first, *(name + b": " + value for name, value in kept), b"Connection: close", b"", b""]
    return b"\r\n".join(lines) + body


@dataclass
class Proxy:
    """Listens at ``url`` and passes everything on; ``received`` is what arrived, in its order."""

    url: str = ""
    received: list[bytes] = field(default_factory=list)
    hostile: bool = True


@contextmanager
def hostile_target(upstream: str, texts: Texts) -> Iterator[Proxy]:
    """A target before the server at *upstream*, with the texts that *texts* chooses."""

    def serve(proxy: Proxy, request: bytes, pump: Callable[[bytes], bytes]) -> bytes:
        head, _, body = request.partition(HEAD_END)
        if proxy.hostile:
            head, body = texts.restored(head), texts.restored(body)
        head = re.sub(rb"(?i)(\r\nContent-Length:)[^\r]*", rb"\1 %d" % len(body), head)
        answer = pump(head + b"\r\nConnection: close" + HEAD_END + body)
        head, _, body = answer.partition(HEAD_END)
        return texts.answer(head, body) if proxy.hostile and head.startswith(b"HTTP/") else answer

    with _proxy(upstream, serve) as made:
        yield made


@contextmanager
def hostile_webhooks(receiver: str, texts: Texts) -> Iterator[Proxy]:
    """Where a server sends its webhooks, to be passed on to *receiver* with other texts."""

    def serve(proxy: Proxy, request: bytes, pump: Callable[[bytes], bytes]) -> bytes:
        head, _, body = request.partition(HEAD_END)
        return pump(texts.delivery(head, body) if proxy.hostile else request)

    with _proxy(receiver, serve) as made:
        yield made


Serve = Callable[[Proxy, bytes, Callable[[bytes], bytes]], bytes]


@contextmanager
def _proxy(upstream: str, serve: Serve) -> Iterator[Proxy]:
    parts = urlsplit(upstream)
    address = (parts.hostname or "", parts.port or 80)
    with socket.create_server(("127.0.0.1", 0), backlog=256) as listener:
        made = Proxy(f"http://127.0.0.1:{listener.getsockname()[1]}{parts.path}")

        def pump(request: bytes) -> bytes:
            with socket.create_connection(address, READ_TIMEOUT_S) as behind:
                behind.settimeout(READ_TIMEOUT_S)
                came = bytearray()
                with suppress(OSError):  # a server may answer, and leave, before it has read all
                    behind.sendall(request)
                with suppress(OSError):
                    while piece := behind.recv(65536):
                        came += piece
                return bytes(came)

        def take(channel: socket.socket) -> None:
            with channel, suppress(OSError):
                channel.settimeout(READ_TIMEOUT_S)
                request, whole = _request(channel)
                made.received.append(request)
                if request:
                    channel.sendall(serve(made, request, pump) if whole else pump(request))
                    channel.shutdown(socket.SHUT_WR)
                    channel.recv(1)

        def listen() -> None:
            while True:
                try:
                    channel, _ = listener.accept()
                except OSError:
                    return
                threading.Thread(target=take, args=(channel,), daemon=True).start()

        threading.Thread(target=listen, daemon=True).start()
        try:
            yield made
        finally:
            listener.shutdown(socket.SHUT_RDWR)


def _request(channel: socket.socket) -> tuple[bytes, bool]:
    """What a caller sent, and whether that is one whole request whose length it gives."""
    came = b""
    with suppress(TimeoutError):
        while HEAD_END not in came:
            piece = channel.recv(65536)
            if not piece:
                return came, False
            came += piece
        head = came.partition(HEAD_END)[0]
        lengths = re.findall(rb"(?im)^content-length:[ \t]*(\d{1,9})[ \t]*\r?$", head)
        if re.search(rb"(?im)^transfer-encoding:", head) or len(lengths) > 1:
            channel.settimeout(0.3)  # it is passed on as it is, with what follows at once
            while piece := channel.recv(65536):
                came += piece
            return came, False
        if re.search(rb"(?im)^expect: *100-continue", head):
            channel.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        while lengths and len(came) - len(head) - len(HEAD_END) < int(lengths[0]):
            piece = channel.recv(65536)
            if not piece:
                return came, False
            came += piece
        return came, True
    return came, False
