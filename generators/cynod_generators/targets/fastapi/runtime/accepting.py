"""Accepts connections on a listening socket, within the limits, even when file descriptors run out."""

from __future__ import annotations

import asyncio
import errno
import logging
import socket
import ssl
from collections.abc import Callable
from typing import Any

from .connections import Connection, Connections

_log = logging.getLogger("cynod.server")
_PAUSE_S = 0.1  # without accepting, when the machine has no room for another connection
_MAX_IN_A_ROW = 256  # connections accepted before other tasks run
_EXHAUSTED = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)


class Acceptor:
    """Gives each admitted connection of *listener* to a protocol made by *make_protocol*.

    It has the methods of ``asyncio.Server`` that uvicorn calls.
    """

    def __init__(
        self,
        listener: socket.socket,
        connections: Connections,
        make_protocol: Callable[[Connection], asyncio.Protocol],
        context: ssl.SSLContext | None,
    ) -> None:
        self._listener = listener
        self._connections = connections
        self._make_protocol = make_protocol
        self._context = context
        self._opening: set[asyncio.Task[Any]] = set()
        self._loop = asyncio.get_running_loop()
        self._paused: asyncio.TimerHandle | None = None
        listener.setblocking(False)
        self._resume()

    def close(self) -> None:
        """Accept no more connections, and end TLS handshakes in progress."""
        if self._paused is not None:
            self._paused.cancel()
        self._loop.remove_reader(self._listener.fileno())
        for task in self._opening:
            task.cancel()

    async def wait_closed(self) -> None:
        """Wait until the handshakes in progress have ended."""
        if self._opening:
            await asyncio.wait(self._opening)

    def _resume(self) -> None:
        self._paused = None
        self._loop.add_reader(self._listener.fileno(), self._accept)

    def _pause(self) -> None:
        self._loop.remove_reader(self._listener.fileno())
        self._paused = self._loop.call_later(_PAUSE_S, self._resume)

    def _accept(self) -> None:
        """Accept pending connections, many at once: otherwise a flood that reconnects delays others."""
        for _ in range(_MAX_IN_A_ROW):
            try:
                accepted, address = self._listener.accept()
            except (BlockingIOError, InterruptedError):
                return
            except OSError as error:  # others than these: the caller left meanwhile
                if error.errno not in _EXHAUSTED:
                    continue
                self._connections.make_room()
                _log.error("cannot accept a connection: %s", error.strerror)
                self._pause()
                return
            connection = self._connections.admit(str(address[0]) if isinstance(address, tuple) else "")
            if connection is None:
                accepted.close()
                continue
            accepted.setblocking(False)
            self._open(accepted, connection)

    def _open(self, accepted: socket.socket, connection: Connection) -> None:
        """Make the TLS handshake, if any, and give the connection to its protocol."""
        made = False

        def factory() -> asyncio.Protocol:
            nonlocal made
            made = True  # from here on, the transport closes the socket
            return self._make_protocol(connection)

        def finished(task: asyncio.Task[Any]) -> None:
            self._opening.discard(task)
            if not made:
                accepted.close()
            error = None if task.cancelled() else task.exception()
            if error is None and not task.cancelled():
                return
            self._connections.remove(connection)
            if isinstance(error, OSError):  # no TLS, or not in time: what strangers send is no event
                _log.debug("a connection was not opened: %s", error)
            elif error is not None:
                _log.error("a connection was not opened", exc_info=error)

        limit = self._connections.limits.first_octet_s if self._context is not None else None
        task = self._loop.create_task(
            self._loop.connect_accepted_socket(
                factory, accepted, ssl=self._context, ssl_handshake_timeout=limit
            )
        )
        connection.abort = task.cancel
        self._opening.add(task)
        task.add_done_callback(finished)
