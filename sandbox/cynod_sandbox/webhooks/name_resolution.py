"""Resolves host names, so that an unresponsive name server delays only those who ask for the same name.

``getaddrinfo`` cannot be cancelled. Each look-up has a thread of its own, outside the pools of the rest of
the process. A name has one look-up at a time; later callers wait for the same one.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from concurrent.futures import Future

MAX_LOOKUPS = 256  # at the same time, in this process


class Resolver:
    """Resolves names with at most *most* look-ups at a time. Safe for several threads and event loops."""

    def __init__(self, most: int = MAX_LOOKUPS) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._under_way: dict[tuple[str, int], Future[list[str]]] = {}

    async def find(self, host: str, port: int) -> list[str]:
        """The addresses of *host*, in the order to try. Raises OSError for none, or for too many look-ups."""
        return await asyncio.shield(asyncio.wrap_future(self._begun(host, port)))

    def _begun(self, host: str, port: int) -> Future[list[str]]:
        """The look-up of *host* in progress, or a new one."""
        with self._lock:
            known = self._under_way.get((host, port))
            if known is not None:
                return known
            if len(self._under_way) >= self._most:
                raise OSError("too many host names are being looked up")
            made: Future[list[str]] = Future()
            made.set_running_or_notify_cancel()  # whoever stops waiting for it does not cancel it
            self._under_way[host, port] = made
        # A daemon: a look-up that hangs does not keep the process from ending.
        threading.Thread(target=self._resolve, args=(host, port, made), name="lookup", daemon=True).start()
        return made

    def _resolve(self, host: str, port: int, made: Future[list[str]]) -> None:
        found: list[str] = []
        failure: Exception | None = None
        try:
            entries = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            found = list(dict.fromkeys(str(entry[4][0]) for entry in entries))
        except Exception as error:  # noqa: BLE001 - whoever waits raises it
            failure = error if isinstance(error, OSError) else OSError(f"{host!r} is no host name: {error}")
        with self._lock:
            del self._under_way[host, port]
        if failure is not None:
            made.set_exception(failure)
        else:
            made.set_result(found)


RESOLVER = Resolver()
