"""Lines for a terminal or a log: how many changes there are, then each by severity and operation.

A change is a line that begins with its place in the new document, as compilers write it; what belongs to it
is indented.
"""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.diff import Comparison
from cynod_spec.diff.changes import Change, Severity
from cynod_spec.diff.formats.grouping import Group, Section, Selection, sections
from cynod_spec.diff.formats.shared import left_out, summary, texts_folded, touched, version, where
from cynod_spec.diff.words import BEFORE, SEVERITY
from cynod_spec.output.terminal import Styled, line

_COLOURS: dict[Severity, str] = {"breaking": "red", "risky": "yellow", "safe": "green"}
_HEADING = "-- "


def render(comparison: Comparison, language: str, selection: Selection) -> str:
    """*comparison* as lines; the colours are left out by ``click.echo`` where there is no terminal."""
    lines = [line(summary(comparison, language))]
    for section in sections(comparison, selection):
        for group in section.groups:
            lines += _group(section, group, language)
        if section.folded:
            told = f": {texts_folded(section, language)} (--texts)"
            lines += ["", line(_HEADING, _severity(section.severity, language), told)]
    hidden = left_out(comparison, selection, language)
    lines += ["", line(_HEADING, f"{hidden} (--severity)")] if hidden else []
    sentence = version(comparison.advice, language)
    lines += [""] if comparison.changes else []
    lines.append(line(sentence if comparison.advice.sufficient else Styled(sentence, bold=True)))
    return "\n".join(lines) + "\n"


def _group(section: Section, group: Group, language: str) -> Iterator[str]:
    yield ""
    operations = Styled(touched(group, language), bold=True)
    yield line(_HEADING, _severity(section.severity, language), ", ", operations)
    for change in group.changes:
        yield from _lines(change, language)


def _severity(severity: Severity, language: str) -> Styled:
    return Styled(SEVERITY[severity].in_(language), _COLOURS[severity])


def _lines(change: Change, language: str) -> Iterator[str]:
    dress = "« {} »" if language == "fr" else "'{}'"
    message = change.message(language, dress.format)
    yield line(f"{change.new}: ", _severity(change.severity, language), f": {message} [{change.rule.id}]")
    told = " ".join(part for part in where(change, language) if part)
    if told and (told,) != change.operations:  # an operation alone stands in the heading
        yield line(f"    {told}")
    yield line(f"    {BEFORE.in_(language)}: {change.old}")
