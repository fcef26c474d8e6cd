"""A changelog in Markdown (CommonMark); whatever comes from a document is shown, never interpreted."""

from __future__ import annotations

from cynod_spec.diff import Comparison
from cynod_spec.diff.changes import SEVERITIES, Change
from cynod_spec.diff.formats.shared import spots, version
from cynod_spec.diff.words import EXPLAINED, HEADINGS, NONE, TITLE, VERSIONS
from cynod_spec.output.markdown import code


def render(comparison: Comparison, language: str) -> str:
    """*comparison* under a heading a severity, in *language*."""
    advice = comparison.advice
    words = {"old": code(advice.old), "new": code(advice.new)}
    parts = [f"# {TITLE.in_(language)}", VERSIONS.in_(language).format_map(words)]
    if not comparison.changes:
        parts.append(NONE.in_(language))
    for severity in SEVERITIES:
        changes = [change for change in comparison.changes if change.severity == severity]
        if changes:
            parts += [f"## {HEADINGS[severity].in_(language)}", EXPLAINED[severity].in_(language)]
            parts.append("\n".join(_item(change, language) for change in changes))
    parts.append(version(advice, language, code))
    return "\n\n".join(parts) + "\n"


def _item(change: Change, language: str) -> str:
    lines = [f"- {change.message(language, code)}"]
    lines += [f"  - {label}" for label in spots(change, language, code)]
    return "\n".join(lines)
