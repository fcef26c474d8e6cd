"""What a new sandbox holds: one partner and one card for each entry of ``cynod.toml``."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ._generated.contract import Contract
from ._generated.identity import HashedSecret, Partner, Registration
from .handlers.cards import add_card, new_number
from .storage.database import Database

_ELSEWHERE = "203.0.113.7/32"  # TEST-NET-3 (RFC 5737): nobody calls from there
_HOLDER = "Aïssatou Ndiaye"
_CURRENCY = "XOF"
_SMALL_QUOTA = 120  # requests a minute: soon spent, by whoever means to
_VALID, _EXPIRED = "2099-12-31", "2020-12-31"


@dataclass(frozen=True, slots=True)
class Credential:
    """A consumer key, its secret in clear (for ``cynod.toml`` alone) and what the server keeps of it."""

    secret: str
    registration: Registration

    @property
    def key(self) -> str:
        """The consumer key."""
        return self.registration.partner.key


def credentials(contract: Contract) -> dict[str, Credential]:
    """A new credential for every name of ``cynod.toml``."""
    core = _scopes(contract, lambda resource: resource == "card")
    partner = _scopes(contract, lambda resource: resource != "card")
    balance = contract.find("read", "balance")
    return {
        "primary": _credential("partenaire-principal", "Boutique Teranga", partner),
        "other": _credential("partenaire-autre", "Kër Services", partner),
        "limited": _credential("partenaire-limite", "Guichet Sandaga", balance.scopes if balance else ()),
        "basic": _credential("partenaire-basic", "Caisse Ndar", partner, basic=True),
        "suspended": _credential("partenaire-suspendu", "Agence Close", partner, basic=True, suspended=True),
        "elsewhere": _credential(
            "partenaire-ailleurs", "Comptoir Lointain", partner, addresses=(_ELSEWHERE,)
        ),
        "throttled": _credential("partenaire-presse", "Relais Rapide", partner, quota=_SMALL_QUOTA),
        "core": _credential("coeur", "CYNOD", core),
    }


def cards(database: Database, known: Mapping[str, Credential]) -> dict[str, str]:
    """Issue the fixture cards, opened to every partner but ``other``. Gives their numbers by name."""
    opened = [credential.key for name, credential in known.items() if name not in ("core", "other")]
    wanted = {
        "active": (1_000_000, _VALID, False),
        "pauvre": (500, _VALID, False),
        "bloquee": (50_000, _VALID, True),
        "expiree": (50_000, _EXPIRED, False),
    }
    numbers = {}
    with database.transaction() as connection:
        for name, (amount, expiry, blocked) in wanted.items():
            numbers[name] = new_number()
            add_card(
                connection,
                number=numbers[name],
                holder=_HOLDER,
                currency=_CURRENCY,
                expiry=expiry,
                amount=amount,
                issuer=known["core"].key,
                partners=opened,
                blocked=blocked,
            )
    return numbers


def _scopes(contract: Contract, chosen: Callable[[str], bool]) -> tuple[str, ...]:
    found = (scope for each in contract.operations if chosen(each.resource) for scope in each.scopes)
    return tuple(dict.fromkeys(found))


def _credential(
    key: str,
    name: str,
    scopes: tuple[str, ...],
    *,
    basic: bool = False,
    suspended: bool = False,
    addresses: tuple[str, ...] = (),
    quota: int | None = None,
) -> Credential:
    secret = secrets.token_urlsafe(24)
    partner = Partner(key, scopes, basic, suspended, addresses, name, quota)
    return Credential(secret, Registration(partner, (HashedSecret.of(secret),)))
