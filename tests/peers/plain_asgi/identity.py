"""Partners, their tokens, and who is calling."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import ipaddress
import math
import secrets
import time
import uuid
from collections import deque
from dataclasses import dataclass, field
from typing import Any

import jwt

from .messages import Request
from .refusal import Refusal

ALGORITHM = "HS384"
BEARER = 'Bearer realm="CYNOD"'
BASIC = 'Basic realm="CYNOD", charset="UTF-8"'
INVALID = BEARER + ', error="invalid_token"'


def digest(secret: str) -> bytes:
    """Return what is kept of a secret."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


class Window:
    """At most so many events in so many seconds."""

    def __init__(self, most: int, seconds: float) -> None:
        self.most, self.seconds = most, seconds
        self.events: deque[float] = deque()

    def wait(self) -> int:
        """Return the whole seconds to wait before the next event; zero when it may come now."""
        now = time.monotonic()
        while self.events and self.events[0] <= now - self.seconds:
            self.events.popleft()
        if len(self.events) < self.most:
            return 0
        return max(1, math.ceil(self.events[0] + self.seconds - now))

    def note(self) -> None:
        """Note an event."""
        self.events.append(time.monotonic())


@dataclass
class Partner:
    """A partner of the operator."""

    key: str
    secret: bytes
    name: str
    scopes: tuple[str, ...]
    basic: bool = False
    suspended: bool = False
    network: str | None = None
    quota: int = 60_000
    limits: dict[str, tuple[int, int]] = field(
        default_factory=lambda: {"recharge": (100, 2_000_000), "paiement": (100, 1_000_000)}
    )

    def __post_init__(self) -> None:
        """Open the partner's quota."""
        self.window = Window(self.quota, 60)

    def admits(self, address: str) -> bool:
        """Tell whether the partner may call from an address."""
        return self.network is None or ipaddress.ip_address(address) in ipaddress.ip_network(self.network)


@dataclass(frozen=True)
class Caller:
    """A partner, with the scopes it has on this call."""

    partner: Partner
    scopes: tuple[str, ...]
    basic: bool = False


class Directory:
    """The partners, the tokens' secret and the list of revoked tokens."""

    def __init__(self, partners: list[Partner], ttl: int) -> None:
        self.partners = {partner.key: partner for partner in partners}
        self.ttl = ttl
        self.secret = secrets.token_bytes(64)
        self.revoked: set[str] = set()
        self.failures: dict[str, Window] = {}

    def verify(self, key: str, secret: str) -> Partner | None:
        """Return the partner of a pair, None when it is wrong."""
        partner = self.partners.get(key)
        expected = partner.secret if partner is not None else digest("")
        right = hmac.compare_digest(expected, digest(secret))
        return partner if right and secret else None

    def brake(self, key: str) -> None:
        """Slow repeated wrong secrets down: twenty for one consumer-key in ten seconds, then 429."""
        if len(self.failures) > 5000:
            self.failures.clear()
        window = self.failures.setdefault(key[:64], Window(20, 10))
        wait = window.wait()
        if wait:
            raise Refusal("1015", headers=[("retry-AFTER", str(wait))])
        window.note()

    def issue(self, partner: Partner, scopes: tuple[str, ...]) -> str:
        """Make a token."""
        now = time.time()
        claims = {
            "iss": "cynod",
            "sub": partner.key,
            "scope": " ".join(scopes),
            "jti": str(uuid.uuid4()),
            "iat": int(now),
            "until": now + self.ttl,
        }
        return jwt.encode(claims, self.secret, ALGORITHM, headers={"typ": "at+jwt"})

    def open(self, token: str) -> dict[str, Any] | None:
        """Return the claims of a token made here, None for any other."""
        try:
            claims: dict[str, Any] = jwt.decode(
                token, self.secret, [ALGORITHM], options={"verify_iat": False}
            )
        except Exception:  # noqa: BLE001 - whatever is wrong with it, it is not ours
            return None
        return claims

    def revoke(self, token: str, partner: Partner) -> None:
        """Revoke a token, if it is this partner's."""
        claims = self.open(token)
        if claims is not None and claims["sub"] == partner.key:
            self.revoked.add(claims["jti"])

    def _bearer(self, token: str) -> Caller:
        """Find who presents a token."""
        challenge = [("WWW-authenticate", INVALID)]
        claims = self.open(token)
        if claims is None:
            raise Refusal("2001", headers=challenge)
        if claims["jti"] in self.revoked:
            raise Refusal("2003", headers=challenge)
        if time.time() >= claims["until"]:
            raise Refusal("2002", headers=challenge)
        return Caller(self.partners[claims["sub"]], tuple(claims["scope"].split()))

    def _basic(self, credentials: str, address: str) -> Caller:
        """Find who presents a pair."""
        pair = read_basic(credentials)
        partner = self.verify(*pair) if pair is not None else None
        if partner is None:
            raise Refusal("2004", headers=[("WWW-authenticate", BASIC)])
        if not partner.admits(address):
            raise Refusal("2101")
        if not partner.basic:
            raise Refusal("2005", headers=[("WWW-authenticate", BEARER)])
        return Caller(partner, partner.scopes, basic=True)

    def identify(self, request: Request) -> Caller:
        """Find who is calling, or refuse: identity, then address, then suspension, then quota."""
        header = (request.header("authorization") or "").strip()
        if not header:
            raise Refusal("2000", headers=[("WWW-authenticate", BEARER)])
        scheme, _, rest = header.partition(" ")
        if scheme.lower() == "bearer":
            caller = self._bearer(rest.strip(" "))
        elif scheme.lower() == "basic":
            caller = self._basic(rest.strip(" "), request.address)
        else:
            raise Refusal("2006", headers=[("WWW-authenticate", BEARER)])
        partner = caller.partner
        if not partner.admits(request.address):
            raise Refusal("2101")
        if partner.suspended:
            raise Refusal("2102")
        wait = partner.window.wait()
        if wait:
            raise Refusal("1015", headers=[("retry-AFTER", str(wait))])
        partner.window.note()
        return caller


def read_basic(credentials: str) -> tuple[str, str] | None:
    """Read the pair of an Authorization: Basic, None when it is malformed."""
    try:
        text = base64.b64decode(credentials, validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return None
    key, colon, secret = text.partition(":")
    return (key, secret) if colon else None
