"""The open connections of a process: admission, displacement of waiting ones, time limits.

Only a connection that waits for a request, for the rest of one, or for a delayed refusal is closed for
another; never one whose request is being answered.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Iterable
from enum import Enum

from .limits import Limits
from .networks import network_of

_log = logging.getLogger("cynod.server")
_REPORT_EVERY_S = 60.0  # between two log lines about refused and closed connections


class Phase(Enum):
    """The state of a connection."""

    OPENING = "opening"  # nothing was received yet, or the TLS handshake is under way
    HEAD = "head"  # the head of a request is being received
    BODY = "body"  # the body of a request is being received
    ANSWERING = "answering"  # a request was received and its answer is not complete
    DELAYED = "delayed"  # a request was received and its refusal is put off
    IDLE = "idle"  # everything was answered
    CLOSING = "closing"  # closed on this side, with octets left to send


_WAITING = (Phase.OPENING, Phase.HEAD, Phase.IDLE, Phase.CLOSING)


class Connection:
    """One connection, from its acceptance to its end.

    ``abort`` ends it at once; ``expire`` is called when its phase has lasted too long.
    """

    __slots__ = (
        "abort",
        "address",
        "deadline",
        "expire",
        "is_closing",
        "is_over",
        "limits",
        "phase",
        "since",
    )

    def __init__(self, address: str, limits: Limits) -> None:
        self.address = address  # the peer's, or its network's
        self.limits = limits
        self.is_over = False
        self.abort: Callable[[], object] = lambda: None
        self.expire: Callable[[], object] = self._abort
        self.is_closing: Callable[[], bool] = lambda: False
        self.enter(Phase.OPENING, limits.first_octet_s)

    def _abort(self) -> None:
        self.abort()

    def enter(self, phase: Phase, seconds: float = math.inf) -> None:
        """Enter *phase*, for at most *seconds*."""
        self.phase = phase
        self.since = time.monotonic()
        self.deadline = self.since + seconds


class Connections:
    """The connections of one listening socket.

    *is_exempt* tells whether an address, such as that of a trusted proxy, may exceed the limit of an address.
    """

    def __init__(self, limits: Limits, is_exempt: Callable[[str], bool] = lambda address: False) -> None:
        self.limits = limits
        self._is_exempt = is_exempt
        self._open: set[Connection] = set()
        self._by_address: dict[str, set[Connection]] = {}
        self._refused = 0
        self._given_up = 0
        self._next_report = 0.0

    def __len__(self) -> int:
        return len(self._open)

    def admit(self, address: str) -> Connection | None:
        """Admit a connection from *address*, by closing another if needed; None when there is no room."""
        exempt = self._is_exempt(address)
        key = address if exempt else network_of(address)
        own = self._by_address.get(key, set())
        share = 0 if exempt else self.limits.per_address
        full_share = share > 0 and len(own) >= share
        if (full_share and not self._give_up(own)) or (
            len(self._open) >= self.limits.connections and not self.make_room(len(own))
        ):
            self._refused += 1
            return None
        connection = Connection(key, self.limits)
        self._open.add(connection)
        self._by_address.setdefault(key, set()).add(connection)
        return connection

    def make_room(self, own: int = 0) -> bool:
        """Close a waiting connection, preferably of the address with most connections. Gives whether one was
        closed.

        *own*: the number of connections of the address that needs the room. It displaces no connection of an
        address that has fewer, and one whose refusal is delayed only of an address that has more.
        """
        most = max(self._by_address.values(), key=len, default=set())
        if own + 1 < len(most) and self._give_up(most, delayed=True):
            return True
        return self._give_up(each for each in self._open if len(self._by_address[each.address]) >= own)

    def remove(self, connection: Connection) -> None:
        """Remove *connection*, which has ended or is about to."""
        connection.is_over = True
        self._open.discard(connection)
        own = self._by_address.get(connection.address)
        if own is not None:
            own.discard(connection)
            if not own:
                del self._by_address[connection.address]

    def sweep(self) -> None:
        """End the connections whose phase took too long. Must be called several times a second."""
        now = time.monotonic()
        for connection in [each for each in self._open if each.deadline <= now or each.is_closing()]:
            if connection.phase is Phase.CLOSING:
                if connection.deadline <= now:
                    self._end(connection)
            elif connection.is_closing():
                connection.enter(Phase.CLOSING, self.limits.send_s)
            else:
                connection.deadline = math.inf
                connection.expire()
        self._report(now)

    def close(self) -> None:
        """End the connections that have sent nothing yet, because the server stops."""
        for connection in [each for each in self._open if each.phase is Phase.OPENING]:
            self._end(connection)

    def _give_up(self, connections: Iterable[Connection], *, delayed: bool = False) -> bool:
        """End the connection that has waited longest, or else the one whose body has taken longest.

        *delayed*: connections with a delayed refusal count as waiting.
        """
        waiting: Connection | None = None
        sending: Connection | None = None
        phases = (*_WAITING, Phase.DELAYED) if delayed else _WAITING
        for each in connections:
            if each.phase in phases:
                waiting = each if waiting is None or each.since < waiting.since else waiting
            elif each.phase is Phase.BODY:
                sending = each if sending is None or each.since < sending.since else sending
        victim = waiting or sending
        if victim is None:
            return False
        self._given_up += 1
        self._end(victim)
        return True

    def _end(self, connection: Connection) -> None:
        self.remove(connection)
        connection.abort()

    def _report(self, now: float) -> None:
        """Log from time to time how many connections were refused or closed for others."""
        if (self._refused or self._given_up) and now >= self._next_report:
            _log.warning(
                "too many connections: %d refused, %d closed for others (%d open)",
                self._refused,
                self._given_up,
                len(self._open),
            )
            self._refused = self._given_up = 0
            self._next_report = now + _REPORT_EVERY_S
