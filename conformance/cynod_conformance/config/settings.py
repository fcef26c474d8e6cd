"""``cynod.toml`` as a run uses it: its references looked up, its secrets never echoed."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from msgspec import UNSET, UnsetType, to_builtins

from cynod_conformance.webhooks.signature import key_of
from cynod_spec.base.errors import UsageError
from cynod_spec.configuration.cynod_toml import CynodToml, WebhookTable
from cynod_spec.configuration.toml_file import InvalidFile, Location, checked, load, place

_ENVIRONMENT, _FILE = "env:", "file:"  # begin a text that says where a value is


@dataclass(frozen=True)
class Credential:
    """A consumer key and its secret, under the name that the configuration gives it."""

    name: str
    key: str
    secret: str = field(repr=False)


@dataclass(frozen=True)
class WebhookReceiver:
    """The receiver of webhooks that a run opens, as agreed with the target; "" for what is not set."""

    listen: str = ""  # ADDRESS:PORT; without it, no receiver is opened
    public_url: str = ""  # the receiver's own, unless set
    secret: str = field(default="", repr=False)  # of the signature, whsec_…


@dataclass(frozen=True)
class Config:
    """Everything a run knows of its target beside the contract."""

    base_url: str = ""
    allow_http: bool = False
    ca_file: str | None = None
    token_url: str = ""  # of the token endpoint, where it is not below base_url
    revocation_url: str = ""  # likewise of the revocation endpoint
    credentials: Mapping[str, Credential] = field(default_factory=dict)
    cards: Mapping[str, str] = field(default_factory=dict, repr=False)
    webhook: WebhookReceiver = field(default_factory=WebhookReceiver)
    token_ttl: int | None = None  # seconds
    expiry_tolerance: int | None = None  # seconds
    max_body: int | None = None  # bytes


def read_config(path: str) -> Config:
    """The configuration in the TOML file *path*. Raises UsageError, one line, for any mistake in it."""
    try:
        written = load(Path(path), "the configuration")
        checked(written, CynodToml, path)
        found = _looked_up(written, path)
        return _config(checked(found, CynodToml, path), found, path)
    except InvalidFile as error:
        raise UsageError(error.message, error.hint or "`cynod config schema` describes the file") from None


def _config(file: CynodToml, tables: Mapping[str, Any], path: str) -> Config:
    """What *file* says; *tables* is the same, its credentials in the order in which they are written."""
    target, limits, cards = file.target, file.limits, file.fixtures.cartes
    credentials = {}
    for name in tables.get("credentials", {}):
        pair = getattr(file.credentials, name)
        credentials[name] = Credential(name, pair.consumer_key, pair.consumer_secret)
    return Config(
        base_url=target.base_url or "",
        allow_http=target.allow_http,
        ca_file=target.ca_file or None,
        token_url=target.token_url or "",
        revocation_url=target.revocation_url or "",
        credentials=credentials,
        cards={} if cards is UNSET else to_builtins(cards),
        webhook=_webhook(file.webhook, path),
        token_ttl=_set(limits.token_ttl),
        expiry_tolerance=_set(limits.expiry_tolerance),
        max_body=_set(limits.max_body),
    )


def _webhook(table: WebhookTable | UnsetType, path: str) -> WebhookReceiver:
    """The receiver's section; its secret is one of Standard Webhooks."""
    if table is UNSET:
        return WebhookReceiver()
    secret = table.secret or ""
    if table.secret is not UNSET:
        try:
            key_of(secret)
        except ValueError:
            message = f"{path}: [webhook] secret is no secret of Standard Webhooks"
            raise InvalidFile(message, "whsec_ and base64") from None
    return WebhookReceiver(table.listen or "", table.public_url or "", secret)


def _set(value: int | UnsetType) -> int | None:
    return None if value is UNSET else value


def _looked_up(value: Any, path: str, location: Location = ()) -> Any:
    """*value*, where each text ``env:NAME`` or ``file:PATH`` is what it refers to. Raises InvalidFile."""
    if isinstance(value, dict):
        return {name: _looked_up(each, path, (*location, name)) for name, each in value.items()}
    if not isinstance(value, str):
        return value
    if value.startswith(_ENVIRONMENT):
        name = value.removeprefix(_ENVIRONMENT)
        found = os.environ.get(name)
        if not found:
            raise InvalidFile(f"{path}: {place(location)}: the environment has no {name}")
        return found
    if value.startswith(_FILE):
        name = value.removeprefix(_FILE)
        try:
            return (Path(path).parent / name).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise InvalidFile(f"{path}: {place(location)}: cannot read {name}") from None
    return value
