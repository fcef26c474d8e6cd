"""What the operator agreed with each partner: its limits and its quota."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from .._generated.identity import Partner

QUOTA = 1_000_000  # of a partner without one of its own: more than anybody sends


@dataclass(frozen=True, slots=True)
class Profile:
    """The bounds of a partner's operations, in minor units, and its quota in requests a minute."""

    credit_min: int = 100
    credit_max: int = 2_000_000
    debit_min: int = 100
    debit_max: int = 1_000_000
    quota: int = QUOTA


@dataclass(frozen=True, slots=True)
class Profiles:
    """Every partner's profile, by consumer key."""

    known: Mapping[str, Profile] = field(default_factory=dict)

    @classmethod
    def of(cls, partners: Iterable[Partner]) -> Profiles:
        """The usual profile for each of *partners*, with its own quota."""
        return cls({partner.key: Profile(quota=partner.quota or QUOTA) for partner in partners})

    def of_key(self, key: str) -> Profile:
        """The profile of the partner with this consumer key."""
        return self.known.get(key, Profile())
