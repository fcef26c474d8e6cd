"""What the database forgets: rows that nobody can ask for any more are deleted, a few at a time.

| table | deleted |
|---|---|
| ``effects`` (idempotency keys) | once past the retention that the contract states |
| ``tokens`` | once the contract no longer tells an ended one from one that was never issued |
| ``failed_logins`` | once their window is over |
| ``events`` (webhooks) | a day after they were delivered or abandoned |

A revoked token goes when it would have ended. What the contract does not limit is kept: without a retention
in the document, no key and no token is deleted. ``NEVER`` says of every other table why it is kept.

Before each round, tokens that were granted while the clock was ahead are ended, or they would live once more
when their time comes again.

Ages are counted by the clock that dated the rows, and a row is deleted ``MARGIN_S`` later than it might be:
its caller counts from the answer, and the clocks of several machines differ.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Column, Connection, Table, and_, bindparam, delete, select

from .._generated.contract import Contract
from .._generated.logins import WINDOW
from .._generated.refusals import Refusal
from ..identity.store import end_tokens_of_the_future
from ..storage.database import Database, DatabaseError, wall_clock
from ..storage.locks import try_hold
from ..storage.tables import effects, events, failed_logins, tokens
from ..webhooks.outbox import purge_settled

MARGIN_S = 60  # seconds that a row outlives its retention
SETTLED_EVENTS_KEPT_S = 86_400  # seconds after its end that a delivery can still be looked at
INTERVAL_S = 60.0  # seconds from one round to the next
MAX_BATCH_ROWS = 500  # rows deleted in one transaction
MIN_BATCH_ROWS = 20  # rows tried in one where the database is slow
MAX_BATCH_S = 0.05  # seconds that a transaction may take: a longer one halves the next
_REST = 4.0  # of the time of a transaction, left to others after it
_MIN_REST_S = 0.02
_STOP_S = 3.0  # seconds to end in
_SECOND = 1_000_000  # microseconds

NEVER = {
    "cards": "money",
    "openings": "which partners a card is open to: as long as the card",
    "entries": "money",
    "top_ups": "money",
    "payments": "money",
    "refunds": "money",
    "partners": "until the operator removes them",
    "partner_secrets": "two of each partner at most: a rotation removes the others",
    "buckets": "one of each partner",
    "endpoints": "one of each partner",
    "kept": "one value for each name that this code gives",
}
"""Tables of which no row is purged, and what bounds them or why they must stay."""

Delete = Callable[[Connection, int, int], int]
"""Deletes at most so many rows that ended before an instant, in microseconds; gives how many it deleted."""

_log = logging.getLogger("cynod.sandbox.purging")


@dataclass(frozen=True, slots=True)
class Purge:
    """Rows of *table* that go ``kept_s`` seconds after the instant that ``delete`` looks at."""

    table: str
    kept_s: int
    delete: Delete


def purges(contract: Contract) -> tuple[Purge, ...]:
    """What is purged of a sandbox that keeps *contract*."""
    retention = contract.retention
    found = [
        Purge(failed_logins.name, WINDOW, _older(failed_logins, failed_logins.c.since)),
        Purge(events.name, SETTLED_EVENTS_KEPT_S, purge_settled),
    ]
    if retention.idempotency_keys is not None:
        found.append(Purge(effects.name, retention.idempotency_keys, _older(effects, effects.c.created)))
    if retention.ended_tokens is not None:
        found.append(Purge(tokens.name, retention.ended_tokens, _older(tokens, tokens.c.expires)))
    return tuple(found)


def _older(table: Table, instant: Column[int]) -> Delete:
    """Deletes rows of *table* by an *instant* that has an index, the oldest first.

    Rows that another transaction holds are left to the next round: the purge waits for nobody.
    """
    key = tuple(table.primary_key)
    oldest = (
        select(*key)
        .where(instant < bindparam("before"))
        .order_by(instant)
        .limit(bindparam("most"))
        .with_for_update(skip_locked=True)
    )
    one = delete(table).where(and_(*(column == bindparam(f"its_{column.name}") for column in key)))

    def run(connection: Connection, before: int, most: int) -> int:
        rows = connection.execute(oldest, {"before": before, "most": most}).all()
        if rows:
            named = [f"its_{column.name}" for column in key]
            connection.execute(one, [dict(zip(named, row, strict=True)) for row in rows])
        return len(rows)

    return run


class Purger:
    """Purges *database* while it runs. Of several, on several machines, one works at a time."""

    def __init__(
        self, database: Database, wanted: Sequence[Purge], clock: Callable[[], int] = wall_clock
    ) -> None:
        self._database = database
        self._purges = wanted
        self._clock = clock  # microseconds since the epoch; not ``now``, which stays ahead after a correction
        self._rows = MAX_BATCH_ROWS
        self._stopped = threading.Event()

    @contextmanager
    def running(self) -> Iterator[None]:
        """Purge now and every ``INTERVAL_S`` seconds, in a thread of its own, while inside."""
        thread = threading.Thread(target=self._work, name="purge", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._stopped.set()
            thread.join(_STOP_S)

    def round(self) -> Counter[str]:
        """Delete, batch by batch, all that is due; how many rows went, by table."""
        gone: Counter[str] = Counter()
        for purge in self._purges:
            while not self._stopped.is_set():
                asked = self._rows
                deleted, took = self.batch(purge, asked)
                gone[purge.table] += deleted
                if deleted < asked:
                    break
                self._pace(took)
                self._stopped.wait(max(_MIN_REST_S, _REST * took))
        return +gone

    def correct(self) -> None:
        """End tokens that were granted later than now by the clock of this machine."""
        with self._database.transaction() as connection:
            end_tokens_of_the_future(connection, time.time())

    def batch(self, purge: Purge, most: int) -> tuple[int, float]:
        """Delete at most *most* rows in one transaction: how many it were, and the seconds that it took.

        None while another purger works.
        """
        with self._database.transaction() as connection:
            began = time.monotonic()
            if not try_hold(connection, "purge"):
                return 0, 0.0
            before = self._clock() - (purge.kept_s + MARGIN_S) * _SECOND
            deleted = purge.delete(connection, before, most)
        return deleted, time.monotonic() - began

    def _pace(self, took: float) -> None:
        if took > MAX_BATCH_S:
            self._rows = max(MIN_BATCH_ROWS, self._rows // 2)
        elif took < MAX_BATCH_S / 2:
            self._rows = min(MAX_BATCH_ROWS, self._rows * 2)

    def _work(self) -> None:
        while not self._stopped.is_set():
            try:
                self.correct()
                gone = self.round()
            except (Refusal, DatabaseError) as error:
                if not self._database.is_closed:  # away for a while, and not for good as the sandbox stops
                    _log.warning("cannot purge: %s", error)
            except Exception:  # noqa: BLE001 - the next round may succeed, and nothing else would purge
                _log.exception("the purge failed")
            else:
                if gone:
                    told = ", ".join(f"{count} of {table}" for table, count in sorted(gone.items()))
                    _log.info("purged %s", told)
            self._stopped.wait(INTERVAL_S)
