"""Queries of the console: cards, their entries, and gauges for Prometheus."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from cynod_spec.output.redaction import masked_number

from ..fault_injection import trigger_cards
from ..handlers.common import state_of
from ..provisioning import seed
from ..recording.metrics import Gauge
from ..storage.database import Database
from ..storage.ledger import balance
from ..storage.tables import card_grants, cards, entries, events

_MAX_ROWS = 200  # cards, and entries of a card


@dataclass(frozen=True, slots=True)
class Card:
    """A card as a page shows it."""

    id: str
    number: str  # masked
    name: str  # in cynod.toml; empty for one that is not there
    holder: str
    currency: str
    state: str  # its stable name
    expiry: str
    balance: int
    opened: tuple[str, ...]  # consumer keys, the issuer's first


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a card's account; *balance* is what it leaves."""

    kind: str
    amount: int
    balance: int
    partner: str
    reference: str
    created: float  # seconds since the epoch


class CardQueries:
    """Queries over the cards and entries in *database*."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def numbers(self) -> list[str]:
        """Every card number in full, for redaction and judgement; no page may show one."""
        with self._database.reading() as connection:
            return list(connection.execute(select(cards.c.number)).scalars())

    def count(self) -> int:
        """The number of cards."""
        with self._database.reading() as connection:
            return int(connection.execute(select(func.count()).select_from(cards)).scalar_one())

    def page(self) -> list[Card]:
        """The newest cards, at most ``_MAX_ROWS``."""
        query = select(cards).order_by(cards.c.seq.desc()).limit(_MAX_ROWS)
        with self._database.reading() as connection:
            names = _names(connection)
            return [_card(connection, row, names) for row in connection.execute(query)]

    def card(self, id: str) -> Card | None:
        """The card with this *id*, or None."""
        with self._database.reading() as connection:
            row = connection.execute(select(cards).where(cards.c.id == id)).one_or_none()
            return _card(connection, row, _names(connection)) if row is not None else None

    def entries(self, card: Card) -> list[Entry]:
        """The entries of *card*, newest first, at most ``_MAX_ROWS``."""
        query = (
            select(entries).where(entries.c.card == card.id).order_by(entries.c.seq.desc()).limit(_MAX_ROWS)
        )
        with self._database.reading() as connection:
            return [_entry(row) for row in connection.execute(query)]

    def block(self, id: str, blocked: bool) -> None:
        """Block or unblock the card with this *id*; an expired card stays expired."""
        with self._database.transaction() as connection:
            connection.execute(update(cards).where(cards.c.id == id).values(blocked=blocked))

    def gauges(self) -> list[Gauge]:
        """Number of cards and sum of balances by currency, and number of webhooks waiting to be sent."""
        with self._database.reading() as connection:
            held = connection.execute(
                select(cards.c.currency, func.coalesce(func.sum(entries.c.amount), 0))
                .outerjoin(entries, entries.c.card == cards.c.id)
                .group_by(cards.c.currency)
            ).all()
            waiting = connection.execute(
                select(func.count()).select_from(events).where(events.c.state == "waiting")
            ).scalar_one()
            counted = Counter(connection.execute(select(cards.c.currency)).scalars())
        balances = {currency: float(total) for currency, total in held}
        return [
            ("cynod_cards", "Cards.", dict(counted)),
            ("cynod_cards_balance_minor_units", "Money on all cards, in minor units.", balances),
            ("cynod_outbox_events", "Webhooks that wait to be sent.", float(waiting)),
        ]


def _names(connection: Connection) -> dict[str, str]:
    """Card number → its name in ``cynod.toml``."""
    seed_record = seed.find(connection)
    numbers = {**(seed_record.cards if seed_record is not None else {}), **trigger_cards.numbers(connection)}
    return {number: name for name, number in numbers.items()}


def _card(connection: Connection, row: Row[Any], names: Mapping[str, str]) -> Card:
    opened = (
        select(card_grants.c.partner).where(card_grants.c.card == row.id).order_by(card_grants.c.position)
    )
    return Card(
        id=row.id,
        number=masked_number(row.number),
        name=names.get(row.number, ""),
        holder=row.holder,
        currency=row.currency,
        state=state_of(connection, row),
        expiry=row.expiry,
        balance=balance(connection, row.id),
        opened=tuple(connection.execute(opened).scalars()),
    )


def _entry(row: Row[Any]) -> Entry:
    return Entry(row.kind, row.amount, row.balance, row.partner, row.reference or "", row.created / 1e6)
