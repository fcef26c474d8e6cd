"""A channel from the workers to the process of the console, on which they send their records."""

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

_MAX_WAITING_RECORDS = 1000  # of a worker; further ones are dropped

_log = logging.getLogger("cynod.sandbox.traffic")


@dataclass(frozen=True, slots=True)
class ChannelAddress:
    """The address of a channel, and the key that authenticates senders."""

    place: str
    key: bytes = field(repr=False)


@contextmanager
def record_channel(take: Callable[[Record], None]) -> Iterator[ChannelAddress]:
    """Open a channel while the block runs; *take* gets every record sent to its address."""
    key = secrets.token_bytes(32)
    listener = Listener(authkey=key)  # a socket that only this user can open
    threading.Thread(target=_accept, args=(listener, take), name="record_channel", daemon=True).start()
    try:
        yield ChannelAddress(str(listener.address), key)
    finally:
        listener.close()


def record_sender(address: ChannelAddress) -> Callable[[Record], None]:
    """A function that sends records to *address* and never blocks."""
    waiting: Queue[Record] = Queue(_MAX_WAITING_RECORDS)
    threading.Thread(target=_send, args=(address, waiting), name="sending", daemon=True).start()

    def send(record: Record) -> None:
        with suppress(Full):
            waiting.put_nowait(record)

    return send


def _send(address: ChannelAddress, waiting: Queue[Record]) -> None:
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
