"""Webhook endpoints of partners: URL and signing secret, agreed out of band."""

from __future__ import annotations

import base64
import binascii
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from msgspec import UNSET
from sqlalchemy import Connection, bindparam, delete, insert, select

from cynod_spec.network.addresses import is_public, literal

from .._generated.partners import tables
from .._generated.settings import SettingsError
from ..storage.tables import endpoints

_PREFIX = "whsec_"
_KEY_BYTES = range(24, 65)  # Standard Webhooks, "Symmetric signatures"
_URL = re.compile(r"[!-~]{1,2048}")
# Made once: building a statement costs more than running it.
_OF = select(endpoints).where(endpoints.c.partner == bindparam("of"))


@dataclass(frozen=True, slots=True)
class Endpoint:
    """The URL of a partner's receiver, and the secret (``whsec_…``) that signs what is sent there."""

    url: str
    secret: str = field(repr=False)


def new_secret() -> str:
    """A new random secret, as Standard Webhooks writes them."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def check_url(url: str, where: str, *, allow_private: bool) -> str:
    """*url*, if webhooks may be sent to it. Raises SettingsError whose text begins with *where*."""
    return _url(url, where, allow_private)


def load(path: Path, *, allow_private: bool) -> dict[str, Endpoint]:
    """The endpoints in a partners file that ``partners.load`` has accepted, by consumer key.

    Raises SettingsError for a URL or a secret that cannot be used.
    """
    found = {}
    for where, table in tables(path):
        if table.webhook_url is not UNSET or table.webhook_secret is not UNSET:
            url = _url(table.webhook_url, where, allow_private)
            found[table.consumer_key] = Endpoint(url, _secret(table.webhook_secret, where))
    return found


def find(connection: Connection, partner: str) -> Endpoint | None:
    """The endpoint of the partner with this consumer key, or None."""
    row = connection.execute(_OF, {"of": partner}).one_or_none()
    return None if row is None else Endpoint(row.url, row.secret)


def agree(connection: Connection, partner: str, url: str) -> None:
    """Set the URL of the partner's endpoint. Its secret stays; without one, a new secret is made."""
    known = find(connection, partner)
    _put(connection, partner, Endpoint(url, known.secret if known else new_secret()))


def replace_all(connection: Connection, wanted: Mapping[str, Endpoint]) -> None:
    """Replace all endpoints by *wanted*, given by consumer key."""
    connection.execute(delete(endpoints))
    for partner, endpoint in wanted.items():
        _put(connection, partner, endpoint)


def _put(connection: Connection, partner: str, endpoint: Endpoint) -> None:
    connection.execute(delete(endpoints).where(endpoints.c.partner == partner))
    connection.execute(insert(endpoints).values(partner=partner, url=endpoint.url, secret=endpoint.secret))


def _url(value: object, where: str, allow_private: bool) -> str:
    if not isinstance(value, str) or not _URL.fullmatch(value):
        raise SettingsError(f"{where}: webhook_url must be a URL, in ASCII and of 2048 characters at most")
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
    """Whether *host* is localhost or an address that is not public. Names are checked at each delivery."""
    name = host.removesuffix(".").lower()
    address = literal(name)
    if address is not None:
        return not is_public(address)
    return name == "localhost" or name.endswith(".localhost")  # RFC 6761 §6.3


def _secret(value: object, where: str) -> str:
    try:
        if isinstance(value, str) and value.startswith(_PREFIX):
            key = base64.b64decode(value.removeprefix(_PREFIX), validate=True)
            if len(key) in _KEY_BYTES:
                return value
    except (binascii.Error, ValueError):
        pass
    raise SettingsError(f"{where}: webhook_secret must be {_PREFIX} and the base64 of 24 to 64 bytes")
