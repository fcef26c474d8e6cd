"""The switches that stay set: kept in the database, remembered for a moment so that they cost little."""

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
from .wishes import Wish, read

_NAME = "switches"
_FRESH = 0.5  # seconds that another process's change may take to be seen


@dataclass(frozen=True, slots=True)
class Setting:
    """What is set for one partner; *left* is the number of calls, None until taken off."""

    wishes: tuple[Wish, ...]
    left: int | None = None

    def __str__(self) -> str:
        return "; ".join(map(str, self.wishes))


@dataclass(frozen=True, slots=True)
class _Seen:
    at: float = float("-inf")  # by the monotonic clock
    partners: Mapping[str, Setting] = field(default_factory=dict)
    cards: Mapping[str, tuple[Wish, ...]] = field(default_factory=dict)


class Board:
    """What is set for partners and cards in *database*."""

    def __init__(self, database: Database, contract: Contract) -> None:
        self._database = database
        self._contract = contract
        self._seen = _Seen()

    @property
    def is_fresh(self) -> bool:
        """Whether a look costs nothing: else it asks the database, which may block."""
        return time.monotonic() - self._seen.at < _FRESH

    def partners(self) -> Mapping[str, Setting]:
        """What is set for each partner that has something set."""
        return self._look().partners

    def cards(self) -> Mapping[str, tuple[Wish, ...]]:
        """What is set for each card, by id, that has something set."""
        return self._look().cards

    def set_partner(self, partner: str, text: str, left: int | None = None) -> None:
        """Set the wishes of *text* for *partner*, in place of what was set. Raises ValueError."""
        wishes = "; ".join(map(str, read(text, self._contract)))
        with self._changing() as switches:
            switches["partners"].pop(partner, None)
            if wishes:
                switches["partners"][partner] = [wishes, left]

    def set_cards(self, texts: Mapping[str, str]) -> None:
        """Set wishes for cards by id, in place of all that was set for any. Raises ValueError."""
        wishes = {card: "; ".join(map(str, read(text, self._contract))) for card, text in texts.items()}
        with self._changing() as switches:
            switches["cards"] = wishes

    def clear(self) -> None:
        """Take off all that is set for partners."""
        with self._changing() as switches:
            switches["partners"] = {}

    def take(self, partner: str, applies: Callable[[Wish], bool]) -> tuple[Wish, ...]:
        """What is set for *partner* and *applies* to a call of its, one call fewer left of it."""
        setting = self.partners().get(partner)
        wishes = tuple(filter(applies, setting.wishes)) if setting else ()
        if setting is None or not wishes or setting.left is None:
            return wishes
        with self._changing() as switches:
            text, left = switches["partners"].get(partner, (None, 0))
            if text != str(setting) or not left:
                return ()  # taken by another call meanwhile
            switches["partners"].pop(partner)
            if left > 1:
                switches["partners"][partner] = [text, left - 1]
        return wishes

    @contextmanager
    def _changing(self) -> Iterator[dict[str, Any]]:
        """What is kept, to be changed in place while nobody else does."""
        with self._database.transaction() as connection:
            hold(connection, _NAME)
            switches = _kept(connection)
            yield switches
            key_value.change(connection, _NAME, switches)
        self._seen = _Seen()

    def _look(self) -> _Seen:
        seen = self._seen
        if time.monotonic() - seen.at < _FRESH:
            return seen
        with self._database.reading() as connection:
            switches = _kept(connection)
        self._seen = seen = _Seen(
            time.monotonic(),
            {
                partner: Setting(read(text, self._contract), left)
                for partner, (text, left) in switches["partners"].items()
            },
            {card: read(text, self._contract) for card, text in switches["cards"].items()},
        )
        return seen


def _kept(connection: Connection) -> dict[str, Any]:
    found: dict[str, Any] = key_value.get(connection, _NAME) or {"partners": {}, "cards": {}}
    return found
