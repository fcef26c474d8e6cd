"""The bell that wakes the sender of webhooks."""

from __future__ import annotations

import asyncio
import threading
import time

from cynod_sandbox.webhooks.wakeup import Bell


def heard_after(bell: Bell, most: float) -> float:
    """The seconds until it was heard, in a thread of its own: a browser's loop may be running in this one."""
    begun = time.monotonic()
    hearer = threading.Thread(target=lambda: asyncio.run(bell.hear(most)))
    hearer.start()
    hearer.join()
    return time.monotonic() - begun


def test_a_ring_from_another_thread_wakes_who_waits():
    bell = Bell()
    threading.Timer(0.05, bell.ring).start()
    assert heard_after(bell, 30) < 25


def test_a_ring_before_anybody_waited_is_heard_once():
    bell = Bell()
    bell.ring()
    bell.ring()
    assert heard_after(bell, 30) < 25
    assert heard_after(bell, 0.1) >= 0.09


def test_without_a_ring_the_wait_ends():
    assert heard_after(Bell(), 0.1) >= 0.09


def test_a_ring_after_the_hearers_loop_has_ended_is_kept():
    bell = Bell()
    heard_after(bell, 0.01)
    bell.ring()
    assert heard_after(bell, 30) < 25
