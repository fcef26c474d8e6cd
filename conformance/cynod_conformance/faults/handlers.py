"""What faults do around the work of an operation: its handler, its roles, its lists, the rows it leaves."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import ColumnElement, Row, Table, delete, func, select, update

from cynod_conformance.faults.helpers import Proceed, the
from cynod_sandbox._generated import pointers
from cynod_sandbox._generated.calls import Call, Result
from cynod_sandbox._generated.contract import Operation
from cynod_sandbox._generated.core import Application
from cynod_sandbox._generated.handling import Handler
from cynod_sandbox.app.hook_points import database
from cynod_sandbox.storage.ledger import post
from cynod_sandbox.storage.tables import effects, entries, refunds

Work = Callable[[Proceed, Call], Result]
Key = tuple[str, str, str]  # partner, operation, key
RACE_S = 0.1  # seconds between a check and what it is for: enough for other calls to pass it too


def around(app: Application, effect: str, resource: str) -> Callable[[Work], Work]:
    """Put the decorated function around one operation's handler, in its thread; it gets the handler first."""
    wanted = the(app, effect, resource)

    def install(work: Work) -> Work:
        @app.stages.find_handler.after
        def find(handler: Handler | None, operation: Operation) -> Handler | None:
            return functools.partial(work, handler) if handler and operation == wanted else handler

        return work

    return install


def caller(call: Call) -> str:
    """The consumer key of the partner that calls. Raises LookupError in a public operation."""
    if call.principal is None:
        raise LookupError(f"{call.operation.id} is public: nobody is known to call it")
    return call.principal.partner.key


def shown(app: Application, call: Call, resource: str, id: object) -> Any:
    """The representation that the caller of *call* gets of the *resource* with this id."""
    operation = the(app, "read", resource)
    handler = app.stages.find_handler.run(operation)
    asked = Call(call.contract, operation, call.principal, call.language, call.request_id)
    set_role(asked, "id", id)
    result = handler(asked) if handler is not None else None
    if not isinstance(result, Result):
        raise TypeError(f"this fault needs a handler that reads a {resource} and does not wait")
    return pointers.get(result.data, operation.answer["resource"])


def given_back(app: Application, payment: object) -> int:
    """What was given back of a payment, in minor units."""
    return sum(row.amount for row in rows(app, refunds, refunds.c.payment == payment))


def set_role(call: Call, role: str, value: Any) -> None:
    """Let *call* have *value* in *role*; None: nothing, for a parameter."""
    place = call.operation.request[role]
    if place.place == "body":
        pointers.put(call.body, place.path, value)
    elif place.place == "header":
        call.headers[place.name.lower()] = value
    else:
        getattr(call, place.place)[place.name] = value


def key_of(call: Call) -> Key:
    """What an idempotency key belongs to, and the key: partner, operation, key."""
    return caller(call), f"{call.operation.effect} {call.operation.resource}", str(call.key)


# Lists


def listed(call: Call, result: Result) -> list[Any]:
    """The representations of a page."""
    found: list[Any] = pointers.get(result.data, call.operation.answer["resources"], [])
    return found


def relist(call: Call, result: Result, found: list[Any]) -> None:
    """Let a page hold *found*."""
    pointers.put(result.data, call.operation.answer["resources"], found)


def next_cursor(call: Call, result: Result) -> str | None:
    """The cursor of the page after this one."""
    found: str | None = pointers.get(result.data, call.operation.answer["next"])
    return found


def set_next(call: Call, result: Result, cursor: str | None) -> None:
    """Let a page lead to *cursor*."""
    pointers.put(result.data, call.operation.answer["next"], cursor)


def longest(call: Call) -> int:
    """How many representations a page may hold at most."""
    schema = next(each.schema for each in call.operation.parameters if each.role == "limit")
    return int(pointers.get(call.contract.document, pointers.decode(schema))["maximum"])


def whole(proceed: Proceed, call: Call) -> list[Any]:
    """The whole list that *call* asks for a page of."""
    cursor, limit = call.role("cursor"), call.role("limit")
    found: list[Any] = []
    set_role(call, "cursor", None)
    set_role(call, "limit", longest(call))
    while True:
        page = proceed(call)
        found += listed(call, page)
        following = next_cursor(call, page)
        set_role(call, "cursor", following)
        if following is None:
            break
    set_role(call, "cursor", cursor)
    set_role(call, "limit", limit)
    return found


# Rows


def rows(app: Application, table: Table, *wanted: ColumnElement[bool]) -> list[Row[Any]]:
    """The rows of *table* that fit."""
    with database(app).transaction() as connection:
        return list(connection.execute(select(table).where(*wanted)).all())


def row_of(app: Application, table: Table, id: object) -> Row[Any] | None:
    """The row of *table* with this id."""
    return next(iter(rows(app, table, table.c.id == id)), None)


def is_kept(app: Application, call: Call) -> bool:
    """Whether the call's idempotency key has served its partner in this operation."""
    partner, operation, key = key_of(call)
    kept = (effects.c.partner == partner, effects.c.operation == operation, effects.c.key == key)
    return bool(rows(app, effects, *kept))


def held(app: Application, card: object) -> int:
    """The balance of a card in minor units."""
    total = select(func.coalesce(func.sum(entries.c.amount), 0)).where(entries.c.card == card)
    with database(app).transaction() as connection:
        return int(connection.execute(total).scalar_one())


def change(app: Application, table: Table, id: object, **values: Any) -> None:
    """Set columns of the row with this id."""
    with database(app).transaction() as connection:
        connection.execute(update(table).where(table.c.id == id).values(**values))


@contextmanager
def meanwhile(app: Application, table: Table, id: object, **values: Any) -> Iterator[None]:
    """While inside, the row with this id has other *values*; nobody else sees it."""
    with database(app).exclusive():
        before = row_of(app, table, id)
        change(app, table, id, **values)
        try:
            yield
        finally:
            if before is not None:
                change(app, table, id, **{name: before._mapping[name] for name in values})


@contextmanager
def lent(app: Application, card: object, amount: int) -> Iterator[None]:
    """While inside, the card has *amount* minor units more; nobody else sees it.

    The database would not let a balance be negative: it is told to look away.
    """
    with database(app).exclusive():
        loan = _lend(app, card, amount)
        try:
            yield
        finally:
            later = entries.c.card == card, entries.c.position > loan
            with _unchecked(app), database(app).transaction() as connection:
                connection.execute(update(entries).where(*later).values(balance=entries.c.balance - amount))
                connection.execute(delete(entries).where(entries.c.card == card, entries.c.position == loan))


def _lend(app: Application, card: object, amount: int) -> int:
    """Write an entry of *amount* minor units; gives its number among those of the card."""
    with database(app).transaction() as connection:
        post(connection, str(card), "loan", amount, "", created=0)
        newest = select(func.max(entries.c.position)).where(entries.c.card == card)
        return int(connection.execute(newest).scalar_one())


@contextmanager
def _unchecked(app: Application) -> Iterator[None]:
    """While inside, the one connection of a database in memory checks no bounds of balances."""
    _ignore_bounds(app, "ON")
    try:
        yield
    finally:
        _ignore_bounds(app, "OFF")


def _ignore_bounds(app: Application, state: str) -> None:
    if database(app).in_memory:
        with database(app).reading() as connection:
            connection.exec_driver_sql(f"PRAGMA ignore_check_constraints = {state}")
