"""Annotations of a GitHub workflow: breaking is an error, risky a warning, safe a notice.

GitHub shows ten annotations of a level for a step: the worst come first, and texts are one together.
"""

from __future__ import annotations

from cynod_spec.diff import Comparison
from cynod_spec.diff.changes import Change, Severity
from cynod_spec.diff.formats.grouping import Selection, sections
from cynod_spec.diff.formats.shared import texts_folded, version, where
from cynod_spec.output.github import annotation

_LEVELS: dict[Severity, str] = {"breaking": "error", "risky": "warning", "safe": "notice"}


def render(comparison: Comparison, language: str, selection: Selection) -> str:
    """*comparison* as workflow commands, at the places of the new document."""
    lines = []
    for section in sections(comparison, selection):
        level = _LEVELS[section.severity]
        for group in section.groups:
            lines += [_annotation(level, change, language) for change in group.changes]
        if section.folded:
            first = section.folded[0]
            told = f"{texts_folded(section, language)} (--texts)"
            lines.append(annotation(level, first.new, first.rule.id, told))
    advice = comparison.advice
    if not advice.sufficient:
        at = comparison.new.at("/info/version")
        lines.append(annotation("warning", at, "version", version(advice, language)))
    return "".join(lines)


def _annotation(level: str, change: Change, language: str) -> str:
    told = [change.message(language), *(part for part in where(change, language) if part)]
    return annotation(level, change.new, change.rule.id, f"{' · '.join(told)} ({change.old})")
