"""The outbox: an event is written in the transaction of its effect, and stays until delivered or abandoned.

A sender claims an event before it sends it. The claim has a lease, which keeps other senders away and ends by
itself when the claimer dies. So an event is delivered at least once, with one id, by one worker at a time.
Claims are counted over all workers: a partner never has more than ``MAX_PER_PARTNER`` deliveries in progress.
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
from ..storage.tables import MAX_OUTCOME_CHARS, events
from ..storage.tables import endpoints as endpoint_rows
from . import endpoints
from .endpoints import Endpoint
from .wakeup import OUTBOX_WAKE_UP

MAX_PER_PARTNER = 8  # deliveries in progress to one partner, over all workers
_US_PER_SECOND = 1_000_000  # microseconds

# Built once: some run ten times a second, and building a statement costs more than running it.
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
    """Selects the partners that have an event to try.

    Walks an index from one partner to the next, so that the cost does not depend on the number of events.
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
    """Selects a partner's events to try, the longest due first, and only the oldest of each subject."""
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
    """An event claimed for one attempt, which ``attempts`` includes; ``endpoint`` is the current one."""

    id: str
    partner: str
    resource: str
    body: str
    attempts: int
    endpoint: Endpoint | None
    mishap: str | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """An event as the console shows it, with its number of attempts and the outcome of the last one.

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
    """A partner with events to try, the URL of its endpoint, and its number of deliveries in progress."""

    partner: str
    url: str | None
    under_way: int


@dataclass(frozen=True, slots=True)
class Share:
    """How many events of a partner may be claimed in one round.

    ``tried_once``: first retries, counted apart because the contract promises them soon. ``others``: the
    bound of both kinds together. ``leaves``: places that must stay free for other partners.
    """

    partner: str
    tried_once: int
    others: int
    leaves: int = 0


Plan = Callable[[Sequence[Queue]], Sequence[Share]]
"""Gives the shares of the queued partners, in the order in which they are served."""


def equal(queues: Sequence[Queue]) -> list[Share]:
    """The plan that gives every partner as many places as a partner may have."""
    free = [(queue.partner, MAX_PER_PARTNER - queue.under_way) for queue in queues]
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
    """Write an event for *partner* about *subject*, in the transaction of the change itself.

    *created*: microseconds since the epoch. *delay*: seconds before the first attempt. *mishap*: a fault of
    ``delivery_faults``.
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
            "due": created + int(delay * _US_PER_SECOND),
            "lease": 0,
            "mishap": mishap,
        },
    )
    OUTBOX_WAKE_UP.wake()


def claim(database: Database, most: int, lease: float, plan: Plan = equal) -> list[Event]:
    """Claim at most *most* due events for *lease* seconds, shared among partners as *plan* says.

    Events of one subject are sent one at a time, oldest first; while one waits for a retry, later ones may
    pass.
    """
    rows = due(database, most, plan)
    return take(database, rows, lease) if rows else []


def due(database: Database, most: int, plan: Plan = equal) -> Sequence[Row[Any]]:
    """At most *most* events to try, each the oldest due one of its subject.

    Takes one event of each partner, then a second one of each, as far as their shares allow.
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
    """The number of deliveries in progress to each partner, over all workers."""
    return Counter({row[0]: row[1] for row in connection.execute(_UNDER_WAY, {"moment": moment})})


def take(database: Database, rows: Sequence[Row[Any]], lease: float) -> list[Event]:
    """Claim those of *rows* that nobody has claimed since they were read.

    A lock lets one worker count at a time, so that nothing exceeds ``MAX_PER_PARTNER`` of a partner.
    """
    claimed = []
    with database.transaction() as connection:
        hold(connection, "outbox")
        moment = now()
        until, under_way = moment + int(lease * _US_PER_SECOND), _under_way(connection, moment)
        for row in rows:
            if under_way[row.partner] >= MAX_PER_PARTNER:
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


def delivered(database: Database, event: Event, outcome: str) -> None:
    """Mark *event* as delivered. *outcome* (here and below): the status, or why there was none."""
    _change(database, _END, event, outcome, now_is="delivered", at=now())


def abandoned(database: Database, event: Event, outcome: str) -> None:
    """Mark *event* as abandoned: it is not tried again."""
    _change(database, _END, event, outcome, now_is="abandoned", at=now())


def postponed(database: Database, event: Event, outcome: str, delay: float) -> None:
    """Schedule the next attempt of *event* in *delay* seconds."""
    _change(database, _POSTPONE, event, outcome, then=now() + int(delay * _US_PER_SECOND))


def last(database: Database, partner: str, limit: int) -> list[Delivery]:
    """The newest events of *partner* that were not purged, at most *limit*."""
    with database.reading() as connection:
        return [
            Delivery(
                id=row.id,
                resource=row.resource,
                subject=row.subject,
                state=row.state,
                attempts=row.attempts,
                created=row.created / _US_PER_SECOND,
                due=row.due / _US_PER_SECOND,
                is_under_way=row.lease > now(),
                answer=row.answer,
            )
            for row in connection.execute(_LAST.limit(limit), {"of": partner})
        ]


def again(database: Database, partner: str, id: str) -> bool:
    """Send *partner*'s event with this *id* again, with a full number of attempts. Gives whether it will be.

    False when there is no such event, or while a delivery of it is in progress.
    """
    with database.transaction() as connection:
        found = connection.execute(_AGAIN, {"event": id, "of": partner, "moment": now()}).rowcount == 1
    OUTBOX_WAKE_UP.wake()
    return found


def _change(database: Database, change: Update, event: Event, outcome: str, **values: Any) -> None:
    """Change *event*, unless another sender has claimed it because the lease ran out."""
    with database.transaction() as connection:
        named = {"of": event.id, "tried": event.attempts, "said": outcome[:MAX_OUTCOME_CHARS]}
        connection.execute(change, {**named, **values})


def purge_settled(connection: Connection, before: int, limit: int) -> int:
    """Delete at most *limit* events settled before *before* (microseconds since the epoch), earliest first.

    Gives the number deleted; less than *limit* means that none is left. Waiting events stay, however old.
    Events locked by another purge are skipped.
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
