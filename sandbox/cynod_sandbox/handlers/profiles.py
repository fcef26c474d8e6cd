"""What the operator agreed with each partner: its limits, its quota, where it is told what changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from .._generated.identity import Partner
from ..webhooks.endpoints import Endpoint


@dataclass(frozen=True, slots=True)
class Profile:
    """The bounds of a partner's operations, in minor units, its quota in requests a minute, its endpoint."""

    credit_min: int = 100
    credit_max: int = 2_000_000
    debit_min: int = 100
    debit_max: int = 1_000_000
    quota: int = 6000
    webhook: Endpoint | None = None


@dataclass(frozen=True, slots=True)
class Profiles:
    """Every partner's profile, by consumer key."""

    known: Mapping[str, Profile] = field(default_factory=dict)

    @classmethod
    def of(cls, partners: Iterable[Partner], webhooks: Mapping[str, Endpoint] | None = None) -> Profiles:
        """The usual profile for each of *partners*, and the endpoint of those that *webhooks* names."""
        known = webhooks or {}
        return cls({partner.key: Profile(webhook=known.get(partner.key)) for partner in partners})

    def of_key(self, key: str) -> Profile:
        """The profile of the partner with this consumer key."""
        return self.known.get(key, Profile())
