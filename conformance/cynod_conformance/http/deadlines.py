"""One deadline for a whole answer: a time-out between octets never ends an answer that drips."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

INTERVAL_S = 0.25  # between two looks at the deadlines


class Deadline:
    """The end of the time for one answer; ``expired`` once it was cut."""

    def __init__(self, end: float) -> None:
        self.end = end  # ``time.monotonic``
        self.expired = False
        self._cut: Callable[[], None] | None = None

    def hold(self, cut: Callable[[], None]) -> None:
        """Call *cut*, which wakes up whoever reads the answer, when the time is over: at once if it is."""
        self._cut = cut
        if self.expired:  # while the connection was opened: the timer looks at it no more
            cut()

    def expire(self) -> None:
        """The time is over."""
        self.expired = True
        if self._cut is not None:
            self._cut()


class DeadlineTimer:
    """Ends answers that take too long, in a thread that lives until ``close``."""

    def __init__(self) -> None:
        self._deadlines: set[Deadline] = set()
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._thread: threading.Thread | None = None

    @contextmanager
    def within(self, seconds: float) -> Iterator[Deadline]:
        """The deadline of this thread's answer, *seconds* from now."""
        deadline = Deadline(time.monotonic() + seconds)
        with self._lock:
            self._deadlines.add(deadline)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="deadlines", daemon=True)
                self._thread.start()
        mark = _current.set(deadline)
        try:
            yield deadline
        finally:
            _current.reset(mark)
            with self._lock:
                self._deadlines.discard(deadline)

    def close(self) -> None:
        """Look at no deadline any more."""
        self._closed.set()

    def _run(self) -> None:
        while not self._closed.wait(INTERVAL_S):
            now = time.monotonic()
            with self._lock:
                late = [each for each in self._deadlines if each.end < now and not each.expired]
            for deadline in late:
                deadline.expire()


_current: ContextVar[Deadline | None] = ContextVar("deadline", default=None)


def hold(cut: Callable[[], None]) -> None:
    """Let the deadline that this thread is under, if any, call *cut*."""
    deadline = _current.get()
    if deadline is not None:
        deadline.hold(cut)
