"""Partners and their keys as the console manages them, and where they are kept in memory."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable
from dataclasses import replace
from typing import Protocol

from ._generated.identity import HashedSecret, MemoryIdentity, Registration, digest

_SECRET_BYTES = 24


class Directory(Protocol):
    """What the console and the switches ask of the store of partners and tokens."""

    def registrations(self) -> list[Registration]:
        """Every partner, in the order in which they were registered."""

    def rotate(self, key: str) -> str:
        """A new secret for *key*, valid beside the one before it. Raises LookupError."""

    def retire(self, key: str) -> None:
        """End the rotation: the newest secret of *key* alone stays valid. Raises LookupError."""

    def suspend(self, key: str, suspended: bool) -> None:
        """Suspend the partner *key*, or let it in again. Raises LookupError."""

    def expire(self, value: str) -> None:
        """End the life of the token whose text is *value*; do nothing when there is none."""

    def restore(self, registrations: Iterable[Registration]) -> None:
        """Make *registrations* the partners, as they are, and forget every token."""


def new_secret() -> str:
    """A secret that nobody can guess, of the letters that consumer secrets are made of."""
    return secrets.token_urlsafe(_SECRET_BYTES)


class MemoryDirectory(MemoryIdentity):
    """Partners and tokens in the memory of one process, and what the console does to them."""

    def registrations(self) -> list[Registration]:
        """Every partner, in the order in which they were registered."""
        return list(self._partners.values())

    def rotate(self, key: str) -> str:
        """A new secret for *key*, valid beside the one before it. Raises LookupError."""
        secret = new_secret()
        with self._lock:
            known = self._partners[key]
            kept = (known.secrets[-1], HashedSecret.of(secret))
            self._partners[key] = Registration(known.partner, kept)
        return secret

    def retire(self, key: str) -> None:
        """End the rotation: the newest secret of *key* alone stays valid. Raises LookupError."""
        with self._lock:
            known = self._partners[key]
            self._partners[key] = Registration(known.partner, known.secrets[-1:])

    def suspend(self, key: str, suspended: bool) -> None:
        """Suspend the partner *key*, or let it in again. Raises LookupError."""
        with self._lock:
            known = self._partners[key]
            self._partners[key] = Registration(replace(known.partner, suspended=suspended), known.secrets)

    def expire(self, value: str) -> None:
        """End the life of the token whose text is *value*; do nothing when there is none."""
        name = digest(value)
        with self._lock:
            token = self._tokens.get(name)
            if token is not None:
                self._tokens[name] = replace(token, expires_at=min(token.expires_at, time.time()))

    def restore(self, registrations: Iterable[Registration]) -> None:
        """Make *registrations* the partners, as they are, and forget every token."""
        with self._lock:
            self._partners = {each.partner.key: each for each in registrations}
            self._tokens.clear()
