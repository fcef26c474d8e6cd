"""The outbox: an event is written in the transaction of its effect, and leaves when it was received.

Whoever delivers claims an event first: its lease keeps the others away, and ends by itself when the
claimer dies. So an event is delivered at least once, with one id, by one worker at a time. Claims are
counted: over all workers, a partner never has more than ``MAX_OF_PARTNER`` deliveries under way.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest
from math import ceil
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Row,
    Select,
    Text,
    Update,
    bindparam,
    delete,
    exists,
    func,
    insert,
    select,
    update,
)

from ..storage.database import Database, now
from ..storage.locks import hold
from ..storage.tables import MAX_ANSWER, events
from ..storage.tables import endpoints as endpoint_rows
from . import endpoints
from .endpoints import Endpoint
from .wakeup import NEWS

MAX_OF_PARTNER = 8  # deliveries under way to one partner, over all workers
_SECOND = 1_000_000  # microseconds

# Made once, for some are asked ten times a second: building a statement costs more than running it.
_ADD = insert(events)
_MOMENT = bindparam("moment", type_=BigInteger)
_WAITING = update(events).where(
    events.c.id == bindparam("of"), events.c.attempts == bindparam("tried"), events.c.state == "waiting"
)
_TAKE = _WAITING.values(lease=bindparam("until"), attempts=bindparam("attempt"))
_SAID = bindparam("said", type_=Text)
_END = _WAITING.values(
    lease=0, state=bindparam("now_is"), settled=bindparam("at", type_=BigInteger), answer=_SAID
)
_POSTPONE = _WAITING.values(lease=0, due=bindparam("then"), answer=_SAID)
_LAST = select(events).where(events.c.partner == bindparam("of")).order_by(events.c.seq.desc())
_AGAIN = (
    update(events)
    .where(events.c.id == bindparam("event"), events.c.partner == bindparam("of"), events.c.lease <= _MOMENT)
    .values(state="waiting", attempts=0, due=_MOMENT, lease=0, settled=None, mishap=None)
)
_UNDER_WAY = select(events.c.partner, func.count()).where(events.c.lease > _MOMENT).group_by(events.c.partner)


def _may_be_tried(table: Any) -> tuple[ColumnElement[bool], ...]:
    return table.c.state == "waiting", table.c.due <= _MOMENT, table.c.lease <= _MOMENT


def _queues() -> Select[Any]:
    """The partners with an event that may be tried.

    Each partner is found from the one before it in an index, however many events wait for either.
    """
    waiting, later, tried = events.alias("waiting"), events.alias("later"), events.alias("tried")
    first = select(func.min(waiting.c.partner).label("partner")).where(waiting.c.state == "waiting")
    found = first.cte("queues", recursive=True)
    following = select(func.min(later.c.partner)).where(
        later.c.state == "waiting", later.c.partner > found.c.partner
    )
    found = found.union_all(select(following.scalar_subquery()).where(found.c.partner.is_not(None)))
    # Not `EXISTS`, which PostgreSQL would answer by reading every event that waits.
    one = select(tried.c.seq).where(*_may_be_tried(tried), tried.c.partner == found.c.partner).limit(1)
    url = select(endpoint_rows.c.url).where(endpoint_rows.c.partner == found.c.partner).scalar_subquery()
    return select(found.c.partner, url.label("url")).where(
        found.c.partner.is_not(None), one.scalar_subquery().is_not(None)
    )


def _of_partner(attempts: ColumnElement[bool]) -> Select[Any]:
    """Events of a partner that may be tried, the longest due first; of each subject only the oldest."""
    earlier = events.alias("earlier")
    behind = exists().where(
        earlier.c.subject == events.c.subject,
        earlier.c.seq < events.c.seq,
        earlier.c.state == "waiting",
        earlier.c.due <= _MOMENT,
    )
    return (
        select(events)
        .where(*_may_be_tried(events), events.c.partner == bindparam("of"), attempts, ~behind)
        .order_by(events.c.due, events.c.seq)
        .limit(bindparam("most"))
    )


_QUEUES = _queues()
_TRIED_ONCE = _of_partner(events.c.attempts == 1)
_OTHERS = _of_partner(events.c.attempts != 1)


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


@dataclass(frozen=True, slots=True)
class Delivery:
    """An event as the console shows it: how often it was tried, and what the last attempt came to.

    ``created`` and ``due`` are seconds since the epoch; ``due`` is when the next attempt may begin.
    """

    id: str
    resource: str
    subject: str
    state: str  # waiting, delivered or abandoned
    attempts: int
    created: float
    due: float
    is_under_way: bool
    answer: str | None


@dataclass(frozen=True, slots=True)
class Queue:
    """A partner with events that may be tried, the URL that they go to, and its deliveries under way."""

    partner: str
    url: str | None
    under_way: int


@dataclass(frozen=True, slots=True)
class Share:
    """How many events of a partner may be claimed: those that were tried once, and then others up to a sum.

    First retries are apart, for the contract promises them soon. *leaves*: of the events that may be claimed
    in all, so many are left to other partners.
    """

    partner: str
    tried_once: int
    others: int
    leaves: int = 0


Plan = Callable[[Sequence[Queue]], Sequence[Share]]
"""The shares of the partners in a queue, those whose turn it is first."""


def equal(queues: Sequence[Queue]) -> list[Share]:
    """The plan that lets each partner have as many deliveries under way as any may."""
    free = [(queue.partner, MAX_OF_PARTNER - queue.under_way) for queue in queues]
    return [Share(partner, most, most) for partner, most in free if most > 0]


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


def claim(database: Database, most: int, lease: float, plan: Plan = equal) -> list[Event]:
    """At most *most* events that are due, claimed for *lease* seconds, shared as *plan* says.

    One of a resource at a time, the oldest first; one that waits for its next attempt lets the later pass.
    """
    rows = due(database, most, plan)
    return take(database, rows, lease) if rows else []


def due(database: Database, most: int, plan: Plan = equal) -> Sequence[Row[Any]]:
    """At most *most* events that may be tried, each the oldest of its resource that is due.

    One of each partner in turn, then a second one of each, as far as their shares allow.
    """
    moment = now()
    with database.reading() as connection:
        found = connection.execute(_QUEUES, {"moment": moment}).all()
        if not found:
            return []
        under_way = _under_way(connection, moment)
        shares = plan([Queue(row.partner, row.url, under_way[row.partner]) for row in found])[: max(0, most)]
        of_each = ceil(most / max(1, len(shares)))
        rows = [[(share, row) for row in _shared(connection, moment, share, of_each)] for share in shares]
    chosen: list[Row[Any]] = []
    for each in chain.from_iterable(zip_longest(*rows)):
        if each is not None and len(chosen) + each[0].leaves < most:
            chosen.append(each[1])
    return chosen


def _shared(connection: Connection, moment: int, share: Share, limit: int) -> list[Row[Any]]:
    """At most *limit* events of a partner that its *share* allows, first retries first."""
    rows: list[Row[Any]] = []
    for statement, allowed in ((_TRIED_ONCE, share.tried_once), (_OTHERS, share.others)):
        most = min(allowed, limit)
        if most > len(rows):
            values = {"moment": moment, "of": share.partner, "most": most - len(rows)}
            rows += connection.execute(statement, values)
    return rows


def _under_way(connection: Connection, moment: int) -> Counter[str]:
    """How many deliveries of each partner are under way, over all workers."""
    return Counter({row[0]: row[1] for row in connection.execute(_UNDER_WAY, {"moment": moment})})


def take(database: Database, rows: Sequence[Row[Any]], lease: float) -> list[Event]:
    """Claim those of *rows* that nobody has claimed since they were read, whatever became of it.

    What would be more than ``MAX_OF_PARTNER`` of a partner stays: two workers do not count at once.
    """
    claimed = []
    with database.transaction() as connection:
        hold(connection, "outbox")
        moment = now()
        until, under_way = moment + int(lease * _SECOND), _under_way(connection, moment)
        for row in rows:
            if under_way[row.partner] >= MAX_OF_PARTNER:
                continue
            attempt = {"until": until, "attempt": row.attempts + 1}
            if connection.execute(_TAKE, {"of": row.id, "tried": row.attempts, **attempt}).rowcount == 1:
                under_way[row.partner] += 1
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


def delivered(database: Database, event: Event, said: str) -> None:
    """The partner has received *event*. *said*: what the attempt came to, as everywhere below."""
    _change(database, _END, event, said, now_is="delivered", at=now())


def abandoned(database: Database, event: Event, said: str) -> None:
    """Nobody tries *event* again."""
    _change(database, _END, event, said, now_is="abandoned", at=now())


def postponed(database: Database, event: Event, said: str, delay: float) -> None:
    """*event* is tried again in *delay* seconds."""
    _change(database, _POSTPONE, event, said, then=now() + int(delay * _SECOND))


def last(database: Database, partner: str, limit: int) -> list[Delivery]:
    """The newest events of *partner*, at most *limit*, those that were purged left out."""
    with database.reading() as connection:
        return [
            Delivery(
                id=row.id,
                resource=row.resource,
                subject=row.subject,
                state=row.state,
                attempts=row.attempts,
                created=row.created / _SECOND,
                due=row.due / _SECOND,
                is_under_way=row.lease > now(),
                answer=row.answer,
            )
            for row in connection.execute(_LAST.limit(limit), {"of": partner})
        ]


def again(database: Database, partner: str, id: str) -> bool:
    """Send the event with this *id* of *partner* once more, whatever became of it, with all its attempts.

    Whether it is done: there may be no such event, and one that is under way is left alone.
    """
    with database.transaction() as connection:
        found = connection.execute(_AGAIN, {"event": id, "of": partner, "moment": now()}).rowcount == 1
    NEWS.ring()
    return found


def _change(database: Database, change: Update, event: Event, said: str, **values: Any) -> None:
    """Change *event*, unless somebody has claimed it since: its lease may have run out meanwhile."""
    with database.transaction() as connection:
        named = {"of": event.id, "tried": event.attempts, "said": said[:MAX_ANSWER]}
        connection.execute(change, {**named, **values})


def purge_settled(connection: Connection, before: int, limit: int) -> int:
    """Delete events that were delivered or abandoned before an instant, the earliest first, at most *limit*.

    *before*: microseconds since the epoch. Gives how many are gone; less than *limit*: no other is left. What
    waits for an attempt stays, however old. Those that another purge holds are left to it.
    """
    oldest = (
        select(events.c.seq)
        .where(events.c.settled < before)
        .order_by(events.c.settled)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    gone = [row.seq for row in connection.execute(oldest)]
    if gone:
        connection.execute(delete(events).where(events.c.seq.in_(gone)))
    return len(gone)
