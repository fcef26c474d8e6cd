"""Instants as the database keeps them, microseconds since the epoch, and as RFC 3339 writes them."""

from __future__ import annotations

import datetime as dt
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CYCLE_YEARS, _CYCLE_DAYS = 400, 146_097  # the Gregorian calendar repeats after these


def instant(microseconds: int) -> str:
    """An instant, given in microseconds since the epoch, as RFC 3339 in UTC."""
    return (_EPOCH + timedelta(microseconds=microseconds)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def microseconds(text: str) -> int:
    """Microseconds since the epoch of an RFC 3339 instant in UTC, which the schema has accepted.

    Rounds up, so that `stored >= bound` and `stored < bound` are right for stored microseconds. Accepts year
    0 and leap seconds, which RFC 3339 has and ``datetime`` does not.
    """
    day, clock = text.removesuffix("Z").split("T")
    year, month, date = map(int, day.split("-"))
    hour, minute, second = clock.split(":")
    whole, _, fraction = second.partition(".")
    days = dt.date(year + _CYCLE_YEARS if year < 1 else year, month, date).toordinal() - _EPOCH.toordinal()
    days -= _CYCLE_DAYS if year < 1 else 0
    seconds = days * 86_400 + int(hour) * 3600 + int(minute) * 60 + int(whole)
    return seconds * 10**6 - (-int(fraction.ljust(9, "0") or 0) // 1000)
