"""The outbox: an event is written in the transaction of its effect, and leaves when it was received.

Whoever delivers claims an event first: its lease keeps the others away, and ends by itself when the
claimer dies. So an event is delivered at least once, with one id, by one worker at a time.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Connection, Row, Update, bindparam, exists, insert, select, update

from ..storage.database import Database, now
from ..storage.tables import events
from . import endpoints
from .bell import NEWS
from .endpoints import Endpoint

_SECOND = 1_000_000  # microseconds

# Made once, for some are asked ten times a second: building a statement costs more than running it.
_ADD = insert(events)
_EARLIER = events.alias("earlier")
_MOMENT = bindparam("moment", type_=BigInteger)
_BEHIND = exists().where(
    _EARLIER.c.subject == events.c.subject,
    _EARLIER.c.seq < events.c.seq,
    _EARLIER.c.state == "waiting",
    _EARLIER.c.due <= _MOMENT,
)
_WAITING = update(events).where(
    events.c.id == bindparam("of"), events.c.attempts == bindparam("tried"), events.c.state == "waiting"
)
_TAKE = _WAITING.values(lease=bindparam("until"), attempts=bindparam("attempt"))
_END = _WAITING.values(lease=0, state=bindparam("now_is"))
_POSTPONE = _WAITING.values(lease=0, due=bindparam("then"))
_DUE = (
    select(events)
    .where(events.c.state == "waiting", events.c.due <= _MOMENT, events.c.lease <= _MOMENT, ~_BEHIND)
    .order_by(events.c.seq)
    .limit(bindparam("most"))
)


@dataclass(frozen=True, slots=True)
class Event:
    """An event claimed for one attempt, which ``attempts`` counts too. ``endpoint``: where it goes now."""

    id: str
    partner: str
    resource: str
    body: str
    attempts: int
    endpoint: Endpoint | None
    mishap: str | None = None


def write(
    connection: Connection,
    *,
    partner: str,
    resource: str,
    subject: str,
    body: str,
    created: int,
    delay: float = 0.0,
    mishap: str | None = None,
) -> None:
    """Put down, within the effect's own transaction, that *partner* has to be told of *subject*.

    *delay*: seconds before it is first sent; *mishap*: what goes wrong with it.
    """
    connection.execute(
        _ADD,
        {
            "id": f"evt_{secrets.token_urlsafe(18)}",
            "partner": partner,
            "resource": resource,
            "subject": subject,
            "body": body,
            "created": created,
            "state": "waiting",
            "attempts": 0,
            "due": created + int(delay * _SECOND),
            "lease": 0,
            "mishap": mishap,
        },
    )
    NEWS.ring()


def claim(database: Database, most: int, lease: float) -> list[Event]:
    """At most *most* events that are due, claimed for *lease* seconds.

    One of a resource at a time, the oldest first; one that waits for its next attempt lets the later pass.
    """
    rows = due(database, most)
    return take(database, rows, lease) if rows else []


def due(database: Database, most: int) -> Sequence[Row[Any]]:
    """At most *most* events that may be tried now, each the oldest of its resource that is due."""
    with database.reading() as connection:
        return connection.execute(_DUE, {"moment": now(), "most": most}).all()


def take(database: Database, rows: Sequence[Row[Any]], lease: float) -> list[Event]:
    """Claim those of *rows* that nobody has claimed since they were read, whatever became of it."""
    claimed = []
    with database.transaction() as connection:
        until = now() + int(lease * _SECOND)
        for row in rows:
            attempt = {"until": until, "attempt": row.attempts + 1}
            if connection.execute(_TAKE, {"of": row.id, "tried": row.attempts, **attempt}).rowcount == 1:
                endpoint = endpoints.find(connection, row.partner)
                claimed.append(
                    Event(
                        *(row.id, row.partner, row.resource, row.body),
                        attempts=row.attempts + 1,
                        endpoint=endpoint,
                        mishap=row.mishap,
                    )
                )
    return claimed


def delivered(database: Database, event: Event) -> None:
    """The partner has received *event*."""
    _change(database, _END, event, now_is="delivered")


def abandoned(database: Database, event: Event) -> None:
    """Nobody tries *event* again."""
    _change(database, _END, event, now_is="abandoned")


def postponed(database: Database, event: Event, delay: float) -> None:
    """*event* is tried again in *delay* seconds."""
    _change(database, _POSTPONE, event, then=now() + int(delay * _SECOND))


def _change(database: Database, change: Update, event: Event, **values: Any) -> None:
    """Change *event*, unless somebody has claimed it since: its lease may have run out meanwhile."""
    with database.transaction() as connection:
        connection.execute(change, {"of": event.id, "tried": event.attempts, **values})
