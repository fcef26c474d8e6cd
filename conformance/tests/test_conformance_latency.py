"""Latencies: counted by operation, in milliseconds, by rank."""

from __future__ import annotations

import pytest

from cynod_conformance.observe import Exchange, Request, Response
from cynod_conformance.results.latency import Latencies
from cynod_spec import load_contract

OPERATION = load_contract().operations[0]


def counted(*seconds: float) -> Latencies:
    latencies = Latencies()
    for each in seconds:
        request = Request(OPERATION.method, f"http://127.0.0.1{OPERATION.path}")
        latencies.count(Exchange("1", OPERATION, request, Response(200, elapsed=each)))
    return latencies


@pytest.mark.parametrize(
    ("seconds", "p50", "p99"),
    [
        ([0.002], 2.0, 2.0),
        ([0.001, 0.003], 1.0, 3.0),
        ([number / 1000 for number in range(100, 0, -1)], 50.0, 99.0),
        ([0.001] * 99 + [5.0], 1.0, 1.0),
        ([0.001] * 98 + [5.0] * 2, 1.0, 5000.0),
    ],
)
def test_quantiles_are_ranks(seconds, p50, p99):
    (row,) = counted(*seconds).rows()
    assert (row.operation, row.count, row.p50, row.p99) == (OPERATION.key, len(seconds), p50, p99)


def test_what_belongs_to_no_operation_is_left_out():
    latencies = Latencies()
    latencies.count(Exchange("1", None, Request("GET", "http://127.0.0.1/x"), Response(404, elapsed=1)))
    assert latencies.rows() == []
