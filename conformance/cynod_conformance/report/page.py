"""What ``report.html`` shows, in the order in which it shows it; how that looks is up to the templates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

from cynod_conformance.results.status import Result, Status
from cynod_conformance.runner.run import Run
from cynod_spec.model import Text

ORDER: tuple[Status, ...] = (
    "failed", "error", "inconclusive", "not_exercised", "waived", "passed", "not_applicable", "unchecked",
)  # fmt: skip
OPEN: tuple[Status, ...] = ("error", "inconclusive", "not_exercised", "waived")
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Group:
    """The failed clauses of one group, such as ``TOK``."""

    name: str
    results: tuple[Result, ...]


@dataclass(frozen=True)
class Open:
    """Clauses that neither passed nor failed, all for one reason."""

    status: Status
    reason: Text
    results: tuple[Result, ...]


@dataclass(frozen=True)
class Seen:
    """What one operation answered: each row as it was counted, and how often each status came."""

    operation: str
    rows: tuple[Row, ...]
    statuses: tuple[tuple[int, int], ...]


def failed(run: Run) -> list[Group]:
    """What failed, by group, as the document orders its clauses."""
    results = [r for r in run.results if r.status == "failed"]
    return [Group(name, tuple(members)) for name, members in groupby(results, key=lambda r: r.clause.group)]


def left_open(run: Run) -> list[Open]:
    """What neither passed nor failed, the gravest first, those of one reason together."""
    found: dict[tuple[Status, Text], list[Result]] = {}
    for status in OPEN:
        for result in run.results:
            if result.status == status:
                found.setdefault((status, result.reason), []).append(result)
    return [Open(status, reason, tuple(results)) for (status, reason), results in found.items()]


def counts(run: Run) -> list[tuple[Status, int]]:
    """How many clauses have each status that occurs."""
    seen = Counter(r.status for r in run.results)
    return [(status, seen[status]) for status in ORDER if seen[status]]


def anchored(groups: Sequence[Group], open_: Sequence[Open]) -> frozenset[str]:
    """The clauses that have a place of their own before the table of all clauses."""
    results = [*(r for each in groups for r in each.results), *(r for each in open_ for r in each.results)]
    return frozenset(result.clause.id for result in results)


def coverage(run: Run) -> list[Seen]:
    """What each operation answered."""
    found = []
    for operation, members in groupby(run.recorder.coverage.rows(), key=itemgetter("operation")):
        kept = tuple(members)
        statuses: Counter[int] = Counter()
        for row in kept:
            statuses[row["status"]] += row["count"]
        found.append(Seen(operation, kept, tuple(statuses.items())))
    return found


def columns(seen: Sequence[Seen]) -> list[str]:
    """What a row of the coverage says beside its operation and its count."""
    names = dict.fromkeys(name for each in seen for row in each.rows for name in row)
    return [name for name in names if name not in ("operation", "count")]
