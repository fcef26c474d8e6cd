"""Strangers who keep a server busy: many connections at once, from addresses of their own."""

from __future__ import annotations

import asyncio
import base64
import itertools
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

Request = Callable[[int], bytes]  # given a number of its own, the octets of one request

_CALM = 30  # seconds that the strangers have to end


@dataclass
class Seen:
    """What the strangers were answered: how often each status, and the last answer with it."""

    statuses: Counter[int] = field(default_factory=Counter)
    answers: dict[int, bytes] = field(default_factory=dict)
    broken: int = 0  # connections that ended without an answer


@contextmanager
def flooding(
    url: str,
    request: Request,
    *,
    connections: int,
    addresses: Sequence[str],
    again: bool = True,
    hang_up: bool = False,
) -> Iterator[Seen]:
    """While inside, so many *connections* from *addresses* in turn each send a request.

    *again*: and the next as soon as the answer is there, until the end. *hang_up*: nobody reads an answer.
    Without either, all of them have been answered at the end.
    """
    parts, seen, over = urlsplit(url), Seen(), threading.Event()
    assert parts.hostname
    assert parts.port
    host, port, numbers = parts.hostname, parts.port, itertools.count()

    async def stranger(address: str) -> None:
        while True:
            try:
                reader, writer = await asyncio.open_connection(host, port, local_addr=(address, 0))
                try:
                    while True:
                        writer.write(request(next(numbers)))
                        await writer.drain()
                        if hang_up:
                            break
                        status, answer = await _answer(reader)
                        seen.statuses[status] += 1
                        seen.answers[status] = answer
                        if over.is_set() or not again:
                            return
                finally:
                    writer.close()
            except (OSError, asyncio.IncompleteReadError):
                seen.broken += 1
                await asyncio.sleep(0.05)
            if over.is_set() or not again:
                return

    async def all_of_them() -> None:
        await asyncio.gather(*(stranger(addresses[n % len(addresses)]) for n in range(connections)))

    thread = threading.Thread(target=lambda: asyncio.run(all_of_them()), daemon=True)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join(_CALM)
    assert not thread.is_alive()


def post(path: str, body: bytes = b"", authorization: str = "", kind: str = "") -> bytes:
    """The octets of a POST."""
    return _message("POST", path, body, authorization, kind)


def get(path: str, authorization: str = "") -> bytes:
    """The octets of a GET."""
    return _message("GET", path, b"", authorization, "")


def basic(key: str, secret: str) -> str:
    """The value of ``Authorization`` for a pair."""
    return "Basic " + base64.b64encode(f"{key}:{secret}".encode()).decode()


def form(**values: str) -> bytes:
    """A form's body."""
    return "&".join(f"{name}={quote(value, safe='')}" for name, value in values.items()).encode()


def _message(method: str, path: str, body: bytes, authorization: str, kind: str) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: flood.example", f"Content-Length: {len(body)}"]
    lines += [f"Authorization: {authorization}"] if authorization else []
    lines += [f"Content-Type: {kind}"] if kind else []
    return "\r\n".join([*lines, "", ""]).encode() + body


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(
        int(line.partition(b":")[2])
        for line in head.split(b"\r\n")
        if line.lower().startswith(b"content-length:")
    )
    return int(head.split()[1]), head + await reader.readexactly(length)
