"""One deadline for a whole answer: a time-out between octets never ends an answer that drips.

``Pool`` and ``SecurePool`` make their connections known to the watch that the thread is under.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import Any

import urllib3

TICK = 0.25  # seconds between two looks at the watches


class Watch:
    """One answer that is waited for, and the socket that it comes through, once there is one."""

    def __init__(self, end: float) -> None:
        self.end = end  # ``time.monotonic``
        self.expired = False
        self._socket: socket.socket | None = None

    def hold(self, channel: socket.socket | None) -> None:
        """The answer comes through *channel*."""
        self._socket = channel

    def cut(self) -> None:
        """Wake up whoever reads: nothing more comes."""
        self.expired = True
        if self._socket is not None:
            with suppress(OSError):
                # Of a TLS socket, too, the plain end: its own shutdown would pull the rug from the reader.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


class DeadlineTimer:
    """Cuts what takes too long, in a thread that lives until ``close``."""

    def __init__(self) -> None:
        self._watches: set[Watch] = set()
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._thread: threading.Thread | None = None

    @contextmanager
    def watching(self, seconds: float) -> Iterator[Watch]:
        """A watch over this thread's answer, which is cut after *seconds*."""
        watch = Watch(time.monotonic() + seconds)
        with self._lock:
            self._watches.add(watch)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="watchdog", daemon=True)
                self._thread.start()
        mark = _current.set(watch)
        try:
            yield watch
        finally:
            _current.reset(mark)
            with self._lock:
                self._watches.discard(watch)

    def close(self) -> None:
        """Watch no more."""
        self._closed.set()

    def _run(self) -> None:
        while not self._closed.wait(TICK):
            now = time.monotonic()
            with self._lock:
                late = [watch for watch in self._watches if watch.end < now and not watch.expired]
            for watch in late:
                watch.cut()


_current: ContextVar[Watch | None] = ContextVar("watch", default=None)


class _Connection(urllib3.connection.HTTPConnection):
    def getresponse(self) -> Any:  # urllib3's own return type is at odds with http.client's
        _show(self.sock)
        return super().getresponse()


class _SecureConnection(urllib3.connection.HTTPSConnection):
    def getresponse(self) -> Any:  # urllib3's own return type is at odds with http.client's
        _show(self.sock)
        return super().getresponse()


class Pool(urllib3.HTTPConnectionPool):
    """Connections in the clear that show their socket to the watch of the thread that waits."""

    ConnectionCls = _Connection


class SecurePool(urllib3.HTTPSConnectionPool):
    """Likewise, over TLS."""

    ConnectionCls = _SecureConnection


def _show(channel: socket.socket | None) -> None:
    watch = _current.get()
    if watch is not None:
        watch.hold(channel)
