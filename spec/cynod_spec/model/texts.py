"""Sentences of the contract, in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Language = Literal["fr", "en"]


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence in both languages; ``en`` is empty when no overlay translates it."""

    fr: str
    en: str = ""

    def in_(self, language: str) -> str:
        """The sentence in *language*, in French when it lacks a translation."""
        return self.en or self.fr if language == "en" else self.fr
