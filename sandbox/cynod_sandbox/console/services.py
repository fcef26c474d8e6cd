"""The services that the console's pages use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from .._generated.contract import Contract
from ..fault_injection.switch_store import SwitchStore
from ..identity.directory import Directory
from ..recording.metrics import Metrics
from ..recording.recent import RecentExchanges
from ..storage.database import Database
from .judging import Judge


@dataclass(frozen=True, slots=True)
class ConsoleServices:
    """Everything that pages read or change, of one sandbox."""

    base_url: str
    started: datetime
    contract: Contract
    database: Database
    directory: Directory
    recent: RecentExchanges
    metrics: Metrics
    judge: Judge
    switch_store: SwitchStore | None  # None with --strict: every switch is off
    names: Mapping[str, str]  # consumer key → its name in cynod.toml
    reset: Callable[[], None] | None  # None when the database was not seeded
