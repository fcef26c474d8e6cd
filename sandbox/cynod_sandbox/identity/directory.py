"""Partners, secrets and tokens, as the console and the switches manage them."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, replace

from sqlalchemy import delete, select, update

from .._generated.identity import HashedSecret, Partner, digest
from ..storage.database import Database
from ..storage.tables import partner_secrets, tokens
from . import partners

_SECRET_BYTES = 24
_US_PER_SECOND = 1_000_000  # microseconds


@dataclass(frozen=True, slots=True)
class PartnerSummary:
    """A partner, and its number of valid secrets."""

    partner: Partner
    secrets: int


class Directory:
    """The partners in *database*; a change holds in every process from the next call on."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def every(self) -> list[PartnerSummary]:
        """All partners, by name."""
        with self._database.reading() as connection:
            found = [
                PartnerSummary(partner, len(partners.valid_secrets(connection, partner.key)))
                for partner in partners.every(connection)
            ]
        return sorted(found, key=lambda each: each.partner.name or each.partner.key)

    def find(self, key: str) -> PartnerSummary | None:
        """The partner with this consumer key, or None."""
        with self._database.reading() as connection:
            partner = partners.find(connection, key)
            return PartnerSummary(partner, len(partners.valid_secrets(connection, key))) if partner else None

    def rotate(self, key: str) -> str:
        """Add a secret to the partner *key*; the newest earlier one stays valid. Raises LookupError."""
        secret = secrets.token_urlsafe(_SECRET_BYTES)
        hashed = HashedSecret.of(secret)
        with self._database.transaction() as connection:
            partners.rotate(connection, key, hashed)
        return secret

    def retire(self, key: str) -> None:
        """End a rotation: of the secrets of *key*, only the newest stays valid."""
        mine = partner_secrets.c.partner == key
        with self._database.transaction() as connection:
            newest = select(partner_secrets.c.seq).where(mine).order_by(partner_secrets.c.seq.desc()).limit(1)
            seq = connection.execute(newest).scalar_one_or_none()
            connection.execute(delete(partner_secrets).where(mine, partner_secrets.c.seq != seq))

    def suspend(self, key: str, suspended: bool) -> None:
        """Suspend or reinstate the partner *key*."""
        with self._database.transaction() as connection:
            partner = partners.find(connection, key)
            if partner is not None:
                partners.change(connection, replace(partner, suspended=suspended))

    def expire(self, value: str) -> None:
        """Let the token with the text *value* expire now; do nothing when there is none."""
        now, mine = int(time.time() * _US_PER_SECOND), tokens.c.digest == digest(value)
        with self._database.transaction() as connection:
            connection.execute(update(tokens).where(mine, tokens.c.expires > now).values(expires=now))
