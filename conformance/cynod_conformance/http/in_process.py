"""A transport without sockets or processes: each connection is a protocol object of a server in this process.

Any server that is made of ``asyncio.Protocol`` objects can be judged so, such as one of a generated
``Application``: its parser, its limits and its refusals are the ones that would answer over a network.
"""

from __future__ import annotations

import asyncio
from typing import Any

import urllib3

from cynod_conformance.http import deadlines
from cynod_conformance.http.channel import Connect
from cynod_conformance.http.memory_channel import Connections, MemoryChannel
from cynod_conformance.http.pooled import MAX_IDLE_CONNECTIONS, PooledTransport


class InProcessTransport(PooledTransport):
    """Requests to the server whose event *loop* runs in another thread of this process.

    *connections* makes the protocol of each connection. *read_s* and *whole_s* are as in ``PooledTransport``.

    Example, with a ``server`` of asyncio protocols::

        transport = InProcessTransport("http://127.0.0.1", loop, server.connected, read_s=20, whole_s=30)
        answer = transport.send(Request("GET", "http://127.0.0.1/health"))
    """

    def __init__(
        self,
        url: str,
        loop: asyncio.AbstractEventLoop,
        connections: Connections,
        *,
        read_s: float,
        whole_s: float,
    ) -> None:
        self._loop, self._connections = loop, connections
        super().__init__(url, trust=_no_tls, connect_s=read_s, read_s=read_s, whole_s=whole_s)

    def _connector(self, url: str, connect_s: float) -> Connect:
        def connect() -> MemoryChannel:
            return MemoryChannel.open(self._loop, self._connections)

        return connect

    def _make_pool(self) -> urllib3.HTTPConnectionPool:
        connect = self._connector("", 0.0)

        class Connection(urllib3.connection.HTTPConnection):
            """A connection through memory."""

            def _new_conn(self) -> Any:  # urllib3 asks for no more of a socket than a channel has
                return connect()

            @property
            def is_connected(self) -> bool:
                return isinstance(self.sock, MemoryChannel) and self.sock.is_open

            def getresponse(self) -> Any:  # urllib3's own return type is at odds with http.client's
                if self.sock is not None:
                    deadlines.hold(self.sock.close)
                return super().getresponse()

        class Pool(urllib3.HTTPConnectionPool):
            """Such connections."""

            ConnectionCls = Connection

        return Pool(self._host or "", self._port, maxsize=MAX_IDLE_CONNECTIONS, timeout=self._timeout)


def _no_tls() -> Any:
    raise ValueError("nothing in this process speaks TLS")
