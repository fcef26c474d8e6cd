"""What came of a scenario and of each of its steps. Texts and exchanges are redacted already."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from cynod_conformance.text.messages import UNSAID
from cynod_spec.model import Text

StepStatus = Literal["passed", "failed", "recovered", "lost"]
ScenarioStatus = Literal["passed", "failed", "not_exercised", "inconclusive"]


@dataclass(frozen=True)
class StepResult:
    """How a step ended. ``recovered``: it failed, and the workflow went on as it says; ``lost``: no answer.

    ``expected`` and ``got`` are empty unless a criterion did not hold; ``attempts`` counts the requests.
    """

    id: str
    description: Text
    operation: str  # method and path, or the workflow that it runs
    status: StepStatus
    attempts: int = 1
    expected: Text = UNSAID
    got: Text = UNSAID
    curl: str = ""
    lines: tuple[str, ...] = ()  # of bash: the whole sequence that shows a failure


@dataclass(frozen=True)
class ScenarioResult:
    """How a workflow ended; ``judged`` is False for one outside the chosen tier: it enters no verdict."""

    id: str
    summary: Text
    status: ScenarioStatus
    steps: tuple[StepResult, ...] = ()
    reason: Text = UNSAID
    judged: bool = True

    def because(self, reason: Text, status: ScenarioStatus) -> ScenarioResult:
        """It, ended for *reason*."""
        return replace(self, reason=reason, status=status)
