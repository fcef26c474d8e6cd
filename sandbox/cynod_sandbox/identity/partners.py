"""Partners and their secrets as rows. Every function works in the transaction of its *connection*.

Secrets are stored as scrypt hashes (RFC 7914). Two are valid during a rotation; each may have an end.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, or_, select, update

from .._generated.identity import HashedSecret, Partner, Registration
from .._generated.settings import SettingsError
from ..storage.database import now
from ..storage.tables import partner_secrets, partners

MAX_VALID_SECRETS = 2  # of one partner at a time
_MAX_KEY_CHARS, _MAX_NAME_CHARS = 64, 140  # characters

# Run for every request, and built once: building a statement costs more than running it.
_BY_KEY = select(partners).where(partners.c.key == bindparam("sought"))


def find(connection: Connection, key: str) -> Partner | None:
    """The partner whose consumer key is *key*, or None."""
    row = connection.execute(_BY_KEY, {"sought": key}).one_or_none()
    return of_row(row) if row is not None else None


def of_row(row: Row[Any]) -> Partner:
    """The partner in a row that has the columns of the table, and maybe others."""
    return Partner(
        key=row.key,
        scopes=tuple(row.scopes),
        basic=row.basic,
        suspended=row.suspended,
        allowed_ips=tuple(row.allowed_ips),
        name=row.name,
        quota=row.quota,
    )


def every(connection: Connection) -> list[Partner]:
    """All partners, by consumer key."""
    return [of_row(row) for row in connection.execute(select(partners).order_by(partners.c.key))]


def valid_secrets(connection: Connection, key: str) -> tuple[HashedSecret, ...]:
    """The currently valid secrets of the partner, newest first; none for an unknown key."""
    rows = connection.execute(_valid(key).order_by(partner_secrets.c.seq.desc()))
    return tuple(HashedSecret(row.salt, row.hash) for row in rows)


def add(connection: Connection, registration: Registration) -> None:
    """Add a partner with its secrets. Raises IntegrityError when its key is taken."""
    partner = registration.partner
    connection.execute(insert(partners).values(key=partner.key, **_values(partner)))
    for secret in registration.secrets:
        _add_secret(connection, partner.key, secret)


def change(connection: Connection, partner: Partner) -> bool:
    """Update the partner with this key to *partner*; False when there is none."""
    changed = update(partners).where(partners.c.key == partner.key).values(**_values(partner))
    return connection.execute(changed).rowcount == 1


def remove(connection: Connection, key: str) -> None:
    """Delete the partner, its secrets and its tokens."""
    connection.execute(delete(partners).where(partners.c.key == key))


def rotate(connection: Connection, key: str, secret: HashedSecret, overlap: int | None = None) -> None:
    """Give the partner an additional secret; only the newest of its earlier secrets stays valid beside it.

    *overlap*: seconds that the earlier secret stays valid; None: until the next rotation. Raises LookupError
    for an unknown key.
    """
    held = select(partners.c.key).where(partners.c.key == key).with_for_update()
    if connection.execute(held).one_or_none() is None:
        raise LookupError(f"no partner has the consumer key {key!r}")
    valid = [row.seq for row in connection.execute(_valid(key).order_by(partner_secrets.c.seq.desc()))]
    kept, seq = valid[: MAX_VALID_SECRETS - 1], partner_secrets.c.seq
    connection.execute(delete(partner_secrets).where(partner_secrets.c.partner == key, seq.not_in(kept)))
    if overlap is not None:
        ends = now() + overlap * 1_000_000
        connection.execute(update(partner_secrets).where(seq.in_(kept)).values(ends=ends))
    _add_secret(connection, key, secret)


def replace_all(connection: Connection, registrations: Iterable[Registration]) -> None:
    """Replace all partners by those of *registrations*. Partners that stay keep their tokens.

    Raises SettingsError for a key or a name that is too long.
    """
    wanted = {each.partner.key: each for each in registrations}
    for registration in wanted.values():
        _check(registration.partner)
    for known in every(connection):
        if known.key not in wanted:
            remove(connection, known.key)
    for key, registration in wanted.items():
        if not change(connection, registration.partner):
            add(connection, registration)
            continue
        connection.execute(delete(partner_secrets).where(partner_secrets.c.partner == key))
        for secret in registration.secrets:
            _add_secret(connection, key, secret)


def _valid(key: str) -> Any:
    ends = partner_secrets.c.ends
    return select(partner_secrets).where(partner_secrets.c.partner == key, or_(ends.is_(None), ends > now()))


def _add_secret(connection: Connection, key: str, secret: HashedSecret) -> None:
    connection.execute(
        insert(partner_secrets).values(partner=key, salt=secret.salt, hash=secret.hash, created=now())
    )


def _check(partner: Partner) -> None:
    if len(partner.key) > _MAX_KEY_CHARS or len(partner.name) > _MAX_NAME_CHARS:
        raise SettingsError(
            f"a partner's consumer_key has {_MAX_KEY_CHARS} characters at most, its name {_MAX_NAME_CHARS}"
        )


def _values(partner: Partner) -> dict[str, Any]:
    return {
        "name": partner.name,
        "scopes": list(partner.scopes),
        "basic": partner.basic,
        "suspended": partner.suspended,
        "allowed_ips": list(partner.allowed_ips),
        "quota": partner.quota,
    }
