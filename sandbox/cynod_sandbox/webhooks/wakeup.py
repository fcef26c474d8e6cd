"""A signal that wakes the sender of this process when an event was written, before its next poll."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress


class WakeUp:
    """A wake-up signal from any thread to one waiting coroutine. Sent while nobody waits, it is kept."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_set = False
        self._waiter: tuple[asyncio.AbstractEventLoop, asyncio.Event] | None = None

    def wake(self) -> None:
        """Wake the waiting coroutine, or the next one that waits."""
        with self._lock:
            self._is_set = True
            if self._waiter is not None:
                loop, awake = self._waiter
                with suppress(RuntimeError):  # its loop has ended
                    loop.call_soon_threadsafe(awake.set)

    async def wait(self, seconds: float) -> None:
        """Wait for the signal, at most *seconds*."""
        awake = asyncio.Event()
        with self._lock:
            if self._is_set:
                awake.set()
            self._waiter = asyncio.get_running_loop(), awake
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await awake.wait()
        finally:
            with self._lock:
                self._is_set = self._is_set and not awake.is_set()
                self._waiter = None


OUTBOX_WAKE_UP = WakeUp()
"""Sent inside the transaction that writes the event. On a database in memory, the sender then waits for the
end of that transaction; on others, the event may be visible only at the next poll."""
