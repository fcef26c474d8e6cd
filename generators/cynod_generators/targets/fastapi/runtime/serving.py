"""A uvicorn server whose connections are bounded: how many, from whom, and how long each part may take."""

from __future__ import annotations

import asyncio
import math
import signal
import socket
import ssl
import sys
from collections.abc import Callable
from types import FrameType
from typing import Literal, cast

import uvicorn
from starlette.types import ASGIApp

from . import protocols
from .accepting import Acceptor
from .connections import Connection, Connections
from .forwarding import Forwarded, Proxies
from .limits import Limits

_STARTUP_FAILED = 3  # exit code, as uvicorn has it
_AFTER_OURS_S = 5  # seconds by which uvicorn's own bound on idle connections is later than that of the limits
GRACE_S = 10  # seconds given to requests under way when the server stops


def http_server(
    app: ASGIApp,
    refuse: protocols.Refuse,
    *,
    limits: Limits,
    lifespan: Literal["on", "off"],
    context: ssl.SSLContext | None = None,
    proxies: Proxies | None = None,
    ready: Callable[[], None] = lambda: None,
    grace_s: int | None = None,
) -> Server:
    """A server of *app*, over TLS with a *context*; call ``run`` or await ``serve`` with its sockets.

    *refuse* answers what never becomes a request, *ready* is called once the server answers, *grace_s* is the
    time for requests under way when it stops, by default ``GRACE_S``.
    """
    trusted = proxies or Proxies(())
    config = uvicorn.Config(
        Forwarded(app, trusted) if trusted else app,
        http=protocols.best(refuse),
        ws="none",
        loop="auto",
        lifespan=lifespan,
        log_config=None,
        log_level="error",  # what a caller does wrong is in our own line of it
        access_log=False,
        server_header=False,
        date_header=True,
        proxy_headers=False,  # ours, Forwarded, takes nothing but addresses
        timeout_keep_alive=math.ceil(max(limits.keep_alive_s, limits.head_s)) + _AFTER_OURS_S,
        timeout_graceful_shutdown=GRACE_S if grace_s is None else grace_s,
    )
    config.load()
    config.ssl = context
    return Server(config, Connections(limits.within_descriptors(), trusted.trusts), ready)


class Server(uvicorn.Server):
    """Made by ``http_server``. ``failure`` is what *ready* raised, which ends the server in good order."""

    def __init__(self, config: uvicorn.Config, connections: Connections, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._connections = connections
        self._ready = ready
        self.failure: Exception | None = None
        self._acceptors: list[Acceptor] = []

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if self.should_exit:
            signal.signal(sig, signal.SIG_DFL)
            signal.raise_signal(sig)
        super().handle_exit(sig, frame)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn's, for sockets that are given, with acceptors that know the limits."""
        await self.lifespan.startup()
        if self.lifespan.should_exit:
            sys.exit(_STARTUP_FAILED)
        await self.on_tick(0)  # sets the Date header before the first request
        self._acceptors = [
            Acceptor(each, self._connections, self._protocol, self.config.ssl) for each in sockets or ()
        ]
        self.servers = cast("list[asyncio.base_events.Server]", self._acceptors)
        self.started = True
        try:
            self._ready()
        except Exception as error:  # noqa: BLE001 - who runs the server raises it, after an orderly end
            self.failure = error
            self.should_exit = True

    async def on_tick(self, counter: int) -> bool:
        """Ten times a second: also look for connections that took too long."""
        self._connections.sweep()
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn's, once nothing is accepted any more."""
        for acceptor in self._acceptors:
            acceptor.close()
            await acceptor.wait_closed()
        await super().shutdown(sockets)

    def connected(self, address: str) -> asyncio.Protocol | None:
        """The protocol of one more connection, from *address*; None when it is refused.

        Called in the server's loop, once it has started.
        """
        connection = self._connections.admit(address)
        return None if connection is None else self._protocol(connection)

    def _protocol(self, connection: Connection) -> asyncio.Protocol:
        make = cast("Callable[..., protocols.BoundedProtocol]", self.config.http_protocol_class)
        made = make(config=self.config, server_state=self.server_state, app_state=self.lifespan.state)
        made.bind(connection, self._connections)
        return made
