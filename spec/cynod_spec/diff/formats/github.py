"""Annotations of a GitHub workflow: breaking is an error, risky a warning, safe a notice."""

from __future__ import annotations

from cynod_spec.diff import Comparison
from cynod_spec.diff.changes import Severity
from cynod_spec.diff.formats.shared import version, where
from cynod_spec.output.github import annotation

_LEVELS: dict[Severity, str] = {"breaking": "error", "risky": "warning", "safe": "notice"}


def render(comparison: Comparison, language: str) -> str:
    """*comparison* as workflow commands, at the places of the new document."""
    lines = []
    for change in comparison.changes:
        told = [change.message(language), *(part for part in where(change, language) if part)]
        text = f"{' · '.join(told)} ({change.old})"
        lines.append(annotation(_LEVELS[change.severity], change.new, change.rule.id, text))
    advice = comparison.advice
    if not advice.sufficient:
        at = comparison.new.at("/info/version")
        lines.append(annotation("warning", at, "version", version(advice, language)))
    return "".join(lines)
