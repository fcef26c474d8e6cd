"""From the statuses of clauses to one verdict and one exit code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from cynod_conformance.results.scenario_result import ScenarioResult
from cynod_conformance.results.status import Result

Name = Literal["conformant", "non_conformant", "inconclusive", "error"]
EXIT: dict[Name, int] = {"conformant": 0, "non_conformant": 1, "inconclusive": 3, "error": 4}


@dataclass(frozen=True)
class Verdict:
    """The run's one word, why, and how much of the contract stands behind it."""

    name: Name
    because: tuple[str, ...]  # ids of the clauses and scenarios that decided it
    checked: int  # MUST clauses that were judged and passed or failed
    musts: int  # MUST clauses of the document

    @property
    def exit_code(self) -> int:
        """0 conformant, 1 non_conformant, 3 inconclusive, 4 error."""
        return EXIT[self.name]


def verdict(
    results: Sequence[Result], fail_on: str = "must", scenarios: Sequence[ScenarioResult] = ()
) -> Verdict:
    """What applies first: a MUST failed, an error, a judged MUST left open, nothing judged; or conformant.

    With *fail_on* ``should``, SHOULD clauses weigh as MUST ones do when they fail; scenarios always do.
    """
    levels = {"MUST", "SHOULD"} if fail_on == "should" else {"MUST"}
    must = [r for r in results if r.clause.level == "MUST"]
    failed = [r.clause.id for r in results if r.status == "failed" and r.clause.level in levels]
    errors = [r.clause.id for r in results if r.status == "error"]
    left = [r.clause.id for r in must if r.judged and r.status in ("inconclusive", "not_exercised")]
    failed += [s.id for s in scenarios if s.status == "failed"]
    left += [s.id for s in scenarios if s.judged and s.status in ("inconclusive", "not_exercised")]
    checked = sum(r.status in ("passed", "failed") for r in must)
    grounds: tuple[tuple[Name, list[str]], ...] = (
        ("non_conformant", failed),
        ("error", errors),
        ("inconclusive", left),
    )
    statuses = [*(r.status for r in results), *(s.status for s in scenarios)]
    held = any(status in ("passed", "waived", "failed") for status in statuses)
    otherwise: tuple[Name, list[str]] = ("conformant" if held else "inconclusive", [])
    name, because = next((each for each in grounds if each[1]), otherwise)
    return Verdict(name, tuple(because), checked, len(must))
