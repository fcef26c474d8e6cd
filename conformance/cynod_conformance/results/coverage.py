"""What a run has seen: which operation answered which status and code, to whom, and in which phase."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from cynod_conformance.base.phases import EVERY
from cynod_conformance.observe import Exchange
from cynod_spec.model import Code, Contract

NOBODY = "—"  # the operation of a request that belongs to none


@dataclass(frozen=True, order=True)
class Seen:
    """One kind of answer: to which operation, with which status and code (empty: none), to whom, when."""

    operation: str
    status: int
    code: str
    identity: str
    phase: str

    @property
    def case(self) -> tuple[str, int, str]:
        """What the document speaks of: operation, status and code."""
        return self.operation, self.status, self.code


@dataclass(frozen=True)
class Taught:
    """What one phase did: its requests, the cases it saw, and those that no phase before it had seen."""

    phase: str
    requests: int
    cells: int
    new: int


class Coverage:
    """Counts every exchange of one run."""

    def __init__(self) -> None:
        self._counted: Counter[Seen] = Counter()

    def count(self, exchange: Exchange, code: Code | None) -> None:
        """Put down one exchange and the code that its answer carried, if any."""
        phase = exchange.phase.partition(" ")[0]
        operation = exchange.label if exchange.operation else NOBODY
        status, value = exchange.response.status, code.value if code else ""
        self._counted[Seen(operation, status, value, exchange.identity, phase)] += 1

    def taught(self) -> Iterator[Taught]:
        """Each phase that sent something, in their order."""
        known: set[tuple[str, int, str]] = set()
        for phase in EVERY:
            found = {seen: n for seen, n in self._counted.items() if seen.phase == phase}
            if found:
                cells = {seen.case for seen in found}
                yield Taught(phase, sum(found.values()), len(cells), len(cells - known))
                known |= cells

    def listed(self, contract: Contract) -> tuple[int, int]:
        """How many of the operation × status × code that the document lists were seen, and of how many."""
        wanted = {
            (operation.key, response.status, code.value)
            for operation in contract.operations
            for response in operation.responses
            for code in response.codes
        }
        return len(wanted & {seen.case for seen in self._counted}), len(wanted)

    def as_json(self, contract: Contract) -> dict[str, Any]:
        """The whole of it as JSON values, for the report."""
        seen, listed = self.listed(contract)
        return {
            "listed": {"seen": seen, "of": listed},
            "phases": [asdict(taught) for taught in self.taught()],
            "seen": self.rows(),
        }

    def rows(self) -> list[dict[str, Any]]:
        """Every kind of answer with its count, by operation."""
        return [{**asdict(seen), "count": count} for seen, count in sorted(self._counted.items())]
