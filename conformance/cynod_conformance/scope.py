"""What a run is asked to judge: profile, tier, clauses, operations."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from cynod_conformance.messages import both
from cynod_conformance.registry import TIERS
from cynod_spec.errors import UsageError
from cynod_spec.model import Clause, Contract, Operation, Text, Tier

Profile = Literal["full", "quick", "protocol"]


@dataclass(frozen=True)
class Scope:
    """The choices of one run. Empty ``clauses`` and ``operations`` choose all."""

    profile: Profile = "full"
    tier: Tier = "write"
    clauses: frozenset[str] = field(default_factory=frozenset)
    operations: frozenset[str] = field(default_factory=frozenset)

    def check(self, contract: Contract) -> None:
        """Raises UsageError for a clause or operation that the document does not have."""
        known = {clause.id for clause in contract.clauses}
        for id in sorted(self.clauses - known):
            raise UsageError(f"the contract has no clause {id}", "`cynod conform --list` prints them")
        names = {o.id for o in contract.operations} | {o.key for o in contract.operations}
        for name in sorted(self.operations - names):
            raise UsageError(f"the contract has no operation {name}", "give an operationId or METHOD /path")

    def allows(self, tier: Tier) -> bool:
        """Whether *tier* is within the one chosen; tiers are cumulative."""
        return TIERS.index(tier) <= TIERS.index(self.tier)

    def feasible(self, contract: Contract) -> list[Operation]:
        """The operations that may be called: chosen, and reading ones alone below the write tier."""
        chosen = [o for o in contract.operations if not self.operations or {o.id, o.key} & self.operations]
        return [o for o in chosen if not o.writes or self.allows("write")]

    def outside(self, clause: Clause) -> Text | None:
        """Why *clause* is not judged in this run; None when it is."""
        if self.clauses and clause.id not in self.clauses:
            return both("outside-choice")
        if self.profile == "protocol" and clause.layer != "protocol":
            return both("outside-profile")
        if not self.allows(clause.tier):
            return both("outside-tier", tier=clause.tier)
        return None
