"""A changelog in Markdown (CommonMark); whatever comes from a document is shown, never interpreted."""

from __future__ import annotations

import re

from cynod_spec.diff import Comparison
from cynod_spec.diff.changes import SEVERITIES, Change
from cynod_spec.diff.formats.shared import spots, version
from cynod_spec.diff.words import EXPLAINED, HEADINGS, NONE, TITLE, VERSIONS

_NOT_PLAIN = re.compile(r"[`<>]|\{[{%#]|[}%#]\}")  # not to be left alone by all who read code
_SPECIAL = re.compile(r"[!-&*+<-@\[-`{-~]")
_MARKER = re.compile(r"(\d*)([-+.)])")  # of a list, when a line begins with it


def render(comparison: Comparison, language: str) -> str:
    """*comparison* under a heading a severity, in *language*."""
    advice = comparison.advice
    words = {"old": shown(advice.old), "new": shown(advice.new)}
    parts = [f"# {TITLE.in_(language)}", VERSIONS.in_(language).format_map(words)]
    if not comparison.changes:
        parts.append(NONE.in_(language))
    for severity in SEVERITIES:
        changes = [change for change in comparison.changes if change.severity == severity]
        if changes:
            parts += [f"## {HEADINGS[severity].in_(language)}", EXPLAINED[severity].in_(language)]
            parts.append("\n".join(_item(change, language) for change in changes))
    parts.append(escaped(version(advice, language)))
    return "\n\n".join(parts) + "\n"


def _item(change: Change, language: str) -> str:
    lines = [f"- {change.message(language, shown)}"]
    lines += [f"  - {escaped(label)}" for label in spots(change, language)]
    return "\n".join(lines)


def shown(word: str) -> str:
    """*word* of a document as code, or escaped when a code span would not hold it."""
    word = " ".join(word.split())
    return f"`{word}`" if word and not _NOT_PLAIN.search(word) else escaped(word)


def escaped(text: str) -> str:
    """*text* with every punctuation mark escaped that Markdown, HTML or a template engine may read."""
    text = " ".join(text.split())
    marker = _MARKER.match(text)
    lead = f"{marker[1]}\\{marker[2]}" if marker else ""
    return lead + _SPECIAL.sub(lambda found: _escape(found[0]), text[marker.end() if marker else 0 :])


def _escape(mark: str) -> str:
    return f"&#{ord(mark)};" if mark in "<>&{}%#" else f"\\{mark}"
