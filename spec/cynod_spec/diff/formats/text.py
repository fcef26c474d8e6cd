"""Lines for a terminal or a log: where, how severe, what, and where it stood before."""

from __future__ import annotations

import click

from cynod_spec.diff import Comparison
from cynod_spec.diff.changes import SEVERITIES, Change, Severity
from cynod_spec.diff.formats.shared import version, where
from cynod_spec.diff.words import BEFORE, NONE, SEVERITY

_COLOURS: dict[Severity, str] = {"breaking": "red", "risky": "yellow", "safe": "green"}


def render(comparison: Comparison, language: str) -> str:
    """*comparison* as lines; the colours are left out by ``click.echo`` where there is no terminal."""
    lines = [_lines(change, language) for change in comparison.changes]
    if lines:
        counts = [f"{comparison.count(each)} {SEVERITY[each].in_(language)}" for each in SEVERITIES]
        lines.append(", ".join(counts))
    else:
        lines.append(NONE.in_(language))
    sentence = version(comparison.advice, language)
    lines.append(sentence if comparison.advice.sufficient else click.style(sentence, bold=True))
    return "\n".join(lines) + "\n"


def _lines(change: Change, language: str) -> str:
    severity = click.style(SEVERITY[change.severity].in_(language), fg=_COLOURS[change.severity])
    dress = "« {} »" if language == "fr" else "'{}'"
    message = change.message(language, lambda word: dress.format(_one_line(word)))
    spot, more = where(change, language)
    told = " ".join(part for part in (spot, more) if part)
    lines = [f"{change.new}: {severity}: {message} [{change.rule.id}]"]
    if told:
        lines.append(f"    {_one_line(told)}")
    lines.append(f"    {BEFORE.in_(language)}: {change.old}")
    return "\n".join(lines)


def _one_line(text: str) -> str:
    """*text* without line breaks and other characters that move a terminal's cursor."""
    return "".join(char if char.isprintable() else " " for char in " ".join(text.split()))
