"""Wakes the sender of this process when an event was put down: it need not wait for its next look."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress


class Bell:
    """Rung in any thread, heard by one coroutine at a time; a ring that nobody waits for is not lost."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rung = False
        self._hearer: tuple[asyncio.AbstractEventLoop, asyncio.Event] | None = None

    def ring(self) -> None:
        """Wake who waits, or else who waits next."""
        with self._lock:
            self._rung = True
            if self._hearer is not None:
                loop, heard = self._hearer
                with suppress(RuntimeError):  # its loop has ended
                    loop.call_soon_threadsafe(heard.set)

    async def hear(self, seconds: float) -> None:
        """Wait for a ring, at most *seconds*."""
        heard = asyncio.Event()
        with self._lock:
            if self._rung:
                heard.set()
            self._hearer = asyncio.get_running_loop(), heard
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await heard.wait()
        finally:
            with self._lock:
                self._rung = self._rung and not heard.is_set()
                self._hearer = None


NEWS = Bell()
"""Rung within the transaction of the event. A database in memory lets who hears it wait for that
transaction's end; elsewhere the event may be there at the next look alone."""
