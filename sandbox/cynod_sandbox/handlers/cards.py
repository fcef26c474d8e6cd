"""Operations on cards: issue, read, list, block and unblock."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from cynod_spec.output.redaction import masked_number

from .._generated.calls import Call, Result
from .._generated.refusals import Refusal
from ..storage.database import Database, now
from ..storage.idempotency import once
from ..storage.ledger import balance, balances, post
from ..storage.tables import card_grants, cards
from ..storage.timestamps import instant
from .common import caller, open_card, state_of
from .pages import lengthen
from .pages import page as page_of
from .profiles import Profiles

_ISSUER_PREFIX = "539941"
# Built once: building a statement costs more than running it.
_ADD, _OPEN = insert(cards), insert(card_grants)
_OPENED = (
    select(card_grants.c.card, card_grants.c.partner)
    .where(card_grants.c.card.in_(bindparam("of", expanding=True)))
    .order_by(card_grants.c.position)
)


def issue(database: Database, _profiles: Profiles, call: Call) -> Result:
    """Issue a card, opened to the caller and to the keys it names, which need not be partners yet."""
    partners: list[str] = call.role("partners") or []
    with database.transaction() as connection:

        def effect() -> Result:
            id = add_card(
                connection,
                number=new_number(),
                holder=call.role("holder"),
                currency=call.role("currency"),
                expiry=call.role("expiry"),
                amount=call.role("initial-amount"),
                issuer=caller(call),
                partners=partners,
            )
            card = open_card(connection, call, id=id)
            return Result(
                call.answer(resource=_represent(connection, call, card, card.number)), location={"id": id}
            )

        return once(connection, call, caller(call), effect)


def read(database: Database, _profiles: Profiles, call: Call) -> Result:
    """Read one card; its number is masked."""
    with database.reading() as connection:
        card = open_card(connection, call, id=call.role("id"))
        return Result(call.answer(resource=_represent(connection, call, card, masked_number(card.number))))


def page(database: Database, _profiles: Profiles, call: Call) -> Result:
    """List the cards opened to the caller."""
    query = (
        select(cards)
        .join(card_grants, card_grants.c.card == cards.c.id)
        .where(card_grants.c.partner == caller(call))
    )
    with database.reading() as connection:
        rows, following = page_of(connection, call, query, cards.c.seq)
        of = [card.id for card in rows]
        held, opened = balances(connection, of), _opened(connection, of)
        states = [state_of(connection, card) for card in rows]
    found = [
        _shown(call, card, masked_number(card.number), state, held.get(card.id, 0), opened.get(card.id, []))
        for card, state in zip(rows, states, strict=True)
    ]
    return Result(call.answer(resources=found, next=following))


def set_state(database: Database, _profiles: Profiles, call: Call) -> Result:
    """Block or unblock a card. Setting its current state is no error; an expired card is refused."""
    with database.transaction() as connection:
        card = open_card(connection, call, id=call.role("id"), held=True)
        if state_of(connection, card) == "expired":
            raise Refusal("card-expired")
        blocked = call.state_name("card", call.role("state")) == "blocked"
        connection.execute(update(cards).where(cards.c.id == card.id).values(blocked=blocked))
        card = open_card(connection, call, id=card.id)
        shown = _represent(connection, call, card, masked_number(card.number))
        return call.check(Result(call.answer(resource=shown)))


def add_card(
    connection: Connection,
    *,
    number: str,
    holder: str,
    currency: str,
    expiry: str,
    amount: int,
    issuer: str,
    partners: list[str],
    blocked: bool = False,
) -> str:
    """Store a card, opened to *issuer* and *partners*, with a first entry of *amount* minor units.

    Gives its id.
    """
    lengthen(connection, "cards")
    id, created = f"crt_{secrets.token_urlsafe(12)}", now()
    connection.execute(
        _ADD,
        {
            "id": id,
            "number": number,
            "holder": holder,
            "currency": currency,
            "blocked": blocked,
            "expiry": expiry,
            "issuer": issuer,
            "created": created,
        },
    )
    to = enumerate(dict.fromkeys([issuer, *partners]))
    connection.execute(_OPEN, [{"card": id, "partner": key, "position": position} for position, key in to])
    if amount:
        post(connection, id, "issuance", amount, issuer, created=created)
    return id


def new_number() -> str:
    """A random card number."""
    return _ISSUER_PREFIX + "".join(secrets.choice("0123456789") for _ in range(10))


def _represent(connection: Connection, call: Call, card: Row[Any], number: str) -> dict[str, Any]:
    opened = _opened(connection, [card.id]).get(card.id, [])
    state = state_of(connection, card)
    return _shown(call, card, number, state, balance(connection, card.id), opened)


def _opened(connection: Connection, of: Collection[str]) -> dict[str, list[str]]:
    """The keys that the cards *of* are opened to, by card, in the order in which they were named."""
    found: dict[str, list[str]] = {}
    for row in connection.execute(_OPENED, {"of": list(of)}):
        found.setdefault(row.card, []).append(row.partner)
    return found


def _shown(
    call: Call, card: Row[Any], number: str, state: str, held: int, opened: list[str]
) -> dict[str, Any]:
    """The representation of a card in *state* with a balance of *held* minor units, *opened* to these."""
    return call.represent(
        "card",
        {
            "id": card.id,
            "number": number,
            "holder": card.holder,
            "currency": card.currency,
            "balance": held,
            "balance-currency": card.currency,
            "state": call.state("card", state),
            "expiry": card.expiry,
            "partners": [partner for partner in opened if partner != card.issuer],
            "date": instant(card.created),
        },
    )
