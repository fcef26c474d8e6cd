"""``cynod.toml``: where the target is, who may call it, which fixtures it has. Secrets are never echoed."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cynod_conformance.webhooks.signature import key_of
from cynod_spec.base.errors import UsageError

CREDENTIALS = ("primary", "other", "limited", "basic", "suspended", "elsewhere", "throttled", "core")
CARDS = ("active", "pauvre", "bloquee", "expiree")
KNOWN: dict[str, tuple[str, ...]] = {
    "target": ("base_url", "allow_http", "ca_file", "token_url", "revocation_url"),
    "webhook": ("listen", "public_url", "secret"),
    "limits": ("token_ttl", "expiry_tolerance", "max_body"),
}


@dataclass(frozen=True)
class Credential:
    """A consumer key and its secret, under the name that the configuration gives it."""

    name: str
    key: str
    secret: str = field(repr=False)


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
    webhook: Mapping[str, str] = field(default_factory=dict, repr=False)
    token_ttl: int | None = None  # seconds
    expiry_tolerance: int | None = None  # seconds
    max_body: int | None = None  # bytes


def read_config(path: str) -> Config:
    """The configuration in the TOML file *path*. Raises UsageError, one line, for any mistake in it."""
    try:
        data = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(
            f"cannot read {path}: {error.strerror or error}", "give the file with --config"
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(
            f"{path} is not TOML: {error}", "see the example in `cynod conform --help`"
        ) from None
    return Reader(path).config(data)


class Reader:
    """Reads one file's tables strictly: an unknown word is a mistake, not a wish."""

    def __init__(self, path: str) -> None:
        self.path = path

    def config(self, data: dict[str, Any]) -> Config:
        """The whole file."""
        self.known("", data, ("target", "credentials", "fixtures", "webhook", "limits"))
        for name, words in KNOWN.items():
            self.known(name, self.table(data, name), words)
        target, limits = self.table(data, "target"), self.table(data, "limits")
        fixtures = self.table(data, "fixtures")
        self.known("fixtures", fixtures, ("cartes",))
        cards = self.table(fixtures, "cartes", "fixtures.")
        self.known("fixtures.cartes", cards, CARDS)
        return Config(
            base_url=self.text(target, "target", "base_url", ""),
            allow_http=self.of(bool, target, "target", "allow_http", False),
            ca_file=self.text(target, "target", "ca_file", "") or None,
            token_url=self.text(target, "target", "token_url", ""),
            revocation_url=self.text(target, "target", "revocation_url", ""),
            credentials=self.credentials(self.table(data, "credentials")),
            cards={name: self.text(cards, "fixtures.cartes", name, "") for name in cards},
            webhook=self.webhook(self.table(data, "webhook")),
            token_ttl=self.whole(limits, "token_ttl"),
            expiry_tolerance=self.whole(limits, "expiry_tolerance"),
            max_body=self.whole(limits, "max_body"),
        )

    def webhook(self, table: dict[str, Any]) -> dict[str, str]:
        """The receiver's section; its secret is one of Standard Webhooks."""
        found = {name: self.text(table, "webhook", name, "") for name in table}
        try:
            if "secret" in found:
                key_of(found["secret"])
        except ValueError:
            raise UsageError(
                f"{self.path}: [webhook] secret is no secret of Standard Webhooks", "whsec_ and base64"
            ) from None
        return found

    def credentials(self, table: dict[str, Any]) -> dict[str, Credential]:
        """Every credential of the file."""
        self.known("credentials", table, CREDENTIALS)
        found = {}
        for name in table:
            here, values = f"credentials.{name}", self.table(table, name, "credentials.")
            self.known(here, values, ("consumer_key", "consumer_secret"))
            for word in ("consumer_key", "consumer_secret"):
                if not values.get(word):
                    raise UsageError(
                        f"{self.path}: [{here}] lacks {word}", "add it, or leave the section out"
                    )
            key, secret = (self.text(values, here, w, "") for w in ("consumer_key", "consumer_secret"))
            found[name] = Credential(name, key, secret)
        return found

    def known(self, where: str, table: dict[str, Any], words: tuple[str, ...]) -> None:
        """Refuse a table with a word that nobody reads."""
        for word in table:
            if word not in words:
                place = f"[{where}]" if where else "the file"
                raise UsageError(f"{self.path}: {place} has no {word!r}", f"known there: {', '.join(words)}")

    def table(self, data: dict[str, Any], name: str, lead: str = "") -> dict[str, Any]:
        """The table *name*, empty when absent."""
        value = data.get(name, {})
        if not isinstance(value, dict):
            raise UsageError(f"{self.path}: {lead}{name} is no table", f"write [{lead}{name}]")
        return value

    def of(self, kind: type[Any], table: dict[str, Any], where: str, name: str, default: Any) -> Any:
        """The value *name*, which must be of *kind*."""
        value = table.get(name, default)
        if type(value) is not kind:
            raise UsageError(f"{self.path}: [{where}] {name} must be of type {kind.__name__}")
        return value

    def text(self, table: dict[str, Any], where: str, name: str, default: str) -> str:
        """The string *name*; ``env:NAME`` and ``file:PATH`` are looked up."""
        value: str = self.of(str, table, where, name, default)
        if value.startswith("env:"):
            found = os.environ.get(value[4:])
            if not found:
                raise UsageError(f"{self.path}: [{where}] {name}: the environment has no {value[4:]}")
            return found
        if value.startswith("file:"):
            try:
                return (Path(self.path).parent / value[5:]).read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError):
                raise UsageError(f"{self.path}: [{where}] {name}: cannot read {value[5:]}") from None
        return value

    def whole(self, table: dict[str, Any], name: str) -> int | None:
        """The positive whole number *name* of [limits], or None."""
        if name not in table:
            return None
        value: int = self.of(int, table, "limits", name, 0)
        if value < 0:
            raise UsageError(f"{self.path}: [limits] {name} is negative")
        return value
