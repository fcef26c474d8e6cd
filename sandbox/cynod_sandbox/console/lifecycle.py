"""The console of a sandbox that runs: opened beside the API, closed after it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from .._generated.contract import Contract
from ..identity.directory import Directory
from ..provisioning import seed
from ..provisioning.reset import resetter
from ..storage.database import Database
from ..switches import magic
from ..switches.board import Board
from ..traffic.metrics import Metrics
from ..traffic.recent import Recent
from ..traffic.record import Record
from .judging import Judge
from .listener import Listener
from .queries import Books
from .services import Desk


@contextmanager
def console(
    listener: Listener,
    database: Database,
    contract: Contract,
    base_url: str,
    strict: bool,
    document: str | None = None,
) -> Iterator[Callable[[Record], None]]:
    """The console on *listener* while the block runs; gives what takes the records of exchanges.

    *document* is the path of what *contract* was generated from, for its texts.
    """
    books, recent = Books(database), Recent()
    metrics = Metrics({name: code.value for name, code in contract.codes.items()}, books.gauges)
    board = None if strict else Board(database, contract)

    def take(record: Record) -> None:
        recent.add(record)
        metrics.count(record)

    desk = Desk(
        base_url=base_url,
        started=datetime.now(UTC),
        contract=contract,
        database=database,
        directory=Directory(database),
        recent=recent,
        metrics=metrics,
        judge=Judge(contract, books.numbers, document),
        board=board,
        names=_names(database),
        reset=_reset(database, contract, board, recent),
    )
    with listener.serving(desk):
        yield take


def _names(database: Database) -> dict[str, str]:
    """Consumer key → its name in ``cynod.toml``."""
    with database.reading() as connection:
        planted = seed.find(connection)
    return {key: name for name, key in planted.partners.items()} if planted is not None else {}


def _reset(
    database: Database, contract: Contract, board: Board | None, recent: Recent
) -> Callable[[], None] | None:
    to_seed = resetter(database, contract)
    if to_seed is None:
        return None

    def reset() -> None:
        to_seed()
        recent.clear()
        if board is not None:
            board.clear()
            magic.prepare(database, contract, board)

    return reset
