"""Scenarios on a terminal and as JSON: each step, and for one that failed what was expected and what came."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from cynod_conformance.report.scripts import script_of
from cynod_conformance.results.scenario_result import ScenarioResult, StepResult
from cynod_conformance.text.messages import say
from cynod_spec.model import Text
from cynod_spec.output.control_characters import folded
from cynod_spec.output.terminal import Styled, echo_line

MARKS: Final = {"passed": "✓", "failed": "✗", "recovered": "↷", "lost": "…"}
COLOURS: Final = {"passed": "green", "failed": "red", "inconclusive": "yellow", "not_exercised": "yellow"}


def show(scenarios: Sequence[ScenarioResult], folder: Path, language: str) -> None:
    """Print every scenario with its steps; their reports stand in *folder*."""
    for scenario in scenarios:
        word = say(language, f"scenario-{scenario.status}")
        head = Styled(f"{scenario.id} {word}", COLOURS[scenario.status], bold=True)
        echo_line(head, f" {folded(scenario.summary.in_(language))}")
        if scenario.reason.fr:
            echo_line(f"    {scenario.reason.in_(language)}")
        for step in scenario.steps:
            _show_step(step, script_of(folder, scenario, step), language)


def _show_step(step: StepResult, lines: Path, language: str) -> None:
    notes = []
    if step.status in ("recovered", "lost"):
        notes.append(say(language, f"step-{step.status}"))
    if step.attempts > 1:
        notes.append(say(language, "attempts", count=str(step.attempts)))
    told = f" ({', '.join(notes)})" if notes else ""
    echo_line(f"    {MARKS[step.status]} {step.id} · {step.operation}{told}")
    if step.status in ("failed", "recovered"):
        echo_line(f"        {say(language, 'expected')}: {step.expected.in_(language)}")
        echo_line(f"        {say(language, 'got')}: {step.got.in_(language)}")
    if step.status == "failed" and step.curl:
        echo_line(f"        {step.curl}")
        echo_line(f"        {say(language, 'whole-sequence')}: bash {lines}")


def as_json(scenarios: Sequence[ScenarioResult]) -> list[dict[str, Any]]:
    """The scenarios as JSON values, in the report's English."""
    return [
        {
            "id": scenario.id,
            "status": scenario.status,
            "judged": scenario.judged,
            "summary": _both(scenario.summary),
            "reason": scenario.reason.in_("en"),
            "steps": [
                {
                    "id": step.id,
                    "operation": step.operation,
                    "status": step.status,
                    "attempts": step.attempts,
                    "expected": step.expected.in_("en"),
                    "got": step.got.in_("en"),
                    "curl": step.curl,
                    "lines": list(step.lines),
                }
                for step in scenario.steps
            ],
        }
        for scenario in scenarios
    ]


def _both(text: Text) -> dict[str, str]:
    return {"fr": text.fr, "en": text.en}
