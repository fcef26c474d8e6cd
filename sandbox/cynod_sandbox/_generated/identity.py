"""Who may call: partners, their secrets, the tokens issued to them.

``IdentityStore`` is what the server asks; ``MemoryIdentity`` keeps it all in one process. Another
store (a database, an existing directory) replaces it in ``auth/``.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from ipaddress import ip_address, ip_network
from threading import Lock
from typing import Protocol, runtime_checkable

from .recent import RecentMap

MAX_TOKEN_TTL = 3600  # seconds
MAX_CLOCK_SKEW = 5.0  # seconds by which the clocks of machines that share tokens may differ
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
        """Whether it opens nothing now (``is_expired_at``)."""
        return self.is_expired_at(time.time())

    def is_expired_at(self, instant: float) -> bool:
        """Whether its time is past, or has not begun, at *instant*: seconds since the epoch.

        The second is so when the clock was ahead as the token was granted, and has been corrected since: its
        end may be days away. It is refused, and its holder asks for another, which costs one call.
        """
        begins = self.expires_at - self.lifetime
        return instant >= self.expires_at or instant < begins - MAX_CLOCK_SKEW


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


@runtime_checkable
class RemembersPairs(Protocol):
    """A store that remembers, in this process, pairs that it has verified: they need no second hash.

    Where a store does not, every pair waits for its turn to be verified.
    """

    def remembers(self, key: str, secret: str) -> bool:
        """Whether this pair was right when it was last verified in this process; asked without waiting."""

    def recall(self, key: str, secret: str) -> Partner | None:
        """The partner with this pair, which is remembered, or None where it has to be verified anew."""


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
    What it remembers are keyed hashes, under a key that only this process has: of a right pair together with
    the hashed secret that it matched, of a wrong one with all that it was held against. So a changed secret
    is verified anew. Who guesses never repeats a guess, and pays for each; an application that repeats its
    mistake costs next to nothing.
    """

    _MAX_RIGHT = 10_000  # right pairs remembered, those used last: about 2 MB
    _MAX_WRONG = 1000  # wrong pairs remembered, likewise

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._right: RecentMap[bytes, bytes] = RecentMap(self._MAX_RIGHT)  # pair → the hash that it matches
        self._wrong: RecentMap[bytes, bool] = RecentMap(self._MAX_WRONG)
        self._decoy = HashedSecret.of(secrets.token_urlsafe())
        self._hashes = 2  # spent on a wrong pair: as many as any key has had secrets, and two at least

    def remembers(self, key: str, secret: str) -> bool:
        """Whether this pair was right when it was last verified."""
        return self._right.get(self._digest(key, secret)) is not None

    def recall(self, key: str, secret: str, hashed: Iterable[HashedSecret]) -> bool:
        """Whether this pair is remembered as right, and the secret it matched is still one of *hashed*."""
        matched = self._right.get(self._digest(key, secret))
        return matched is not None and any(hmac.compare_digest(matched, each.hash) for each in hashed)

    def verify(self, key: str, secret: str, hashed: Iterable[HashedSecret]) -> bool:
        """Whether *secret* is one of the *hashed* secrets of *key* (none: the key is unknown)."""
        known = tuple(hashed)
        if self.recall(key, secret, known):
            return True
        tried = self._digest(key, secret, *(each.hash for each in known))
        if self._wrong.get(tried):
            return False
        for candidate in known:
            if candidate.matches(secret):
                self._right.put(self._digest(key, secret), candidate.hash)
                return True
        self._hashes = max(self._hashes, len(known))
        for _ in range(self._hashes - len(known)):
            self._decoy.matches(secret)
        self._wrong.put(tried, True)
        return False

    def _digest(self, key: str, secret: str, *hashes: bytes) -> bytes:
        parts = (key.encode("utf-8", "surrogatepass"), secret.encode("utf-8", "surrogatepass"), *hashes)
        return hmac.digest(
            self._key, b"".join(len(part).to_bytes(8, "big") + part for part in parts), "sha256"
        )


class MemoryIdentity:
    """Partners and tokens in the memory of one process. Without partners nobody gets in.

    *ended_tokens*: seconds past its end that a token is still told from one never issued; None: for good.
    *clock* gives seconds since the epoch, *steady_clock* seconds that never go back: by it a token ends after
    its lifetime, however the other is corrected.
    """

    blocking = False

    def __init__(
        self,
        registrations: Iterable[Registration] = (),
        ttl: int = MAX_TOKEN_TTL,
        ended_tokens: int | None = None,
        clock: Callable[[], float] = time.time,
        steady_clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._partners = {each.partner.key: each for each in registrations}
        self._ttl = max(1, min(ttl, MAX_TOKEN_TTL))
        self._ended_tokens = ended_tokens
        self._clock = clock
        self._steady_clock = steady_clock
        self._tokens: dict[str, _KeptToken] = {}  # by the digest of their text, in the order of their ends
        self._verifier = PairVerifier()
        self._lock = Lock()

    def verify(self, key: str, secret: str) -> Partner | None:
        """The partner with this pair, or None."""
        registration = self._partners.get(key)
        right = self._verifier.verify(key, secret, registration.secrets if registration else ())
        return registration.partner if registration and right else None

    def remembers(self, key: str, secret: str) -> bool:
        """Whether this pair was right when it was last verified."""
        return self._verifier.remembers(key, secret)

    def recall(self, key: str, secret: str) -> Partner | None:
        """The partner with this pair, which is remembered, or None where it has to be verified anew."""
        registration = self._partners.get(key)
        right = registration is not None and self._verifier.recall(key, secret, registration.secrets)
        return registration.partner if registration and right else None

    def partner(self, key: str) -> Partner | None:
        """The partner with this key, or None."""
        registration = self._partners.get(key)
        return registration.partner if registration else None

    def issue(self, partner: Partner, scopes: tuple[str, ...]) -> IssuedToken:
        """A new token of *partner* for *scopes*."""
        token = IssuedToken(new_token(), partner.key, scopes, self._clock() + self._ttl, self._ttl)
        with self._lock:
            self._prune()
            end = self._steady_clock() + self._ttl
            self._tokens[digest(token.value)] = _KeptToken(replace(token, value=""), end)
        return token

    def find_token(self, value: str) -> IssuedToken | None:
        """The token whose text is *value*, alive or not, or None."""
        kept = self._tokens.get(digest(value))
        if kept is None:
            return None
        if self._steady_clock() < kept.ends:
            return kept.token
        return replace(kept.token, expires_at=min(kept.token.expires_at, self._clock()))

    def revoke(self, value: str, partner: Partner) -> None:
        """Revoke *partner*'s token; another's stays as it is."""
        name = digest(value)
        with self._lock:
            kept = self._tokens.get(name)
            if kept is not None and kept.token.partner == partner.key:
                self._tokens[name] = replace(kept, token=replace(kept.token, revoked=True))

    def _prune(self) -> None:
        """Drop the oldest tokens while they are long past: they stand in the order of their ends."""
        if self._ended_tokens is None:
            return
        limit = self._steady_clock() - self._ended_tokens
        while self._tokens:
            oldest = next(iter(self._tokens))
            if self._tokens[oldest].ends >= limit:
                return
            del self._tokens[oldest]


@dataclass(frozen=True, slots=True)
class _KeptToken:
    token: IssuedToken
    ends: float  # seconds of a clock that never goes back
