"""A bounded in-memory ring buffer of recent exchanges."""

from __future__ import annotations

from collections import deque
from itertools import count

from .record import Record

MAX_EXCHANGES = 200


class RecentExchanges:
    """The last ``MAX_EXCHANGES`` exchanges. Any thread may read."""

    def __init__(self) -> None:
        self._ring: deque[Record] = deque(maxlen=MAX_EXCHANGES)
        self._numbers = count(1)
        self.last = 0  # number of the newest exchange

    def add(self, record: Record) -> None:
        """Number and add *record*; the oldest is dropped when the buffer is full."""
        record.id = next(self._numbers)
        self._ring.append(record)
        self.last = record.id

    def newest(self, after: int = 0) -> list[Record]:
        """The exchanges numbered above *after*, the newest first."""
        return [record for record in reversed(self._ring.copy()) if record.id > after]

    def find(self, id: int) -> Record | None:
        """The exchange numbered *id*, or None when it is no longer in the buffer."""
        return next((record for record in self._ring.copy() if record.id == id), None)

    def clear(self) -> None:
        """Remove all exchanges; numbering continues."""
        self._ring.clear()
