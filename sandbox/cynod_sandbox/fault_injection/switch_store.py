"""Switches that stay set for partners and cards, in the database, with a cache of half a second."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from .._generated.contract import Contract
from ..storage import key_value
from ..storage.database import Database
from ..storage.locks import hold
from .switch_requests import SwitchRequest, read

_NAME = "switches"
_FRESH_S = 0.5  # until a change by another process is seen


@dataclass(frozen=True, slots=True)
class Setting:
    """The switches set for one partner. *left*: the number of calls, or None until they are removed."""

    switch_requests: tuple[SwitchRequest, ...]
    left: int | None = None

    def __str__(self) -> str:
        return "; ".join(map(str, self.switch_requests))


@dataclass(frozen=True, slots=True)
class _Snapshot:
    at: float = float("-inf")  # by the monotonic clock
    partners: Mapping[str, Setting] = field(default_factory=dict)
    cards: Mapping[str, tuple[SwitchRequest, ...]] = field(default_factory=dict)


class SwitchStore:
    """The switches set for partners and cards in *database*."""

    def __init__(self, database: Database, contract: Contract) -> None:
        self._database = database
        self._contract = contract
        self._snapshot = _Snapshot()

    @property
    def is_fresh(self) -> bool:
        """Whether the cache is current; otherwise a look queries the database, which may block."""
        return time.monotonic() - self._snapshot.at < _FRESH_S

    def partners(self) -> Mapping[str, Setting]:
        """The settings of partners that have any, by consumer key."""
        return self._look().partners

    def cards(self) -> Mapping[str, tuple[SwitchRequest, ...]]:
        """The switches of cards that have any, by id."""
        return self._look().cards

    def set_partner(self, partner: str, text: str, left: int | None = None) -> None:
        """Set the switches in *text* for *partner*, in place of earlier ones. Raises ValueError."""
        switch_requests = "; ".join(map(str, read(text, self._contract)))
        with self._changing() as switches:
            switches["partners"].pop(partner, None)
            if switch_requests:
                switches["partners"][partner] = [switch_requests, left]

    def set_cards(self, texts: Mapping[str, str]) -> None:
        """Set the switches of cards, by id, in place of those of all cards. Raises ValueError."""
        switch_requests = {
            card: "; ".join(map(str, read(text, self._contract))) for card, text in texts.items()
        }
        with self._changing() as switches:
            switches["cards"] = switch_requests

    def clear(self) -> None:
        """Remove the switches of all partners."""
        with self._changing() as switches:
            switches["partners"] = {}

    def take(self, partner: str, applies: Callable[[SwitchRequest], bool]) -> tuple[SwitchRequest, ...]:
        """The switches of *partner* that *applies* accepts for a call; counts the call."""
        setting = self.partners().get(partner)
        switch_requests = tuple(filter(applies, setting.switch_requests)) if setting else ()
        if setting is None or not switch_requests or setting.left is None:
            return switch_requests
        with self._changing() as switches:
            text, left = switches["partners"].get(partner, (None, 0))
            if text != str(setting) or not left:
                return ()  # another call has used it meanwhile
            switches["partners"].pop(partner)
            if left > 1:
                switches["partners"][partner] = [text, left - 1]
        return switch_requests

    @contextmanager
    def _changing(self) -> Iterator[dict[str, Any]]:
        """The stored value, locked, to be changed in place and stored at the end of the block."""
        with self._database.transaction() as connection:
            hold(connection, _NAME)
            switches = _kept(connection)
            yield switches
            key_value.change(connection, _NAME, switches)
        self._snapshot = _Snapshot()

    def _look(self) -> _Snapshot:
        snapshot = self._snapshot
        if time.monotonic() - snapshot.at < _FRESH_S:
            return snapshot
        with self._database.reading() as connection:
            switches = _kept(connection)
        self._snapshot = snapshot = _Snapshot(
            time.monotonic(),
            {
                partner: Setting(read(text, self._contract), left)
                for partner, (text, left) in switches["partners"].items()
            },
            {card: read(text, self._contract) for card, text in switches["cards"].items()},
        )
        return snapshot


def _kept(connection: Connection) -> dict[str, Any]:
    found: dict[str, Any] = key_value.get(connection, _NAME) or {"partners": {}, "cards": {}}
    return found
