"""Something said of an exchange, named by a key so that it can be said in either language.

The sentences stand in ``cynod_conformance.text.findings``: observers state what they saw, a writer says it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Phrase:
    """The sentence *key*, with what fills its gaps: facts as they stand, or further phrases."""

    key: str
    words: Mapping[str, Said]


Said = str | Phrase
"""A fact that reads alike in every language (a status, a header, a JSON value), or a phrase."""


def phrase(key: str, /, **words: object) -> Phrase:
    """The sentence *key*; *words* fill its gaps: phrases, or facts of any type."""
    said = {name: word if isinstance(word, Phrase) else str(word) for name, word in words.items()}
    return Phrase(key, said)


def any_of(choices: Sequence[Said]) -> Said:
    """One of *choices*, of which there is at least one: "a or b or c"."""
    said = choices[0]
    for choice in choices[1:]:
        said = phrase("either", one=said, other=choice)
    return said


def joined(parts: Sequence[Said]) -> Said:
    """*parts* one after another, separated by commas; empty without any."""
    said: Said = ""
    for part in parts:
        said = phrase("and-then", what=said, more=part) if said else part
    return said
