"""A changelog in Markdown (CommonMark); whatever comes from a document is shown, never interpreted."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.diff import Comparison
from cynod_spec.diff.formats.grouping import Group, Section, Selection, sections
from cynod_spec.diff.formats.shared import left_out, locations, summary, texts_folded, touched, version
from cynod_spec.diff.words import EXPLAINED, HEADINGS, TITLE, VERSIONS
from cynod_spec.output.markdown import code, escaped


def render(comparison: Comparison, language: str, selection: Selection) -> str:
    """*comparison* under a heading a severity, in a list an operation, in *language*."""
    advice = comparison.advice
    words = {"old": code(advice.old), "new": code(advice.new)}
    parts = [f"# {TITLE.in_(language)}", VERSIONS.in_(language).format_map(words)]
    parts.append(f"{summary(comparison, language)}.")
    for section in sections(comparison, selection):
        parts += _section(section, language)
    hidden = left_out(comparison, selection, language)
    parts += [f"{escaped(hidden)}."] if hidden else []
    parts.append(version(advice, language, code))
    return "\n\n".join(parts) + "\n"


def _section(section: Section, language: str) -> Iterator[str]:
    yield f"## {HEADINGS[section.severity].in_(language)}"
    yield EXPLAINED[section.severity].in_(language)
    if section.groups:  # a list, for headings are not for words of a document
        yield "\n".join(line for group in section.groups for line in _group(group, language))
    if section.folded:
        yield f"{escaped(texts_folded(section, language))}."


def _group(group: Group, language: str) -> Iterator[str]:
    yield f"- {touched(group, language, code)}"
    for change in group.changes:
        yield f"  - {change.message(language, code)}"
        yield from (f"    - {label}" for label in locations(change, language, code))
