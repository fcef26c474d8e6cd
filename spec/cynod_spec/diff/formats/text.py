"""Lines for a terminal or a log: where, how severe, what, and where it stood before."""

from __future__ import annotations

from cynod_spec.diff import Comparison
from cynod_spec.diff.changes import SEVERITIES, Change, Severity
from cynod_spec.diff.formats.shared import version, where
from cynod_spec.diff.words import BEFORE, NONE, SEVERITY
from cynod_spec.output.terminal import Styled, line

_COLOURS: dict[Severity, str] = {"breaking": "red", "risky": "yellow", "safe": "green"}


def render(comparison: Comparison, language: str) -> str:
    """*comparison* as lines; the colours are left out by ``click.echo`` where there is no terminal."""
    lines = [each for change in comparison.changes for each in _lines(change, language)]
    if lines:
        counts = [f"{comparison.count(each)} {SEVERITY[each].in_(language)}" for each in SEVERITIES]
        lines.append(line(", ".join(counts)))
    else:
        lines.append(line(NONE.in_(language)))
    sentence = version(comparison.advice, language)
    lines.append(line(sentence if comparison.advice.sufficient else Styled(sentence, bold=True)))
    return "\n".join(lines) + "\n"


def _lines(change: Change, language: str) -> list[str]:
    severity = Styled(SEVERITY[change.severity].in_(language), _COLOURS[change.severity])
    dress = "« {} »" if language == "fr" else "'{}'"
    message = change.message(language, dress.format)
    told = " ".join(part for part in where(change, language) if part)
    lines = [line(f"{change.new}: ", severity, f": {message} [{change.rule.id}]")]
    if told:
        lines.append(line(f"    {told}"))
    lines.append(line(f"    {BEFORE.in_(language)}: {change.old}"))
    return lines
