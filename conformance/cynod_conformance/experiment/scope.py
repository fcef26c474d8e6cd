"""What a run is asked to judge: profile, tier, clauses, operations."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import ceil
from typing import Literal

from cynod_conformance.experiment.case_types import TestCase
from cynod_conformance.experiment.registry import TIERS, Probe
from cynod_conformance.text.messages import both
from cynod_spec.base.errors import UsageError
from cynod_spec.model import Clause, Contract, Operation, Text, Tier

Profile = Literal["full", "quick", "protocol"]
QUICK_SHARE = Fraction(2, 3)  # of a probe's cases that a quick run performs
QUICK_MAX_CASES = 8  # of one probe in a quick run, unless QUICK_MIN_SHARE is more
QUICK_MIN_SHARE = Fraction(1, 6)  # of a probe's cases, however many


@dataclass(frozen=True)
class Scope:
    """The choices of one run. Empty ``clauses`` and ``operations`` choose all.

    ``seed`` draws the cases that a quick run performs.
    """

    profile: Profile = "full"
    tier: Tier = "write"
    clauses: frozenset[str] = field(default_factory=frozenset)
    operations: frozenset[str] = field(default_factory=frozenset)
    seed: int = 0

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
        """The chosen operations that may be called: below the write tier only those that read."""
        chosen = [o for o in contract.operations if not self.operations or {o.id, o.key} & self.operations]
        return [o for o in chosen if not o.writes or self.allows("write")]

    @property
    def samples(self) -> bool:
        """Whether a part of each probe's cases is performed: in a quick run that chooses nothing."""
        return self.profile == "quick" and not self.clauses and not self.operations

    def test_cases(self, probe: Probe, contract: Contract) -> list[TestCase]:
        """What *probe* ranges over in this run, in the document's order.

        Another seed draws others, each as likely: quick runs with seeds of their own see all in the end.
        """
        cases = list(probe.cases(contract, self.feasible(contract)))
        if not self.samples:
            return cases
        drawn = random.Random(f"{self.seed} {probe.clause}")
        count = max(min(QUICK_MAX_CASES, ceil(QUICK_SHARE * len(cases))), ceil(QUICK_MIN_SHARE * len(cases)))
        return [cases[index] for index in sorted(drawn.sample(range(len(cases)), count))]

    def undrawn(self, probe: Probe, contract: Contract) -> int:
        """How many cases of *probe* this run leaves out because it is a quick one."""
        return len(replace(self, profile="full").test_cases(probe, contract)) - len(
            self.test_cases(probe, contract)
        )

    def outside(self, clause: Clause) -> Text | None:
        """Why *clause* is not judged in this run; None when it is."""
        if self.clauses and clause.id not in self.clauses:
            return both("outside-choice")
        if self.profile == "protocol" and clause.layer != "protocol":
            return both("outside-profile")
        if not self.allows(clause.tier):
            return both("outside-tier", tier=clause.tier)
        return None
