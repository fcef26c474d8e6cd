"""Deletes rows past their retention, in small batches.

| table | deleted |
|---|---|
| ``effects`` (idempotency keys) | once past the retention that the contract states |
| ``tokens`` | once the contract no longer tells an ended one from one that was never issued |
| ``failed_logins`` | once their window is over |
| ``events`` (webhooks) | a day after they were delivered or abandoned |

A revoked token is deleted when it would have expired. Without a retention in the document, no key and no
token is deleted. ``NEVER_PURGED`` gives the reason for every other table.

Before each round, tokens that were granted while the clock was ahead are ended; otherwise they would become
valid when their period comes.

Ages follow the clock that dated the rows. A row is deleted ``MARGIN_S`` after its retention, because callers
count from the answer and the clocks of several machines differ.
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

MARGIN_S = 60  # that a row outlives its retention
SETTLED_EVENTS_KEPT_S = 86_400  # that a finished delivery stays visible
INTERVAL_S = 60.0  # between two rounds
MAX_BATCH_ROWS = 500  # deleted in one transaction
MIN_BATCH_ROWS = 20  # where the database is slow
MAX_BATCH_S = 0.05  # of one transaction; a longer one halves the next batch
_REST_RATIO = 4.0  # pause after a transaction, as a multiple of its duration
_MIN_REST_S = 0.02
_STOP_TIMEOUT_S = 3.0
_US_PER_SECOND = 1_000_000  # microseconds

NEVER_PURGED = {
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
"""Tables whose rows are never purged, with the reason, or with what bounds their number."""

Delete = Callable[[Connection, int, int], int]
"""``delete(connection, before, limit)``: deletes at most *limit* rows that ended before *before*
(microseconds since the epoch); gives the number deleted."""

_log = logging.getLogger("cynod.sandbox.purging")


@dataclass(frozen=True, slots=True)
class Purge:
    """Rows of *table* deleted ``kept_s`` seconds after the instant that ``delete`` compares."""

    table: str
    kept_s: int
    delete: Delete


def purges(contract: Contract) -> tuple[Purge, ...]:
    """The purges that the retention stated in *contract* asks for."""
    retention = contract.retention
    found = [
        Purge(failed_logins.name, WINDOW, _oldest_first(failed_logins, failed_logins.c.since)),
        Purge(events.name, SETTLED_EVENTS_KEPT_S, purge_settled),
    ]
    if retention.idempotency_keys is not None:
        found.append(
            Purge(effects.name, retention.idempotency_keys, _oldest_first(effects, effects.c.created))
        )
    if retention.ended_tokens is not None:
        found.append(Purge(tokens.name, retention.ended_tokens, _oldest_first(tokens, tokens.c.expires)))
    return tuple(found)


def _oldest_first(table: Table, instant: Column[int]) -> Delete:
    """A ``Delete`` for rows of *table* by the indexed column *instant*, oldest first.

    Rows locked by another transaction are left to the next round, so that the purge never waits.
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
    """Purges *database* in the background. Of several, even on several machines, one works at a time."""

    def __init__(
        self, database: Database, wanted: Sequence[Purge], clock: Callable[[], int] = wall_clock
    ) -> None:
        self._database = database
        self._purges = wanted
        self._clock = clock  # not ``now``, which stays ahead after the clock was set back
        self._rows = MAX_BATCH_ROWS
        self._stopped = threading.Event()

    @contextmanager
    def running(self) -> Iterator[None]:
        """Purge now and every ``INTERVAL_S`` seconds in a thread of its own, while the block runs."""
        thread = threading.Thread(target=self._work, name="purge", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._stopped.set()
            thread.join(_STOP_TIMEOUT_S)

    def round(self) -> Counter[str]:
        """Delete all due rows, batch by batch; gives the number of deleted rows by table."""
        gone: Counter[str] = Counter()
        for purge in self._purges:
            while not self._stopped.is_set():
                asked = self._rows
                deleted, took = self.batch(purge, asked)
                gone[purge.table] += deleted
                if deleted < asked:
                    break
                self._adjust_batch_size(took)
                self._stopped.wait(max(_MIN_REST_S, _REST_RATIO * took))
        return +gone

    def correct(self) -> None:
        """End tokens that were granted later than now, by the clock of this machine."""
        with self._database.transaction() as connection:
            end_tokens_of_the_future(connection, time.time())

    def batch(self, purge: Purge, most: int) -> tuple[int, float]:
        """Delete at most *most* rows in one transaction; gives their number and the seconds it took.

        Deletes nothing while another purger works.
        """
        with self._database.transaction() as connection:
            began = time.monotonic()
            if not try_hold(connection, "purge"):
                return 0, 0.0
            before = self._clock() - (purge.kept_s + MARGIN_S) * _US_PER_SECOND
            deleted = purge.delete(connection, before, most)
        return deleted, time.monotonic() - began

    def _adjust_batch_size(self, took: float) -> None:
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
                if not self._database.is_closed:  # unavailable, not closed because the sandbox stops
                    _log.warning("cannot purge: %s", error)
            except Exception:  # noqa: BLE001 - the next round may succeed, and nothing else would purge
                _log.exception("the purge failed")
            else:
                if gone:
                    told = ", ".join(f"{count} of {table}" for table, count in sorted(gone.items()))
                    _log.info("purged %s", told)
            self._stopped.wait(INTERVAL_S)
