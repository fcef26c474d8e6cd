"""The seed of a new sandbox: one partner and one card for each entry of ``cynod.toml``.

The database holds only hashes of secrets. They are known in clear only where they are made: when the seed is
created (``create``), and when its partners get new ones (``renew``).
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

_OTHER_NETWORK = "203.0.113.7/32"  # TEST-NET-3 (RFC 5737): no caller has such an address
_CURRENCY = "XOF"
_SMALL_QUOTA_PER_MIN = 120  # soon exhausted by a test
_VALID, _EXPIRED = "2099-12-31", "2020-12-31"
_RECORD_NAME = "seed"


@dataclass(frozen=True, slots=True)
class Credential:
    """A consumer key and its secret in clear, only for ``cynod.toml``."""

    key: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Seed:
    """What ``cynod.toml`` holds of a sandbox: credentials and card numbers, by their names there."""

    credentials: Mapping[str, Credential]
    cards: Mapping[str, str]
    webhook: Endpoint | None = None  # of the primary partner


@dataclass(frozen=True, slots=True)
class SeedRecord:
    """What a database stores of its seed: consumer keys and card numbers, by their names."""

    partners: Mapping[str, str]
    cards: Mapping[str, str]


def create(connection: Connection, contract: Contract) -> Seed:
    """Create the seed's partners and cards in a database without partners."""
    wanted = _partners(contract)
    found = {name: Credential(partner.key, _new_secret()) for name, partner in wanted.items()}
    with ThreadPoolExecutor() as pool:  # hashing takes most of the start
        hashes = pool.map(HashedSecret.of, [credential.secret for credential in found.values()])
    for partner, hashed in zip(wanted.values(), hashes, strict=True):
        partners.add(connection, Registration(partner, (hashed,)))
    numbers = _cards(connection, found)
    keys = {name: credential.key for name, credential in found.items()}
    key_value.put(connection, _RECORD_NAME, {"partners": keys, "cards": numbers})
    return Seed(found, numbers)


def renew(connection: Connection) -> Seed | None:
    """Give each of the seed's partners an additional secret; None in a database without a seed.

    As in any rotation, the newest earlier secret stays valid.
    """
    seed_record = key_value.get(connection, _RECORD_NAME)
    if seed_record is None:
        return None
    found = {}
    for name, key in seed_record["partners"].items():
        if partners.find(connection, key) is not None:
            found[name] = Credential(key, _new_secret())
            partners.rotate(connection, key, HashedSecret.of(found[name].secret))
    return Seed(found, seed_record["cards"])


def restore(
    connection: Connection, contract: Contract, held: Mapping[str, tuple[HashedSecret, ...]]
) -> SeedRecord | None:
    """Create the seed's partners and cards again, in a database that holds no cards.

    They keep their keys, their numbers, and the secrets *held* by each key, as ``cynod.toml`` has them. Does
    nothing and gives None in a database without a seed.
    """
    seed_record = find(connection)
    if seed_record is None:
        return None
    given = {
        partner.key: Registration(partner, held.get(partner.key, ()))
        for partner in _partners(contract).values()
    }
    partners.replace_all(connection, (given[key] for key in seed_record.partners.values() if key in given))
    known = {name: Credential(key, "") for name, key in seed_record.partners.items()}
    _cards(connection, known, seed_record.cards)
    return seed_record


def find(connection: Connection) -> SeedRecord | None:
    """What the database stores of its seed, or None without one."""
    value = key_value.get(connection, _RECORD_NAME)
    return SeedRecord(value["partners"], value["cards"]) if value is not None else None


def key_of(connection: Connection, name: str) -> str | None:
    """The consumer key of the seed's partner *name*; None in a database without a seed."""
    seed_record = find(connection)
    return None if seed_record is None else seed_record.partners[name]


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
            "partenaire-ailleurs", partner, allowed_ips=(_OTHER_NETWORK,), name="Comptoir Lointain"
        ),
        "throttled": Partner("partenaire-presse", partner, name="Relais Rapide", quota=_SMALL_QUOTA_PER_MIN),
        "core": Partner("coeur", core, name="CYNOD"),
    }


def _cards(
    connection: Connection, known: Mapping[str, Credential], given: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Issue the fixture cards, opened to every partner but ``other``; gives their numbers by name.

    *given*: the number to use for a name; without one, the card gets a new number.
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


def issue_trouble(connection: Connection, seed_record: SeedRecord, number: str) -> str:
    """Issue a card like ``active``, opened to every partner but ``other``; gives its id."""
    keys = seed_record.partners
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
