"""Helpers of several handlers: the caller, its card, instants on the wire."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Connection, Row, bindparam, select

from .._generated.calls import Call
from .._generated.refusals import Refusal
from ..storage.hooks import hooks_of
from ..storage.tables import card_grants, cards

# Built once: building a statement costs more than running it.
_OPEN = (
    select(cards)
    .join(card_grants, card_grants.c.card == cards.c.id)
    .where(card_grants.c.partner == bindparam("caller"))
)
_BY_ID = _OPEN.where(cards.c.id == bindparam("sought"))
_BY_NUMBER = _OPEN.where(cards.c.number == bindparam("sought"))


def caller(call: Call) -> str:
    """The consumer key of the partner that calls."""
    if call.principal is None:
        raise Refusal("credentials-missing")
    return call.principal.partner.key


def open_card(
    connection: Connection,
    call: Call,
    *,
    id: str | None = None,
    number: str | None = None,
    held: bool = False,
) -> Row[tuple[object, ...]]:
    """The card with this *id* or *number*, if it is opened to the caller. Raises Refusal otherwise.

    *held*: lock it and its balance until the transaction ends.
    """
    query = _BY_ID if number is None else _BY_NUMBER
    named = {"sought": id if number is None else number, "caller": caller(call)}
    row = connection.execute(query.with_for_update(of=cards) if held else query, named).one_or_none()
    if row is None:
        raise Refusal("card-unknown")
    return row


def _today() -> str:
    """Today in UTC, as an RFC 3339 full-date."""
    return datetime.now(UTC).date().isoformat()


def state_of(connection: Connection, card: Row[tuple[object, ...]]) -> str:
    """The name of the card's state; ``expired`` takes precedence over ``blocked``."""
    if str(card.expiry) < hooks_of(connection).read_today.run(_today):
        return "expired"
    return "blocked" if card.blocked else "active"


def check_usable(connection: Connection, card: Row[tuple[object, ...]]) -> None:
    """Raises Refusal for an expired card, or else for a blocked one."""
    state = state_of(connection, card)
    if state != "active":
        raise Refusal(f"card-{state}")


def charged_card(
    connection: Connection, call: Call, least: int, most: int
) -> tuple[Row[tuple[object, ...]], int]:
    """The locked card and the amount (minor units) of a call that moves money.

    Raises Refusal, in the contract's order: for a card that is unknown, expired or blocked, for another
    currency, for an amount outside *least* to *most* minor units.
    """
    card = open_card(connection, call, id=call.role("card"), held=True)
    check_usable(connection, card)
    if call.role("currency") != card.currency:
        raise Refusal("currency-mismatch")
    amount = int(call.role("amount"))
    if not least <= amount <= most:
        raise Refusal("amount-out-of-limits")
    return card, amount


def move(call: Call, card: Row[tuple[object, ...]], amount: int) -> dict[str, object]:
    """The values that rows of top-ups and payments share, for *amount* minor units on *card*."""
    return {
        "card": card.id,
        "partner": caller(call),
        "reference": call.role("reference"),
        "amount": amount,
        "currency": card.currency,
        "label": call.role("label"),
    }
