"""The receiver's open connections: a bounded number, of which newcomers push out the slowest."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass
from enum import Enum, auto

NEWCOMER_S = 0.25  # for which more than the most may be open, so that who just came can be read
_STOP_S = 2.0


class Phase(Enum):
    """How far a request is."""

    ARRIVING = auto()
    UNANSWERED = auto()  # arrived whole, and no answer is given on purpose
    ANSWERED = auto()


@dataclass(eq=False)
class Connection:
    """One sender's connection."""

    writer: asyncio.StreamWriter
    host: str
    task: asyncio.Task[None] | None
    phase: Phase = Phase.ARRIVING


class Connections:
    """At most *most*: one more ends the oldest that was answered, else the oldest that is still arriving.

    It ends after a moment, at once only where there are twice as many: of those who come in one rush, a
    sender whose request is there already is read before anybody has to go.
    Of several hosts, the one with the most requests that are arriving loses its oldest, so that strangers,
    however many and however slow, push out one another and not who delivers. Where nothing is arriving, the
    oldest of all ends: its sender waits for an answer that nobody gives.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._open: dict[Connection, None] = {}  # the oldest first
        self._trimming: asyncio.TimerHandle | None = None

    def admit(self, writer: asyncio.StreamWriter) -> Connection:
        """Count the connection behind *writer*, served by the current task."""
        if len(self._open) >= 2 * self._most:
            self._drop(self._slowest())
        if len(self._open) >= self._most and self._trimming is None:
            self._trimming = asyncio.get_running_loop().call_later(NEWCOMER_S, self._trim)
        host = str((writer.get_extra_info("peername") or ("",))[0])
        made = Connection(writer, host, asyncio.current_task())
        self._open[made] = None
        return made

    def leave(self, connection: Connection) -> None:
        """*connection* is over."""
        self._open.pop(connection, None)
        connection.writer.close()

    async def end_all(self) -> None:
        """End every connection and wait, within bounds, for the tasks that serve them."""
        if self._trimming is not None:
            self._trimming.cancel()
        tasks = {each.task for each in self._open if each.task is not None}
        for connection in list(self._open):
            self._drop(connection)
        if tasks:
            await asyncio.wait(tasks, timeout=_STOP_S)

    def _trim(self) -> None:
        self._trimming = None
        while len(self._open) > self._most:
            self._drop(self._slowest())

    def _slowest(self) -> Connection:
        answered = (each for each in self._open if each.phase is Phase.ANSWERED)
        arriving = [each for each in self._open if each.phase is Phase.ARRIVING]
        counts = Counter(each.host for each in arriving)
        # Of equals, `max` gives the first: the oldest.
        slowest = max(arriving, key=lambda each: counts[each.host], default=next(iter(self._open)))
        return next(answered, slowest)

    def _drop(self, connection: Connection) -> None:
        self._open.pop(connection, None)
        connection.writer.transport.abort()  # its task reads the end of the stream
