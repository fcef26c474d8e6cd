"""Catalogues of texts in French and English, for pages that a program writes in both.

Commands have another one: ``translations`` finds the French of a ``--help`` by its English text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

LANGUAGES: Final = ("fr", "en")  # in the order of the texts of a catalogue


class Catalogue:
    """Texts by key, each as (French, English).

    Texts may have gaps (``str.format``), which must be the same in both languages::

        CATALOGUE = Catalogue({"results": ("Résultats : {count}", "Results: {count}")})
        CATALOGUE.texts("en")("results", count=3)  # "Results: 3"
        CATALOGUE.texts("fr").results  # "Résultats : {count}"
    """

    def __init__(self, texts: Mapping[str, tuple[str, str]]) -> None:
        self._texts = texts
        self._by_language = {
            language: Texts({key: each[place] for key, each in texts.items()})
            for place, language in enumerate(LANGUAGES)
        }

    def __iter__(self) -> Iterator[str]:
        """The keys."""
        return iter(self._texts)

    def both(self, key: str) -> tuple[str, str]:
        """The text *key* in French and in English. Raises KeyError."""
        return self._texts[key]

    def texts(self, language: str) -> Texts:
        """All texts in *language*, ``fr`` or ``en``. Raises KeyError for any other."""
        return self._by_language[language]


class Texts:
    """The texts of a catalogue in one language, by call (any key) or as attributes (keys that are names)."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts

    def __call__(self, key: str, /, **values: object) -> str:
        """The text *key*, with *values* in its gaps. Raises KeyError for an unknown key or gap."""
        return self._texts[key].format(**values) if values else self._texts[key]

    def __getattr__(self, key: str) -> str:
        """The text *key* as it stands, gaps included."""
        try:
            return self._texts[key]
        except KeyError:
            raise AttributeError(f"the catalogue has no text {key!r}") from None
