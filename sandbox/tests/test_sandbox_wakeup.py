"""The bell that wakes the sender of webhooks."""

from __future__ import annotations

import asyncio
import threading
import time

from cynod_sandbox.webhooks.wakeup import WakeUp


def heard_after(wake_up: WakeUp, most: float) -> float:
    """The seconds until it was heard, in a thread of its own: a browser's loop may be running in this one."""
    begun = time.monotonic()
    hearer = threading.Thread(target=lambda: asyncio.run(wake_up.wait(most)))
    hearer.start()
    hearer.join()
    return time.monotonic() - begun


def test_a_ring_from_another_thread_wakes_who_waits():
    wake_up = WakeUp()
    threading.Timer(0.05, wake_up.wake).start()
    assert heard_after(wake_up, 30) < 25


def test_a_ring_before_anybody_waited_is_heard_once():
    wake_up = WakeUp()
    wake_up.wake()
    wake_up.wake()
    assert heard_after(wake_up, 30) < 25
    assert heard_after(wake_up, 0.1) >= 0.09


def test_without_a_ring_the_wait_ends():
    assert heard_after(WakeUp(), 0.1) >= 0.09


def test_a_ring_after_the_hearers_loop_has_ended_is_kept():
    wake_up = WakeUp()
    heard_after(wake_up, 0.01)
    wake_up.wake()
    assert heard_after(wake_up, 30) < 25
