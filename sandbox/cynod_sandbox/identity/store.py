"""The identity store of the generated server, over the database that all workers share."""

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

_US_PER_SECOND = 1_000_000  # microseconds

# Run for every request, and built once: building a statement costs more than running it.
_ADD = insert(tokens)
_GRANTED = tokens.c.scopes.label("granted")
_BY_DIGEST = (
    select(partners_table, _GRANTED, tokens.c.expires, tokens.c.lifetime, tokens.c.revoked)
    .join_from(tokens, partners_table)
    .where(tokens.c.digest == bindparam("value"))
)


class SqlIdentity:
    """Partners and tokens in *database*: a change by one process holds in all from the next call on.

    *ttl*: life of new tokens, in seconds, at most ``MAX_TOKEN_TTL``. *clock* gives seconds since the epoch.
    """

    def __init__(
        self, database: Database, ttl: int = MAX_TOKEN_TTL, clock: Callable[[], float] = time.time
    ) -> None:
        self._database = database
        self._ttl = max(1, min(ttl, MAX_TOKEN_TTL))
        self._clock = clock
        self.blocking = not database.in_memory  # in memory, a transaction is faster than a change of thread
        self._verifier = PairVerifier()

    def verify(self, key: str, secret: str) -> Partner | None:
        """The partner with this key and secret, or None. Hashes outside of any transaction."""
        with self._database.reading() as connection:
            partner, valid = partners.find(connection, key), partners.valid_secrets(connection, key)
        return partner if self._verifier.verify(key, secret, valid) else None

    def remembers(self, key: str, secret: str) -> bool:
        """Whether this process has verified this pair as right before; does not query the database."""
        return self._verifier.remembers(key, secret)

    def recall(self, key: str, secret: str) -> Partner | None:
        """The current partner, if its remembered pair still matches one of its secrets; else None."""
        with self._database.reading() as connection:
            partner, valid = partners.find(connection, key), partners.valid_secrets(connection, key)
        return partner if self._verifier.recall(key, secret, valid) else None

    def partner(self, key: str) -> Partner | None:
        """The partner in its current state, or None."""
        with self._database.reading() as connection:
            return partners.find(connection, key)

    def issue(self, partner: Partner, scopes: tuple[str, ...]) -> IssuedToken:
        """Issue and store a new token of *partner* for *scopes*."""
        token = IssuedToken(new_token(), partner.key, scopes, self._clock() + self._ttl, self._ttl)
        with self._database.transaction() as connection:
            connection.execute(
                _ADD,
                {
                    "digest": digest(token.value),
                    "partner": partner.key,
                    "scopes": list(scopes),
                    "lifetime": token.lifetime,
                    "expires": int(token.expires_at * _US_PER_SECOND),
                    "revoked": False,
                },
            )
        return token

    def find_token(self, value: str) -> IssuedToken | None:
        """The token with the text *value*, valid or not, with its owner; None for an unknown one."""
        with self._database.reading() as connection:
            row = connection.execute(_BY_DIGEST, {"value": digest(value)}).one_or_none()
        if row is None:
            return None
        owner = partners.of_row(row)
        ends = row.expires / _US_PER_SECOND
        return IssuedToken("", owner.key, tuple(row.granted), ends, row.lifetime, row.revoked, owner)

    def revoke(self, value: str, partner: Partner) -> None:
        """Revoke the token *value* if it is *partner*'s; another partner's stays valid."""
        owned = tokens.c.digest == digest(value), tokens.c.partner == partner.key
        with self._database.transaction() as connection:
            connection.execute(update(tokens).where(*owned).values(revoked=True))


def revoke_all(connection: Connection, key: str) -> None:
    """Revoke every token of the partner with this consumer key."""
    connection.execute(update(tokens).where(tokens.c.partner == key).values(revoked=True))


def end_tokens_of_the_future(connection: Connection, instant: float) -> None:
    """End every token granted later than *instant*, while the clock was ahead.

    Such a token is already refused; ended, it is refused too when the instant of its issue comes a second
    time.
    """
    now, skew = int(instant * _US_PER_SECOND), int(MAX_CLOCK_SKEW * _US_PER_SECOND)
    late = tokens.c.expires > now + skew  # an index finds these
    begun_late = tokens.c.expires - cast(tokens.c.lifetime, BigInteger) * _US_PER_SECOND > now + skew
    connection.execute(update(tokens).where(late, begun_late).values(expires=now))
