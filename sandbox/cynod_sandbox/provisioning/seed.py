"""What a new sandbox holds: one partner and one card for each entry of ``cynod.toml``.

Secrets are in the database as hashes alone. They are known in clear where they are made: when a database
is planted, and when the seed's partners are given new ones (``renew``).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from sqlalchemy import Connection

from .._generated.contract import Contract
from .._generated.identity import HashedSecret, Partner, Registration
from ..handlers.cards import add_card, new_number
from ..identity import partners
from ..storage import key_value
from ..webhooks.endpoints import Endpoint

_ELSEWHERE = "203.0.113.7/32"  # TEST-NET-3 (RFC 5737): nobody calls from there
_CURRENCY = "XOF"
_SMALL_QUOTA = 120  # requests a minute: soon spent, by whoever means to
_VALID, _EXPIRED = "2099-12-31", "2020-12-31"
_KEPT = "seed"


@dataclass(frozen=True, slots=True)
class Credential:
    """A consumer key and its secret in clear, for ``cynod.toml`` alone."""

    key: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Seed:
    """What ``cynod.toml`` tells of a sandbox: credentials and card numbers, by their names there."""

    credentials: Mapping[str, Credential]
    cards: Mapping[str, str]
    webhook: Endpoint | None = None  # where the primary partner is told what changed


@dataclass(frozen=True, slots=True)
class Planted:
    """What a database remembers of its seed: consumer keys and card numbers, by their names."""

    partners: Mapping[str, str]
    cards: Mapping[str, str]


def plant(connection: Connection, contract: Contract) -> Seed:
    """Add the seed's partners and cards to a database without partners."""
    wanted = _partners(contract)
    found = {name: Credential(partner.key, _new_secret()) for name, partner in wanted.items()}
    with ThreadPoolExecutor() as pool:  # a hash takes a processor, and they are most of what a start takes
        hashes = pool.map(HashedSecret.of, [credential.secret for credential in found.values()])
    for partner, hashed in zip(wanted.values(), hashes, strict=True):
        partners.add(connection, Registration(partner, (hashed,)))
    numbers = _cards(connection, found)
    keys = {name: credential.key for name, credential in found.items()}
    key_value.put(connection, _KEPT, {"partners": keys, "cards": numbers})
    return Seed(found, numbers)


def renew(connection: Connection) -> Seed | None:
    """Give each of the seed's partners one more secret; None in a database that was not planted.

    The secret that each had stays valid beside the new one, as in any rotation.
    """
    planted = key_value.get(connection, _KEPT)
    if planted is None:
        return None
    found = {}
    for name, key in planted["partners"].items():
        if partners.find(connection, key) is not None:
            found[name] = Credential(key, _new_secret())
            partners.rotate(connection, key, HashedSecret.of(found[name].secret))
    return Seed(found, planted["cards"])


def replant(
    connection: Connection, contract: Contract, held: Mapping[str, tuple[HashedSecret, ...]]
) -> Planted | None:
    """Bring the seed's partners and cards back, in a database that holds no cards.

    Keys, card numbers and the secrets that each key *held* are those that ``cynod.toml`` tells. None, and
    nothing done, in a database that was not planted.
    """
    planted = find(connection)
    if planted is None:
        return None
    given = {
        partner.key: Registration(partner, held.get(partner.key, ()))
        for partner in _partners(contract).values()
    }
    partners.replace_all(connection, (given[key] for key in planted.partners.values() if key in given))
    known = {name: Credential(key, "") for name, key in planted.partners.items()}
    _cards(connection, known, planted.cards)
    return planted


def find(connection: Connection) -> Planted | None:
    """What the seed made of this database, or None where it was not planted."""
    value = key_value.get(connection, _KEPT)
    return Planted(value["partners"], value["cards"]) if value is not None else None


def key_of(connection: Connection, name: str) -> str | None:
    """The consumer key of the seed's partner *name*; None in a database that was not planted."""
    planted = find(connection)
    return None if planted is None else planted.partners[name]


def _partners(contract: Contract) -> dict[str, Partner]:
    core = _scopes(contract, lambda resource: resource == "card")
    partner = _scopes(contract, lambda resource: resource != "card")
    balance = contract.find("read", "balance")
    limited = balance.scopes if balance else ()
    return {
        "primary": Partner("partenaire-principal", partner, name="Boutique Teranga"),
        "other": Partner("partenaire-autre", partner, name="Kër Services"),
        "limited": Partner("partenaire-limite", limited, name="Guichet Sandaga"),
        "basic": Partner("partenaire-basic", partner, basic=True, name="Caisse Ndar"),
        "suspended": Partner("partenaire-suspendu", partner, basic=True, suspended=True, name="Agence Close"),
        "elsewhere": Partner(
            "partenaire-ailleurs", partner, allowed_ips=(_ELSEWHERE,), name="Comptoir Lointain"
        ),
        "throttled": Partner("partenaire-presse", partner, name="Relais Rapide", quota=_SMALL_QUOTA),
        "core": Partner("coeur", core, name="CYNOD"),
    }


def _cards(
    connection: Connection, known: Mapping[str, Credential], given: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Issue the fixture cards, opened to every partner but ``other``. Gives their numbers by name.

    A card has the number that is *given* for its name, or a new one.
    """
    opened = [credential.key for name, credential in known.items() if name not in ("core", "other")]
    wanted = {
        "active": ("Aïssatou Ndiaye", 1_000_000, _VALID, False),
        "pauvre": ("Mamadou Diop", 500, _VALID, False),
        "bloquee": ("Khady Sow", 50_000, _VALID, True),
        "expiree": ("Ousmane Fall", 50_000, _EXPIRED, False),
    }
    numbers = {}
    for name, (holder, amount, expiry, blocked) in wanted.items():
        numbers[name] = (given or {}).get(name) or new_number()
        _issue(
            connection,
            numbers[name],
            holder,
            amount,
            expiry,
            issuer=known["core"].key,
            opened=opened,
            blocked=blocked,
        )
    return numbers


def issue_trouble(connection: Connection, planted: Planted, number: str) -> str:
    """A card like ``active``, opened to every partner but ``other``. Gives its id."""
    keys = planted.partners
    opened = [key for name, key in keys.items() if name not in ("core", "other")]
    return _issue(connection, number, "Awa Sarr", 1_000_000, _VALID, issuer=keys["core"], opened=opened)


def _issue(
    connection: Connection,
    number: str,
    holder: str,
    amount: int,
    expiry: str,
    *,
    issuer: str,
    opened: list[str],
    blocked: bool = False,
) -> str:
    return add_card(
        connection,
        number=number,
        holder=holder,
        currency=_CURRENCY,
        expiry=expiry,
        amount=amount,
        issuer=issuer,
        partners=opened,
        blocked=blocked,
    )


def _scopes(contract: Contract, chosen: Callable[[str], bool]) -> tuple[str, ...]:
    found = (scope for each in contract.operations if chosen(each.resource) for scope in each.scopes)
    return tuple(dict.fromkeys(found))


def _new_secret() -> str:
    return secrets.token_urlsafe(24)
