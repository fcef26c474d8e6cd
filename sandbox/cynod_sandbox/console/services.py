"""What the console has before it: everything that its pages show or change."""

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
class Desk:
    """One sandbox, as its console sees it."""

    base_url: str
    started: datetime
    contract: Contract
    database: Database
    directory: Directory
    recent: Recent
    metrics: Metrics
    judge: Judge
    board: Board | None  # None: strict, every switch is off
    names: Mapping[str, str]  # consumer key → its name in cynod.toml
    reset: Callable[[], None] | None  # None: there is no seed to go back to
