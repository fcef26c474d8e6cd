"""Where a partner is told what changed, and the secret that signs it; agreed out of band."""

from __future__ import annotations

import base64
import binascii
import re
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from .._generated.settings import SettingsError
from .addresses import is_public

_PREFIX = "whsec_"
_KEY_BYTES = range(24, 65)  # Standard Webhooks, "Symmetric signatures"
_URL = re.compile(r"[!-~]+")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A partner's address, and the secret (``whsec_…``) that signs what goes there."""

    url: str
    secret: str = field(repr=False)


def new_secret() -> str:
    """A secret that nobody can guess."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def endpoint(url: object, secret: object, where: str, *, allow_private: bool) -> Endpoint:
    """An endpoint that may be used. Raises SettingsError, one line that names *where*."""
    return Endpoint(_url(url, where, allow_private), _secret(secret, where))


def load(path: Path, *, allow_private: bool) -> dict[str, Endpoint]:
    """Consumer key → endpoint, for the partners of a file (that ``partners.load`` took) that have one."""
    found = {}
    for number, table in enumerate(tomllib.loads(path.read_text(encoding="utf-8")).get("partners", []), 1):
        if "webhook_url" in table or "webhook_secret" in table:
            where = f"{path}: partner {number}"
            given = endpoint(
                table.get("webhook_url"), table.get("webhook_secret"), where, allow_private=allow_private
            )
            found[str(table["consumer_key"])] = given
    return found


def addresses_of(endpoints: Mapping[str, Endpoint]) -> dict[str, str]:
    """Consumer key → host, for logs: a URL may hold a secret in its path."""
    return {key: urlsplit(each.url).hostname or "" for key, each in endpoints.items()}


def _url(value: object, where: str, allow_private: bool) -> str:
    if not isinstance(value, str) or not _URL.fullmatch(value):
        raise SettingsError(f"{where}: webhook_url must be a URL, written in ASCII")
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise SettingsError(f"{where}: webhook_url {value!r} is no URL") from None
    if parts.scheme not in ("https", "http") or not host or "@" in parts.netloc or parts.fragment:
        raise SettingsError(f"{where}: webhook_url must be https://HOST/PATH, without user or fragment")
    if allow_private:
        return value
    if parts.scheme == "http":
        raise SettingsError(f"{where}: webhook_url must be https, unless --allow-private-webhooks is given")
    if _is_private(host):
        raise SettingsError(f"{where}: webhook_url is a private address: --allow-private-webhooks allows it")
    return value


def _is_private(host: str) -> bool:
    try:
        return not is_public(ip_address(host))
    except ValueError:  # a name: looked up, and checked, at each delivery
        return False


def _secret(value: object, where: str) -> str:
    try:
        if isinstance(value, str) and value.startswith(_PREFIX):
            key = base64.b64decode(value.removeprefix(_PREFIX), validate=True)
            if len(key) in _KEY_BYTES:
                return value
    except (binascii.Error, ValueError):
        pass
    raise SettingsError(f"{where}: webhook_secret must be {_PREFIX} and the base64 of 24 to 64 bytes")
