"""What several formats say in the same words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from cynod_spec.diff import REWRITTEN, Comparison
from cynod_spec.diff.changes import SEVERITIES, Change
from cynod_spec.diff.formats.grouping import Group, Section, Selection
from cynod_spec.diff.version import Advice
from cynod_spec.diff.words import (
    ENOUGH,
    LEFT_OUT,
    MORE,
    MORE_PLACES,
    NONE,
    NOT_SEMANTIC,
    ONE_LEFT_OUT,
    ONE_MORE,
    ONE_MORE_PLACE,
    ONE_TEXT,
    SEVERITY,
    TEXTS,
    TOO_LOW,
    WHOLE,
)
from cynod_spec.model import Text

MAX_NAMED: Final = 3
"""How many operations, or places, are named of a change that touches several; the others are counted."""


def version(advice: Advice, language: str, dress: Callable[[str], str] = str) -> str:
    """The sentence about the new document's version; *dress* prepares what comes from a document."""
    text = ENOUGH if advice.sufficient else TOO_LOW
    text = text if advice.suggested else NOT_SEMANTIC
    words = {"old": dress(advice.old), "new": dress(advice.new), "suggested": advice.suggested}
    return text.in_(language).format_map(words)


def summary(comparison: Comparison, language: str) -> str:
    """How many changes there are of each severity; none where only the way of writing differs."""
    if all(change.rule.id == REWRITTEN for change in comparison.changes):
        return NONE.in_(language)
    return ", ".join(f"{comparison.count(each)} {SEVERITY[each].in_(language)}" for each in SEVERITIES)


def left_out(comparison: Comparison, selection: Selection, language: str) -> str:
    """How many changes are less severe than *selection* asks for; empty for none."""
    count = sum(comparison.count(each) for each in SEVERITIES if each not in selection.severities)
    return _counted(count, ONE_LEFT_OUT, LEFT_OUT, language) if count else ""


def touched(group: Group, language: str, dress: Callable[[str], str] = str) -> str:
    """The operations of *group*, the first of them by name."""
    if not group.operations:
        return WHOLE.in_(language)
    named = ", ".join(dress(name) for name in group.operations[:MAX_NAMED])
    others = len(group.operations) - MAX_NAMED
    return f"{named} {_counted(others, ONE_MORE, MORE, language)}" if others > 0 else named


def texts_folded(section: Section, language: str) -> str:
    """One sentence for the changes of texts that *section* counts only; empty for none."""
    count = len(section.folded)
    return _counted(count, ONE_TEXT, TEXTS, language) if count else ""


def where(change: Change, language: str) -> tuple[str, str]:
    """The first location that *change* touches, and how many other operations; either may be empty."""
    location = change.locations[0].label(language)
    others = len(change.operations) - 1
    return location, _counted(others, ONE_MORE, MORE, language) if others > 0 else ""


def locations(change: Change, language: str, dress: Callable[[str], str] = str) -> list[str]:
    """The locations that *change* touches, dressed as above; of many, the first and how many others.

    The operation is left out where it is the only one, for it stands above; so is the document as a whole.
    """
    is_one = len(change.operations) == 1
    told = [replace(location, operation="") if is_one else location for location in change.locations]
    labels = list(dict.fromkeys(label for location in told if (label := location.label(language, dress))))
    named, others = labels[:MAX_NAMED], len(labels) - MAX_NAMED
    return [*named, _counted(others, ONE_MORE_PLACE, MORE_PLACES, language)] if others > 0 else named


def _counted(count: int, one: Text, many: Text, language: str) -> str:
    return (one if count == 1 else many).in_(language).replace("{count}", str(count))
