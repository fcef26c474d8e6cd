"""The partners file: TOML, ``[[partners]]`` tables with the pair and what the partner may do."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from .identity import HashedSecret, Partner, Registration
from .settings import SettingsError

_PAIR = re.compile(r"^[A-Za-z0-9._~-]+$")
_KNOWN = frozenset(
    (
        "webhook_url",  # for what sends webhooks, as the next one
        "webhook_secret",
        "consumer_key",
        "consumer_secret",
        "consumer_secrets",
        "scopes",
        "basic",
        "suspended",
        "allowed_ips",
        "name",
        "quota",
    )
)


def load(path: Path) -> list[Registration]:
    """The partners of the file at *path*. Raises SettingsError, one line, for what it cannot take."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"cannot read the partners file {path}: {error.strerror}") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path} is no TOML: {error}") from None
    tables = document.get("partners", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise SettingsError(f"{path}: partners must be a list of tables, written [[partners]]")
    found: dict[str, Registration] = {}
    for number, table in enumerate(tables, 1):
        registration = _registration(table, f"{path}: partner {number}")
        if registration.partner.key in found:
            raise SettingsError(f"{path}: partner {number}: its consumer_key is another's already")
        found[registration.partner.key] = registration
    return list(found.values())


def _registration(table: Mapping[str, Any], where: str) -> Registration:
    unknown = sorted(set(table) - _KNOWN)
    if unknown:
        raise SettingsError(f"{where}: unknown setting {unknown[0]!r}; known: {', '.join(sorted(_KNOWN))}")
    key = table.get("consumer_key")
    if not isinstance(key, str) or not _PAIR.match(key):
        raise SettingsError(f"{where}: consumer_key must be a text of A-Z a-z 0-9 . _ ~ -")
    secrets = table.get("consumer_secrets", table.get("consumer_secret"))
    secrets = [secrets] if isinstance(secrets, str) else secrets
    if not isinstance(secrets, list) or not secrets or not all(_is_secret(secret) for secret in secrets):
        raise SettingsError(f"{where}: consumer_secret must be one or several texts of A-Z a-z 0-9 . _ ~ -")
    scopes, addresses = _texts(table, "scopes", where), _texts(table, "allowed_ips", where)
    for address in addresses:
        try:
            ip_network(address, strict=False)
        except ValueError:
            raise SettingsError(f"{where}: allowed_ips: {address!r} is no address or network") from None
    partner = Partner(
        key=key,
        scopes=tuple(dict.fromkeys(scopes)),
        basic=_flag(table, "basic", where),
        suspended=_flag(table, "suspended", where),
        allowed_ips=addresses,
        name=str(table.get("name", "")),
        quota=_quota(table, where),
    )
    return Registration(partner, tuple(HashedSecret.of(secret) for secret in secrets))


def _is_secret(value: object) -> bool:
    return isinstance(value, str) and _PAIR.match(value) is not None


def _texts(table: Mapping[str, Any], name: str, where: str) -> tuple[str, ...]:
    value = table.get(name, [])
    if isinstance(value, str):
        value = value.split()
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise SettingsError(f"{where}: {name} must be a list of texts")
    return tuple(value)


def _quota(table: Mapping[str, Any], where: str) -> int | None:
    value = table.get("quota")
    if value is not None and (type(value) is not int or value < 1):
        raise SettingsError(f"{where}: quota must be a number of requests a minute, 1 or more")
    return value


def _flag(table: Mapping[str, Any], name: str, where: str) -> bool:
    value = table.get(name, False)
    if not isinstance(value, bool):
        raise SettingsError(f"{where}: {name} must be true or false")
    return value
