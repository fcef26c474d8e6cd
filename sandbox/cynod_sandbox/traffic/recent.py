"""The last exchanges, and nobody's memory but theirs: a ring of bounded length."""

from __future__ import annotations

from collections import deque
from itertools import count

from .record import Record

KEPT = 200


class Recent:
    """The last ``KEPT`` exchanges, the newest last. Any thread may look."""

    def __init__(self) -> None:
        self._ring: deque[Record] = deque(maxlen=KEPT)
        self._numbers = count(1)
        self.last = 0  # the number of the newest one

    def add(self, record: Record) -> None:
        """Take *record* in, numbered, and let the oldest go."""
        record.id = next(self._numbers)
        self._ring.append(record)
        self.last = record.id

    def newest(self, after: int = 0) -> list[Record]:
        """The exchanges numbered above *after*, the newest first."""
        return [record for record in reversed(self._ring.copy()) if record.id > after]

    def find(self, id: int) -> Record | None:
        """The exchange numbered *id* while it is kept."""
        return next((record for record in self._ring.copy() if record.id == id), None)

    def clear(self) -> None:
        """Forget them all; numbers go on."""
        self._ring.clear()
