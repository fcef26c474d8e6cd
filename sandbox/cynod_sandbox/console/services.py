"""The services that the console's pages use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from .._generated.contract import Contract
from ..identity.directory import Directory
from ..storage.database import Database
from ..switches.board import Board
from ..traffic.metrics import Metrics
from ..traffic.recent import Recent
from .judging import Judge


@dataclass(frozen=True, slots=True)
class ConsoleServices:
    """Everything that pages read or change, of one sandbox."""

    base_url: str
    started: datetime
    contract: Contract
    database: Database
    directory: Directory
    recent: Recent
    metrics: Metrics
    judge: Judge
    board: Board | None  # None with --strict: every switch is off
    names: Mapping[str, str]  # consumer key → its name in cynod.toml
    reset: Callable[[], None] | None  # None when the database was not seeded
