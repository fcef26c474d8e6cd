"""How long the target took for each operation: reported, never judged (clause ROB-6)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from cynod_conformance.observe import Exchange


@dataclass(frozen=True)
class Latency:
    """What one operation took, from the request to the end of its answer; times in milliseconds."""

    operation: str
    count: int
    p50: float
    p99: float

    def as_json(self) -> dict[str, Any]:
        """The row of the report."""
        return {"operation": self.operation, "count": self.count, "p50_ms": self.p50, "p99_ms": self.p99}


class Latencies:
    """Every answer's time, by operation."""

    def __init__(self) -> None:
        self._seconds: defaultdict[str, list[float]] = defaultdict(list)

    def count(self, exchange: Exchange) -> None:
        """Put down one exchange; those that belong to no operation are left out."""
        if exchange.operation is not None:
            self._seconds[exchange.label].append(exchange.response.elapsed)

    def rows(self) -> list[Latency]:
        """Each operation that answered, by name."""
        found = []
        for operation, seconds in sorted(self._seconds.items()):
            ranked = sorted(seconds)
            found.append(Latency(operation, len(ranked), _quantile(ranked, 50), _quantile(ranked, 99)))
        return found


def _quantile(ranked: list[float], percent: int) -> float:
    """The least of *ranked* seconds, in milliseconds, that *percent* of them do not exceed."""
    rank = -(-percent * len(ranked) // 100)
    return round(ranked[rank - 1] * 1000, 1)
