"""Who may call: partners, their secrets, the tokens issued to them.

``IdentityStore`` is what the server asks; ``MemoryIdentity`` keeps it all in one process. Another
store (a database, an existing directory) replaces it in ``auth/``.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from ipaddress import ip_address, ip_network
from threading import Lock
from typing import Protocol

MAX_TOKEN_TTL = 3600  # seconds
_TOKEN_BYTES = 32  # 256 bits


@dataclass(frozen=True, slots=True)
class Partner:
    """A caller known by its consumer key, and what it may do."""

    key: str
    scopes: tuple[str, ...] = ()
    basic: bool = False  # HTTP Basic is open to it
    suspended: bool = False
    allowed_ips: tuple[str, ...] = ()  # addresses and networks; empty: from anywhere
    name: str = ""
    quota: int | None = None  # requests a minute; None: any number

    def may_call_from(self, address: str) -> bool:
        """Whether the partner may call from the IP *address*."""
        if not self.allowed_ips:
            return True
        try:
            ip = ip_address(address.partition("%")[0])
        except ValueError:
            return False
        mapped = getattr(ip, "ipv4_mapped", None)
        return any((mapped or ip) in ip_network(allowed, strict=False) for allowed in self.allowed_ips)


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """An access token: its text (empty when read back from a store), its owner's key, its life.

    ``owner`` is the partner as it was when the token was read, from a store that reads both at once.
    """

    value: str
    partner: str
    scopes: tuple[str, ...]
    expires_at: float  # seconds since the epoch
    lifetime: int  # seconds from its issue to its end
    revoked: bool = False
    owner: Partner | None = None

    @property
    def expired(self) -> bool:
        """Whether its time is past."""
        return time.time() >= self.expires_at


@dataclass(frozen=True, slots=True)
class Principal:
    """Who calls, and what this call may do."""

    partner: Partner
    scopes: tuple[str, ...]
    scheme: str  # bearer or basic


class IdentityStore(Protocol):
    """What the server asks about callers. A store whose ``blocking`` is true is asked in worker threads."""

    blocking: bool

    def verify(self, key: str, secret: str) -> Partner | None:
        """The partner with this pair, or None; an unknown key takes as long as a wrong secret."""

    def partner(self, key: str) -> Partner | None:
        """The partner as it is now, or None when there is none."""

    def issue(self, partner: Partner, scopes: tuple[str, ...]) -> IssuedToken:
        """A new token of *partner* for *scopes*."""

    def find_token(self, value: str) -> IssuedToken | None:
        """The token whose text is *value*, alive or not, or None when it was never issued."""

    def revoke(self, value: str, partner: Partner) -> None:
        """Revoke the token whose text is *value* if it is *partner*'s; else do nothing."""


def new_token() -> str:
    """The text of a new token: 256 random bits."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def digest(value: str) -> str:
    """What a store keeps of a token: no token can be got back from it."""
    return hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class HashedSecret:
    """A secret as scrypt keeps it (RFC 7914)."""

    salt: bytes
    hash: bytes

    @classmethod
    def of(cls, secret: str) -> HashedSecret:
        """The hash of *secret* under a new salt."""
        salt = secrets.token_bytes(16)
        return cls(salt, _scrypt(secret, salt))

    def matches(self, secret: str) -> bool:
        """Whether *secret* is the one hashed, in constant time."""
        return hmac.compare_digest(self.hash, _scrypt(secret, self.salt))


def _scrypt(secret: str, salt: bytes) -> bytes:
    return hashlib.scrypt(secret.encode("utf-8", "surrogatepass"), salt=salt, n=2**14, r=8, p=1)


@dataclass(frozen=True, slots=True)
class Registration:
    """A partner and its secrets, hashed; two are valid during a rotation."""

    partner: Partner
    secrets: tuple[HashedSecret, ...] = field(repr=False)


class PairVerifier:
    """Verifies pairs at the price of one scrypt a secret, remembering how the same pair fared before.

    A wrong pair costs the same whether its key is known or not; a right one is told by its answer anyway.
    What it remembers is a keyed hash under a key of this process alone, over the pair and the hashed
    secrets it was held against: a changed secret is verified anew. Who guesses never repeats a guess, and
    pays for each; an application that repeats its mistake costs next to nothing.
    """

    _NOBODY = 2  # hashes spent on an unknown key: as many as a key with two secrets
    _MANY = 1000  # wrong pairs remembered, the latest

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._right: dict[str, bytes] = {}
        self._wrong: deque[bytes] = deque(maxlen=self._MANY)
        self._decoy = HashedSecret.of(secrets.token_urlsafe())

    def verify(self, key: str, secret: str, hashed: Iterable[HashedSecret]) -> bool:
        """Whether *secret* is one of the *hashed* secrets of *key* (none: the key is unknown)."""
        known = tuple(hashed)
        pair = f"{key}\0{secret}\0".encode("utf-8", "surrogatepass")
        proof = hmac.digest(self._key, pair + b"".join(each.hash for each in known), "sha256")
        if known and hmac.compare_digest(self._right.get(key, b""), proof):
            return True
        if proof in self._wrong.copy():  # threads may add meanwhile
            return False
        if any(candidate.matches(secret) for candidate in known):
            self._right[key] = proof
            return True
        for _ in range(self._NOBODY - len(known)):
            self._decoy.matches(secret)
        self._wrong.append(proof)
        return False


class MemoryIdentity:
    """Partners and tokens in the memory of one process. Without partners nobody gets in.

    *ended_tokens*: seconds past its end that a token is still told from one never issued; None: for good.
    """

    blocking = False

    def __init__(
        self,
        registrations: Iterable[Registration] = (),
        ttl: int = MAX_TOKEN_TTL,
        ended_tokens: int | None = None,
    ) -> None:
        self._partners = {each.partner.key: each for each in registrations}
        self._ttl = max(1, min(ttl, MAX_TOKEN_TTL))
        self._ended_tokens = ended_tokens
        self._tokens: dict[str, IssuedToken] = {}
        self._verifier = PairVerifier()
        self._lock = Lock()

    def verify(self, key: str, secret: str) -> Partner | None:
        """The partner with this pair, or None."""
        registration = self._partners.get(key)
        hashed = registration.secrets if registration else ()
        right = self._verifier.verify(key, secret, hashed)
        return registration.partner if registration and right else None

    def partner(self, key: str) -> Partner | None:
        """The partner with this key, or None."""
        registration = self._partners.get(key)
        return registration.partner if registration else None

    def issue(self, partner: Partner, scopes: tuple[str, ...]) -> IssuedToken:
        """A new token of *partner* for *scopes*."""
        token = IssuedToken(new_token(), partner.key, scopes, time.time() + self._ttl, self._ttl)
        with self._lock:
            self._prune()
            self._tokens[digest(token.value)] = replace(token, value="")
        return token

    def find_token(self, value: str) -> IssuedToken | None:
        """The token whose text is *value*, alive or not, or None."""
        return self._tokens.get(digest(value))

    def revoke(self, value: str, partner: Partner) -> None:
        """Revoke *partner*'s token; another's stays as it is."""
        name = digest(value)
        with self._lock:
            token = self._tokens.get(name)
            if token is not None and token.partner == partner.key:
                self._tokens[name] = replace(token, revoked=True)

    def _prune(self) -> None:
        """Drop the oldest tokens while they are long past: they stand in the order of their ends."""
        if self._ended_tokens is None:
            return
        limit = time.time() - self._ended_tokens
        while self._tokens:
            oldest = next(iter(self._tokens))
            if self._tokens[oldest].expires_at >= limit:
                return
            del self._tokens[oldest]
