"""Opens the console beside the API, and closes it with the sandbox."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from .._generated.contract import Contract
from ..fault_injection import trigger_cards
from ..fault_injection.switch_store import SwitchStore
from ..identity.directory import Directory
from ..provisioning import seed
from ..provisioning.reset import resetter
from ..recording.metrics import Metrics
from ..recording.recent import RecentExchanges
from ..recording.record import Record
from ..storage.database import Database
from .judging import Judge
from .listener import Listener
from .queries import CardQueries
from .services import ConsoleServices


@contextmanager
def console(
    listener: Listener,
    database: Database,
    contract: Contract,
    base_url: str,
    strict: bool,
    document: str | None = None,
) -> Iterator[Callable[[Record], None]]:
    """Serve the console on *listener* while the block runs; gives the function that takes each record.

    *base_url* is that of the API. *strict*: no switch can be set. *document* is the path of the document that
    *contract* was generated from: its titles and translations are read from there.
    """
    queries, recent = CardQueries(database), RecentExchanges()
    metrics = Metrics({name: code.value for name, code in contract.codes.items()}, queries.gauges)
    switch_store = None if strict else SwitchStore(database, contract)

    def take(record: Record) -> None:
        recent.add(record)
        metrics.count(record)

    services = ConsoleServices(
        base_url=base_url,
        started=datetime.now(UTC),
        contract=contract,
        database=database,
        directory=Directory(database),
        recent=recent,
        metrics=metrics,
        judge=Judge(contract, queries.numbers, document),
        switch_store=switch_store,
        names=_names(database),
        reset=_reset(database, contract, switch_store, recent),
    )
    with listener.serving(services):
        yield take


def _names(database: Database) -> dict[str, str]:
    """Consumer keys of the seed's partners, with their names in ``cynod.toml``."""
    with database.reading() as connection:
        seed_record = seed.find(connection)
    return {key: name for name, key in seed_record.partners.items()} if seed_record is not None else {}


def _reset(
    database: Database, contract: Contract, switch_store: SwitchStore | None, recent: RecentExchanges
) -> Callable[[], None] | None:
    to_seed = resetter(database, contract)
    if to_seed is None:
        return None

    def reset() -> None:
        to_seed()
        recent.clear()
        if switch_store is not None:
            switch_store.clear()
            trigger_cards.prepare(database, contract, switch_store)

    return reset
