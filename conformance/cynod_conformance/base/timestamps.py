"""Instants of RFC 3339 near one that was told, with as many digits of the second, fewer or more."""

from __future__ import annotations

import datetime as dt
import re

MAX_FRACTION_DIGITS = 6  # digits of a second that Python's own instants have
SECOND = len("2026-11-29T00:00:00")
NANOSECOND_DIGITS = 9  # digits of a nanosecond


def just_after(text: str) -> str:
    """The first instant after *text* that can be told with as many digits, at most six.

    *text* itself at the end of time. Raises ValueError where it is no instant.
    """
    digits = min(MAX_FRACTION_DIGITS, len(fraction(text)))
    try:
        after = dt.datetime.fromisoformat(text) + dt.timedelta(
            microseconds=10 ** (MAX_FRACTION_DIGITS - digits)
        )
    except OverflowError:
        return text
    told = f".{after.microsecond:0{MAX_FRACTION_DIGITS}}"[: digits + 1] if digits else ""
    return f"{after:%Y-%m-%dT%H:%M:%S}{told}Z"


def shortly_after(text: str) -> str:
    """The next instant of the same second that the fewest digits can tell; *text* where no digits follow."""
    told = fraction(text)
    for digits in range(1, len(told) + 1):
        if set(told[:digits]) != {"9"}:
            return f"{text[:SECOND]}.{int(told[:digits]) + 1:0{digits}}Z"
    return text


def finer(text: str) -> str:
    """The instant *text* with nine digits of a second."""
    return f"{text[:SECOND]}.{fraction(text):0<{NANOSECOND_DIGITS}}Z"


def fraction(text: str) -> str:
    """The digits that *text* has of its second."""
    found = re.match(r"\.(\d+)", text[SECOND:], re.ASCII)
    return found[1] if found else ""
