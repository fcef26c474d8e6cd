"""What several formats say in the same words."""

from __future__ import annotations

from collections.abc import Callable

from cynod_spec.diff.changes import Change
from cynod_spec.diff.version import Advice
from cynod_spec.diff.words import ENOUGH, MORE, NOT_SEMANTIC, ONE_MORE, TOO_LOW


def version(advice: Advice, language: str, dress: Callable[[str], str] = str) -> str:
    """The sentence about the new document's version; *dress* prepares what comes from a document."""
    text = ENOUGH if advice.sufficient else TOO_LOW
    text = text if advice.suggested else NOT_SEMANTIC
    words = {"old": dress(advice.old), "new": dress(advice.new), "suggested": advice.suggested}
    return text.in_(language).format_map(words)


def where(change: Change, language: str) -> tuple[str, str]:
    """The first spot that *change* touches, and how many other operations; either may be empty."""
    spot = change.spots[0].label(language)
    others = len(change.operations) - 1
    if others < 1:
        return spot, ""
    return spot, (ONE_MORE if others == 1 else MORE).in_(language).replace("{count}", str(others))


def spots(change: Change, language: str, dress: Callable[[str], str] = str) -> list[str]:
    """Every spot that *change* touches, those aside that are the document as a whole, dressed as above."""
    return [label for spot in change.spots if (label := spot.label(language, dress))]
