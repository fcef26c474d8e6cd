"""The partners file: TOML, ``[[partners]]`` tables with the pair and what the partner may do."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_network
from pathlib import Path

from .identity import HashedSecret, Partner, Registration
from .partners_file import PartnersFile, PartnerTable
from .settings import SettingsError
from .toml_file import InvalidFile, checked
from .toml_file import load as load_toml


def load(path: Path) -> list[Registration]:
    """The partners of the file at *path*. Raises SettingsError, one line, for what it cannot take."""
    return [_registration(table, where) for where, table in tables(path)]


def tables(path: Path) -> Iterator[tuple[str, PartnerTable]]:
    """Each ``[[partners]]`` table of the file at *path*, after the words by which messages name it.

    Raises SettingsError, one line, for a file that is no partners file, or that has a consumer key twice.
    """
    try:
        file = checked(load_toml(path, "the partners file"), PartnersFile, str(path))
    except InvalidFile as error:
        raise SettingsError("; ".join(filter(None, (error.message, error.hint)))) from None
    keys = set()
    for number, table in enumerate(file.partners, 1):
        where = f"{path}: [[partners]] {number}"
        if table.consumer_key in keys:
            raise SettingsError(f"{where}: its consumer_key is another's already")
        keys.add(table.consumer_key)
        yield where, table


def _registration(table: PartnerTable, where: str) -> Registration:
    secrets = _words(table.consumer_secrets or table.consumer_secret or ())
    if not secrets:
        raise SettingsError(f"{where} lacks consumer_secret")
    addresses = _words(table.allowed_ips)
    for address in addresses:
        try:
            ip_network(address, strict=False)
        except ValueError:
            raise SettingsError(f"{where}: allowed_ips: {address!r} is no address or network") from None
    partner = Partner(
        key=table.consumer_key,
        scopes=tuple(dict.fromkeys(_words(table.scopes))),
        basic=table.basic,
        suspended=table.suspended,
        allowed_ips=addresses,
        name=table.name,
        quota=table.quota or None,
    )
    return Registration(partner, tuple(HashedSecret.of(secret) for secret in secrets))


def _words(value: str | list[str] | tuple[()]) -> tuple[str, ...]:
    """The words of *value*: a list, or one text with spaces between them."""
    return tuple(value.split() if isinstance(value, str) else value)
