"""What exists at start: eight partners and four cards."""

from __future__ import annotations

import secrets
import string
from dataclasses import dataclass
from datetime import date

from .identity import Directory, Partner, digest
from .ledger import Ledger

PARTNER_SCOPES = (
    "solde:lire",
    "recharge:ecrire",
    "recharge:lire",
    "paiement:ecrire",
    "paiement:lire",
    "transaction:lire",
)
CORE_SCOPES = ("core:carte:ecrire", "core:carte:lire")
_ALPHABET = string.ascii_letters + string.digits + "._~-"


def _random(length: int) -> str:
    """Draw a string of the alphabet of pairs."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


@dataclass
class Seed:
    """The seeded state, and what a test must know of it."""

    directory: Directory
    ledger: Ledger
    pairs: dict[str, tuple[str, str]]
    cards: dict[str, str]


def seed(ttl: int) -> Seed:
    """Make the partners and the cards."""
    pairs: dict[str, tuple[str, str]] = {}
    partners: list[Partner] = []

    def add(
        role: str,
        scopes: tuple[str, ...] = PARTNER_SCOPES,
        basic: bool = False,
        suspended: bool = False,
        network: str | None = None,
        quota: int = 60_000,
    ) -> None:
        pairs[role] = (f"{role}.{_random(16)}", _random(40))
        key, secret = pairs[role]
        name = f"Partenaire {role} de Thiès"
        partners.append(Partner(key, digest(secret), name, scopes, basic, suspended, network, quota))

    add("primary")
    add("other")
    add("limited", scopes=("solde:lire",))
    add("basic", basic=True)
    add("suspended", basic=True, suspended=True)
    add("elsewhere", network="203.0.113.7/32")
    add("throttled", quota=30)
    add("core", scopes=CORE_SCOPES)

    ledger = Ledger()
    open_to = [key for role, (key, _) in pairs.items() if role not in ("other", "core")]
    cards: dict[str, str] = {}
    for name, amount, year in (
        ("active", 1_000_000, 2038),
        ("pauvre", 500, 2038),
        ("bloquee", 60_000, 2038),
        ("expiree", 60_000, 2020),
    ):
        holder = f"Aïssatou {name.capitalize()}"
        card = ledger.issue(pairs["core"][0], holder, "XOF", amount, date(year, 6, 30), open_to)
        card.blocked = name == "bloquee"
        cards[name] = card.number
    return Seed(Directory(partners, ttl), ledger, pairs, cards)


def configuration(found: Seed, base_url: str, ttl: int, max_body: int) -> str:
    """Write the TOML that tells a test where the server is and what it holds."""
    lines = ["[target]", f'base_url = "{base_url}"', "allow_http = true", ""]
    for role, (key, secret) in found.pairs.items():
        lines += [f"[credentials.{role}]", f'consumer_key = "{key}"', f'consumer_secret = "{secret}"', ""]
    lines += ["[fixtures.cartes]", *(f'{name} = "{number}"' for name, number in found.cards.items()), ""]
    lines += ["[limits]", f"token_ttl = {ttl}", "expiry_tolerance = 0", f"max_body = {max_body}", ""]
    return "\n".join(lines)
