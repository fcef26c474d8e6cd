"""Accepts connections on a listening socket, within the limits; never stops for want of file descriptors."""

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
_PAUSE_S = 0.1  # seconds without accepting when the machine has no room for one more connection
_IN_A_ROW = 32  # connections accepted before others have their turn
_EXHAUSTED = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)


class Acceptor:
    """Gives each connection of *listener* that is admitted to a protocol of *make_protocol*.

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
        self._accepting = asyncio.create_task(self._accept())

    def close(self) -> None:
        """Accept nothing more, and end handshakes that are under way."""
        self._accepting.cancel()
        for task in self._opening:
            task.cancel()

    async def wait_closed(self) -> None:
        """Wait until nothing is accepted any more."""
        await asyncio.wait([self._accepting, *self._opening])

    async def _accept(self) -> None:
        loop, in_a_row = asyncio.get_running_loop(), 0
        while self._listener.fileno() != -1:
            try:
                accepted, address = await loop.sock_accept(self._listener)
            except OSError as error:  # others than these: the caller left meanwhile
                if error.errno in _EXHAUSTED:
                    self._connections.make_room()
                    _log.error("cannot accept a connection: %s", error.strerror)
                    await asyncio.sleep(_PAUSE_S)
                else:
                    await asyncio.sleep(0)
                continue
            in_a_row += 1
            if in_a_row % _IN_A_ROW == 0:
                await asyncio.sleep(0)
            connection = self._connections.admit(str(address[0]) if isinstance(address, tuple) else "")
            if connection is None:
                accepted.close()
                continue
            self._open(accepted, connection)

    def _open(self, accepted: socket.socket, connection: Connection) -> None:
        """Shake hands, if over TLS, and give the connection to its protocol."""
        loop, made = asyncio.get_running_loop(), False

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
        task = loop.create_task(
            loop.connect_accepted_socket(factory, accepted, ssl=self._context, ssl_handshake_timeout=limit)
        )
        connection.abort = task.cancel
        self._opening.add(task)
        task.add_done_callback(finished)
