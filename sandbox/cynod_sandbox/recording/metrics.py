"""Counters of the API for Prometheus: no partner, no card and nothing that a caller chose is a label."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from .record import Record

TYPE = CONTENT_TYPE_LATEST
_SECONDS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_NONE = "none"

Gauge = tuple[str, str, Mapping[str, float] | float]
"""A name, what it is, and its value; by currency where it has one for each."""
Gauges = Callable[[], Iterable[Gauge]]


class Metrics:
    """What was answered, how fast, what it moved; *values* are the wire values of codes by role name."""

    def __init__(self, values: Mapping[str, str], gauges: Gauges = tuple) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # the library's own gap
        self._values = values
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "cynod_requests",
            "Requests by operation, HTTP status (cut: no answer) and internal code.",
            ("operation", "status", "code"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "cynod_request_duration_seconds",
            "Time from a request to its answer.",
            ("operation",),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._effects = Counter(
            "cynod_effects",
            "Operations that took effect, replays aside.",
            ("effect",),
            registry=self._registry,
        )
        self._moved = Counter(
            "cynod_money_moved_minor_units",
            "Money that operations moved, in minor units.",
            ("effect", "currency"),
            registry=self._registry,
        )
        self._rehearsed = Counter(
            "cynod_switches_acted", "Switches that acted.", ("switch",), registry=self._registry
        )
        self._registry.register(_Gauges(gauges))

    def count(self, record: Record) -> None:
        """Take one exchange into account."""
        operation = record.operation or _NONE
        status = "cut" if record.status is None else str(record.status)
        self._requests.labels(operation, status, self._values.get(record.code, _NONE)).inc()
        self._seconds.labels(operation).observe(record.duration)
        if record.effect:
            self._effects.labels(record.effect).inc()
            if record.amount:
                self._moved.labels(record.effect, record.currency).inc(record.amount)
        for wish in record.requested_switches:
            self._rehearsed.labels(wish.partition("=")[0]).inc()

    def text(self) -> bytes:
        """All of it, as Prometheus reads it."""
        return generate_latest(self._registry)


class _Gauges(Collector):
    """What is looked up when Prometheus asks."""

    def __init__(self, gauges: Gauges) -> None:
        self._gauges = gauges

    def collect(self) -> Iterator[Metric]:
        """Each gauge as it is now."""
        for name, about, values in self._gauges():
            if not isinstance(values, Mapping):
                yield GaugeMetricFamily(name, about, value=values)
                continue
            family = GaugeMetricFamily(name, about, labels=("currency",))
            for currency, value in values.items():
                family.add_metric((currency,), value)
            yield family

    def describe(self) -> Iterator[Metric]:
        """Nothing: what is collected says itself what it is."""
        return iter(())
