"""From several workers to the one process that has the console: each sends what it records."""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Client, Connection, Listener
from queue import Empty, Full, Queue

from .record import Record

_WAITING = 1000  # records of a worker that wait to be sent; what is more is not recorded

_log = logging.getLogger("cynod.sandbox.traffic")


@dataclass(frozen=True, slots=True)
class Address:
    """Where records are sent, and the key that proves whose they are."""

    place: str
    key: bytes = field(repr=False)


@contextmanager
def gathering(take: Callable[[Record], None]) -> Iterator[Address]:
    """Give *take* every record sent to the address, while the block runs."""
    key = secrets.token_bytes(32)
    listener = Listener(authkey=key)  # a socket of this user's alone
    threading.Thread(target=_accept, args=(listener, take), name="gathering", daemon=True).start()
    try:
        yield Address(str(listener.address), key)
    finally:
        listener.close()


def sender(address: Address) -> Callable[[Record], None]:
    """What sends records to *address* without ever making its caller wait."""
    waiting: Queue[Record] = Queue(_WAITING)
    threading.Thread(target=_send, args=(address, waiting), name="sending", daemon=True).start()

    def send(record: Record) -> None:
        with suppress(Full):
            waiting.put_nowait(record)

    return send


def _send(address: Address, waiting: Queue[Record]) -> None:
    try:
        with Client(address.place, authkey=address.key) as line:
            while True:
                line.send(waiting.get())
    except OSError:
        _log.warning("the console is gone: nothing is recorded any more")
        while True:
            with suppress(Empty):
                waiting.get(timeout=60)


def _accept(listener: Listener, take: Callable[[Record], None]) -> None:
    while True:
        try:
            line = listener.accept()
        except OSError:
            return  # closed
        except Exception:  # noqa: BLE001 - somebody without the key
            continue
        threading.Thread(target=_read, args=(line, take), daemon=True).start()


def _read(line: Connection, take: Callable[[Record], None]) -> None:
    with suppress(EOFError, OSError):
        while True:
            take(line.recv())
