"""What several handlers need: who calls, which card, instants on the wire."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, Row, select

from .._generated.calls import Call
from .._generated.refusals import Refusal
from ..storage.tables import cards, openings

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def caller(call: Call) -> str:
    """The consumer key of the partner that calls."""
    if call.principal is None:
        raise Refusal("credentials-missing")
    return call.principal.partner.key


def instant(microseconds: int) -> str:
    """An instant as RFC 3339 in UTC."""
    return (_EPOCH + timedelta(microseconds=microseconds)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def nanoseconds(text: str) -> int:
    """Nanoseconds since the epoch of an RFC 3339 instant in UTC that the contract's schema accepted."""
    whole, _, fraction = text.removesuffix("Z").partition(".")
    try:
        moment = datetime.fromisoformat(whole).replace(tzinfo=UTC)
    except ValueError:
        return nanoseconds(whole[:-2] + "59.999999999Z")  # a leap second (RFC 3339 §5.7)
    seconds = (moment - _EPOCH) // timedelta(seconds=1)
    return seconds * 10**9 + int(fraction.ljust(9, "0") or 0)


def open_card(
    connection: Connection, call: Call, *, id: str | None = None, number: str | None = None
) -> Row[tuple[object, ...]]:
    """The card with this *id* or *number*, provided that it is opened to the caller."""
    wanted = cards.c.id == id if number is None else cards.c.number == number
    row = connection.execute(
        select(cards)
        .join(openings, openings.c.card == cards.c.id)
        .where(wanted, openings.c.partner == caller(call))
    ).one_or_none()
    if row is None:
        raise Refusal("card-unknown")
    return row


def today() -> str:
    """Today in UTC, as an RFC 3339 full-date."""
    return datetime.now(UTC).date().isoformat()


def state_of(card: Row[tuple[object, ...]]) -> str:
    """The name of the card's state: expired wins over blocked."""
    if str(card.expiry) < today():
        return "expired"
    return "blocked" if card.blocked else "active"


def check_usable(card: Row[tuple[object, ...]]) -> None:
    """Refuse an expired card, then a blocked one."""
    state = state_of(card)
    if state != "active":
        raise Refusal(f"card-{state}")


def masked(number: str) -> str:
    """A card number with all but its last four digits hidden."""
    return "*" * (len(number) - 4) + number[-4:]
