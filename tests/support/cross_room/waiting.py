"""Waiting in tests for what happens elsewhere: in a server, a process, a thread."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

TIMEOUT_S = 20.0
PAUSE_S = 0.02

T = TypeVar("T")


def wait_until(
    condition: Callable[[], T], what: str = "", *, timeout_s: float = TIMEOUT_S, pause_s: float = PAUSE_S
) -> T:
    """Call *condition* every *pause_s* seconds until it gives something true; returns that.

    Fails after *timeout_s* seconds, and names *what* was waited for; an error of *condition* ends it too.

    Example: ``wait_until(lambda: receiver.deliveries, "a delivery", timeout_s=5)``
    """
    end = time.monotonic() + timeout_s
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() >= end:
            raise AssertionError(f"not within {timeout_s:g} s: {what or condition}")
        time.sleep(pause_s)  # between two looks
