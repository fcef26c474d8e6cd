"""Exponential backoff with jitter between the attempts to deliver an event."""

from __future__ import annotations

import random

MAX_ATTEMPTS = 16  # with a backoff of one second, these take about four hours
_MAX_DELAY_S = 3600.0  # between two attempts, before jitter
_JITTER = 0.2  # part of the delay, added or subtracted: small enough that delays still grow


def delay(attempts: int, backoff: float) -> float | None:
    """Seconds until the next attempt after *attempts* of them, or None when that was the last.

    *backoff* is the delay after the first attempt, in seconds; it doubles each time.
    """
    if attempts >= MAX_ATTEMPTS:
        return None
    return min(backoff * 2.0 ** (attempts - 1), _MAX_DELAY_S) * random.uniform(1 - _JITTER, 1 + _JITTER)
