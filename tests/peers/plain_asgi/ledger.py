"""Cards, their entries and the operations that wrote them.

Everything runs on one event loop and no method awaits: each call is one indivisible transaction.
"""

from __future__ import annotations

import secrets
import time
import uuid
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Protocol, TypeVar

from .checks import MAX_AMOUNT
from .identity import Partner
from .refusal import Refusal

View = dict[str, Any]


class Dated(Protocol):
    """What pages are made of: a rank in the total order, and an instant in milliseconds."""

    @property
    def rank(self) -> int:
        """Return the rank."""

    @property
    def moment(self) -> int:
        """Return the instant."""


Item = TypeVar("Item", bound=Dated)


def stamp(moment: int) -> str:
    """Write an instant, with its milliseconds."""
    text = datetime.fromtimestamp(moment // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return f"{text}.{moment % 1000:03d}Z"


@dataclass
class Entry:
    """One signed movement of a card's money."""

    rank: int
    moment: int
    kind: str
    amount: int
    owner: str | None
    operation: str | None = None
    reference: str | None = None
    id: str = field(default_factory=lambda: str(uuid.uuid4()))


@dataclass
class Card:
    """A card; its balance is the sum of its entries."""

    rank: int
    moment: int
    id: str
    number: str
    holder: str
    currency: str
    last_day: date
    issuer: str
    partners: list[str]
    blocked: bool = False
    balance: int = 0
    entries: list[Entry] = field(default_factory=list)

    @property
    def state(self) -> str:
        """Return the state: expired wins over blocked."""
        if datetime.now(UTC).date() > self.last_day:
            return "EXPIREE"
        return "BLOQUEE" if self.blocked else "ACTIVE"

    @property
    def masked(self) -> str:
        """Return the number, but for its last four digits."""
        return "*" * (len(self.number) - 4) + self.number[-4:]

    def open_to(self, key: str) -> bool:
        """Tell whether a partner reaches the card."""
        return key == self.issuer or key in self.partners


@dataclass
class Operation:
    """A top-up or a payment, with what was given back of it."""

    rank: int
    moment: int
    owner: str
    card: Card
    reference: str
    amount: int
    label: str | None
    returned: int = 0
    id: str = field(default_factory=lambda: str(uuid.uuid4()))


@dataclass
class Refund:
    """A part of a payment given back."""

    moment: int
    payment: Operation
    amount: int
    label: str | None
    id: str = field(default_factory=lambda: str(uuid.uuid4()))


class Ledger:
    """The books."""

    def __init__(self) -> None:
        self.cards: dict[str, Card] = {}
        self.numbers: dict[str, Card] = {}
        self.top_ups: dict[str, Operation] = {}
        self.payments: dict[str, Operation] = {}
        self.refunds: dict[str, Refund] = {}
        self.owned: dict[tuple[str, str], list[Operation]] = {}
        self._rank = 0
        self._moment = 0

    def now(self) -> int:
        """Return the present, never before what is already written."""
        return max(int(time.time() * 1000), self._moment)

    def _tick(self) -> tuple[int, int]:
        """Return the next rank and its instant; both strictly grow."""
        self._rank += 1
        self._moment = max(int(time.time() * 1000), self._moment + 1)
        return self._rank, self._moment

    def _write(self, card: Card, entry: Entry) -> None:
        """Write an entry: the only place where a balance changes."""
        balance = card.balance + entry.amount
        if not 0 <= balance <= MAX_AMOUNT:
            raise AssertionError("a balance leaves its bounds")
        card.balance = balance
        card.entries.append(entry)

    def _number(self) -> str:
        """Draw a free card number, its check digit right."""
        while True:
            body = "539941" + "".join(secrets.choice("0123456789") for _ in range(9))
            doubled = [int(d) * (2 - i % 2) for i, d in enumerate(body)]
            number = body + str(-sum(d - 9 if d > 9 else d for d in doubled) % 10)
            if number not in self.numbers:
                return number

    # Finding

    def card(self, key: str, card_id: str) -> Card:
        """Find a card open to a partner."""
        card = self.cards.get(card_id)
        if card is None or not card.open_to(key):
            raise Refusal("3000")
        return card

    def card_numbered(self, key: str, number: str) -> Card:
        """Find a card open to a partner, by its number."""
        card = self.numbers.get(number)
        if card is None or not card.open_to(key):
            raise Refusal("3000")
        return card

    def top_up(self, key: str, top_up_id: str) -> Operation:
        """Find a partner's top-up."""
        found = self.top_ups.get(top_up_id)
        if found is None or found.owner != key:
            raise Refusal("3006")
        return found

    def payment(self, key: str, payment_id: str) -> Operation:
        """Find a partner's payment."""
        found = self.payments.get(payment_id)
        if found is None or found.owner != key:
            raise Refusal("3007")
        return found

    def refund_of(self, payment: Operation, refund_id: str) -> Refund:
        """Find a payment's refund."""
        found = self.refunds.get(refund_id)
        if found is None or found.payment is not payment:
            raise Refusal("3012")
        return found

    def reachable(self, key: str) -> list[Card]:
        """List the cards a partner reaches."""
        return [card for card in self.cards.values() if card.open_to(key)]

    # Moving money

    def issue(
        self, issuer: str, holder: str, currency: str, amount: int, last_day: date, partners: list[str]
    ) -> Card:
        """Issue a card."""
        rank, moment = self._tick()
        card = Card(
            rank,
            moment,
            str(uuid.uuid4()),
            self._number(),
            holder,
            currency,
            last_day,
            issuer,
            list(partners),
        )
        self.cards[card.id] = self.numbers[card.number] = card
        if amount:
            self._write(card, Entry(rank, moment, "EMISSION", amount, None))
        return card

    def move(self, partner: Partner, credit: bool, order: dict[str, Any]) -> Operation:
        """Top a card up, or pay with it."""
        card = self.card(partner.key, order["carteId"])
        amount, currency = order["montant"]["valeur"], order["montant"]["devise"]
        if card.state != "ACTIVE":
            raise Refusal("3002" if card.state == "EXPIREE" else "3001")
        if currency != card.currency:
            raise Refusal("3005")
        least, most = partner.limits["recharge" if credit else "paiement"]
        if not least <= amount <= most or (credit and card.balance + amount > MAX_AMOUNT):
            raise Refusal("3004")
        if not credit and amount > card.balance:
            raise Refusal("3003")
        rank, moment = self._tick()
        done = Operation(rank, moment, partner.key, card, order["reference"], amount, order.get("libelle"))
        kind = "RECHARGE" if credit else "PAIEMENT"
        signed = amount if credit else -amount
        self._write(card, Entry(rank, moment, kind, signed, partner.key, done.id, done.reference))
        (self.top_ups if credit else self.payments)[done.id] = done
        self.owned.setdefault((partner.key, kind), []).append(done)
        return done

    def set_blocked(self, card: Card, blocked: bool) -> None:
        """Block or unblock a card; an expired one no longer changes."""
        if card.state == "EXPIREE":
            raise Refusal("3002")
        card.blocked = blocked

    def cancel(self, top_up: Operation) -> None:
        """Take a top-up back."""
        if top_up.returned:
            raise Refusal("3008")
        if top_up.card.balance < top_up.amount:
            raise Refusal("3003")
        rank, moment = self._tick()
        entry = Entry(rank, moment, "ANNULATION", -top_up.amount, top_up.owner, top_up.id, top_up.reference)
        self._write(top_up.card, entry)
        top_up.returned = top_up.amount

    def refund(self, payment: Operation, order: dict[str, Any]) -> Refund:
        """Give a part of a payment back."""
        card = payment.card
        amount, currency = order["montant"]["valeur"], order["montant"]["devise"]
        if payment.returned == payment.amount:
            raise Refusal("3008")
        if currency != card.currency:
            raise Refusal("3005")
        if card.balance + amount > MAX_AMOUNT:
            raise Refusal("3004")
        if amount > payment.amount - payment.returned:
            raise Refusal("3009")
        rank, moment = self._tick()
        done = Refund(moment, payment, amount, order.get("motif"))
        self._write(card, Entry(rank, moment, "REMBOURSEMENT", amount, payment.owner, done.id))
        payment.returned += amount
        self.refunds[done.id] = done
        return done


def page(
    items: Sequence[Item],
    keep: Callable[[Item], bool],
    before: int | None,
    size: int,
) -> tuple[list[Item], int | None]:
    """Take a page, newest first, of what ranks before a position; also return the next position, if any."""
    end = len(items) if before is None else bisect_left(items, before, key=lambda item: item.rank)
    taken: list[Item] = []
    for index in range(end - 1, -1, -1):
        if keep(items[index]):
            if len(taken) == size:
                return taken, taken[-1].rank
            taken.append(items[index])
    return taken, None
