"""When to try again: exponential backoff with jitter, up to a number of attempts."""

from __future__ import annotations

import random

ATTEMPTS = 16  # with a backoff of one second: over about four hours
_LONGEST = 3600.0  # seconds between two attempts
_JITTER = 0.2  # of the delay, either way: less than doubling adds, so that delays grow


def delay(attempts: int, backoff: float) -> float | None:
    """Seconds to wait after that many *attempts*; None: there is no other. *backoff* is the first delay."""
    if attempts >= ATTEMPTS:
        return None
    return min(backoff * 2.0 ** (attempts - 1), _LONGEST) * random.uniform(1 - _JITTER, 1 + _JITTER)
