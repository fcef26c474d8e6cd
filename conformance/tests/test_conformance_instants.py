"""Instants near one that was told, and that no text of a target stops the journal that looks for them."""

from __future__ import annotations

import datetime as dt

import pytest

from cynod_conformance.base.timestamps import finer, just_after, shortly_after
from cynod_conformance.observe import Exchange, Request, Response
from cynod_conformance.reproduction.exchange_log import ExchangeLog


@pytest.mark.parametrize(
    ("told", "next_one", "brief", "fine"),
    [
        ("2026-11-29T06:00:00.123Z", "2026-11-29T06:00:00.124Z", "2026-11-29T06:00:00.2Z",
         "2026-11-29T06:00:00.123000000Z"),
        ("2026-11-29T06:00:00.997512Z", "2026-11-29T06:00:00.997513Z", "2026-11-29T06:00:00.998Z",
         "2026-11-29T06:00:00.997512000Z"),
        ("2026-12-31T23:59:59.999Z", "2027-01-01T00:00:00.000Z", "2026-12-31T23:59:59.999Z",
         "2026-12-31T23:59:59.999000000Z"),
        ("2026-11-29T06:00:00Z", "2026-11-29T06:00:01Z", "2026-11-29T06:00:00Z",
         "2026-11-29T06:00:00.000000000Z"),
        ("9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z",
         "9999-12-31T23:59:59.999999000Z"),
        ("2026-11-29T06:00:00.123456789Z", "2026-11-29T06:00:00.123457Z", "2026-11-29T06:00:00.2Z",
         "2026-11-29T06:00:00.123456789Z"),
    ],
)  # fmt: skip
def test_instants_near_one(told: str, next_one: str, brief: str, fine: str) -> None:
    assert (just_after(told), shortly_after(told), finer(told)) == (next_one, brief, fine)
    assert dt.datetime.fromisoformat(told) <= dt.datetime.fromisoformat(brief)


@pytest.mark.parametrize("told", ["2026-02-31T00:00:00.1Z", "9999-12-31T23:59:59.999999Z"])
def test_a_time_that_nothing_follows_stops_no_journal(told: str) -> None:
    exchange_log = ExchangeLog()
    body = f'{{"date": "{told}"}}'.encode()
    exchange_log.see(Exchange("1", None, Request("GET", "http://x/y"), Response(200, (), body)), 1.0)
    assert list(exchange_log.used(told)) == [told]
    assert not exchange_log.before(f"{told[:-1]}5Z")


def test_the_latest_of_the_times_that_a_bound_follows_is_taken() -> None:
    """Otherwise what a correct server shows after the bound depends on how far apart the items are made."""
    exchange_log = ExchangeLog()
    early, late, other = (f"2026-11-29T06:00:00.{digits}Z" for digits in ("510001", "580003", "610000"))
    for number, told in enumerate((late, early, other)):
        body = f'{{"date": "{told}"}}'.encode()
        exchange_log.see(
            Exchange(str(number), None, Request("GET", "http://x/y"), Response(200, (), body)), 1.0
        )
    assert exchange_log.before("2026-11-29T06:00:00.6Z") == late
    assert exchange_log.before(just_after(early)) == early
