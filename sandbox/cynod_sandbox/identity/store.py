"""The identity store that the generated server asks, over the database that every worker shares."""

from __future__ import annotations

import time
from collections.abc import Callable

from sqlalchemy import BigInteger, Connection, bindparam, cast, insert, select, update

from .._generated.identity import (
    MAX_CLOCK_SKEW,
    MAX_TOKEN_TTL,
    IssuedToken,
    PairVerifier,
    Partner,
    digest,
    new_token,
)
from ..storage.database import Database
from ..storage.tables import partners as partners_table
from ..storage.tables import tokens
from . import partners

_SECOND = 1_000_000  # microseconds

# Asked for every request, and made once: building a statement costs more than running it.
_ADD = insert(tokens)
_GRANTED = tokens.c.scopes.label("granted")
_BY_DIGEST = (
    select(partners_table, _GRANTED, tokens.c.expires, tokens.c.lifetime, tokens.c.revoked)
    .join_from(tokens, partners_table)
    .where(tokens.c.digest == bindparam("value"))
)


class SqlIdentity:
    """Partners and tokens in *database*: what one process changes holds in all from the next call on.

    *clock* gives seconds since the epoch.
    """

    def __init__(
        self, database: Database, ttl: int = MAX_TOKEN_TTL, clock: Callable[[], float] = time.time
    ) -> None:
        self._database = database
        self._ttl = max(1, min(ttl, MAX_TOKEN_TTL))
        self._clock = clock
        self.blocking = not database.in_memory  # where a transaction takes less than a change of threads
        self._verifier = PairVerifier()

    def verify(self, key: str, secret: str) -> Partner | None:
        """The partner with this pair, or None. No transaction is open while secrets are hashed."""
        with self._database.reading() as connection:
            partner, valid = partners.find(connection, key), partners.valid_secrets(connection, key)
        return partner if self._verifier.verify(key, secret, valid) else None

    def remembers(self, key: str, secret: str) -> bool:
        """Whether this pair was right when this process last verified it; the database is not asked."""
        return self._verifier.remembers(key, secret)

    def recall(self, key: str, secret: str) -> Partner | None:
        """The partner as it is now, if its remembered pair still matches one of its secrets, or None."""
        with self._database.reading() as connection:
            partner, valid = partners.find(connection, key), partners.valid_secrets(connection, key)
        return partner if self._verifier.recall(key, secret, valid) else None

    def partner(self, key: str) -> Partner | None:
        """The partner as it is now, or None."""
        with self._database.reading() as connection:
            return partners.find(connection, key)

    def issue(self, partner: Partner, scopes: tuple[str, ...]) -> IssuedToken:
        """A new token of *partner* for *scopes*."""
        token = IssuedToken(new_token(), partner.key, scopes, self._clock() + self._ttl, self._ttl)
        with self._database.transaction() as connection:
            connection.execute(
                _ADD,
                {
                    "digest": digest(token.value),
                    "partner": partner.key,
                    "scopes": list(scopes),
                    "lifetime": token.lifetime,
                    "expires": int(token.expires_at * _SECOND),
                    "revoked": False,
                },
            )
        return token

    def find_token(self, value: str) -> IssuedToken | None:
        """The token whose text is *value*, alive or not, with its owner, or None."""
        with self._database.reading() as connection:
            row = connection.execute(_BY_DIGEST, {"value": digest(value)}).one_or_none()
        if row is None:
            return None
        owner = partners.of_row(row)
        ends = row.expires / _SECOND
        return IssuedToken("", owner.key, tuple(row.granted), ends, row.lifetime, row.revoked, owner)

    def revoke(self, value: str, partner: Partner) -> None:
        """Revoke *partner*'s token; another's stays as it is."""
        owned = tokens.c.digest == digest(value), tokens.c.partner == partner.key
        with self._database.transaction() as connection:
            connection.execute(update(tokens).where(*owned).values(revoked=True))


def revoke_all(connection: Connection, key: str) -> None:
    """Revoke every token of the partner with this consumer key."""
    connection.execute(update(tokens).where(tokens.c.partner == key).values(revoked=True))


def end_tokens_of_the_future(connection: Connection, instant: float) -> None:
    """End every token that was granted later than *instant*: the clock was ahead, and has been corrected.

    Such a token opens nothing as it is; ended, it will not when the instant of its issue comes a second time.
    """
    now, skew = int(instant * _SECOND), int(MAX_CLOCK_SKEW * _SECOND)
    late = tokens.c.expires > now + skew  # an index finds these
    begun_late = tokens.c.expires - cast(tokens.c.lifetime, BigInteger) * _SECOND > now + skew
    connection.execute(update(tokens).where(late, begun_late).values(expires=now))
