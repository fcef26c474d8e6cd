"""The limits agreed with each partner."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Profile:
    """The bounds of a partner's amounts, in minor units."""

    credit_min: int = 100
    credit_max: int = 2_000_000
    debit_min: int = 100
    debit_max: int = 1_000_000


@dataclass(frozen=True, slots=True)
class Profiles:
    """The profiles that differ from the default, by consumer key."""

    known: Mapping[str, Profile] = field(default_factory=dict)

    def of_key(self, key: str) -> Profile:
        """The profile of the partner with this consumer key."""
        return self.known.get(key, Profile())
