"""The switches that stay set: read from the database, remembered for a moment so that they cost calls little."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import delete, insert, select, update

from .._generated.contract import Contract
from ..storage.database import Database
from .tables import card_switches, partner_switches
from .wishes import Wish, read

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
        with self._database.transaction() as connection:
            connection.execute(delete(partner_switches).where(partner_switches.c.partner == partner))
            if wishes:
                connection.execute(insert(partner_switches).values(partner=partner, wishes=wishes, left=left))
        self.forget()

    def set_card(self, card: str, text: str) -> None:
        """Set the wishes of *text* for the card with this id. Raises ValueError."""
        wishes = "; ".join(map(str, read(text, self._contract)))
        with self._database.transaction() as connection:
            connection.execute(delete(card_switches).where(card_switches.c.card == card))
            connection.execute(insert(card_switches).values(card=card, wishes=wishes))
        self.forget()

    def take(self, partner: str, applies: Callable[[Wish], bool]) -> tuple[Wish, ...]:
        """What is set for *partner* and *applies* to a call of its, one call fewer left of it."""
        setting = self.partners().get(partner)
        wishes = tuple(filter(applies, setting.wishes)) if setting else ()
        if setting is None or not wishes or setting.left is None:
            return wishes
        table = partner_switches
        mine = table.c.partner == partner
        with self._database.transaction() as connection:
            one_less = update(table).where(mine, table.c.left > 0).values(left=table.c.left - 1)
            taken = connection.execute(one_less).rowcount
            connection.execute(delete(table).where(mine, table.c.left == 0))
        self.forget()
        return wishes if taken else ()

    def forget(self) -> None:
        """Look into the database again next time."""
        self._seen = _Seen()

    def _look(self) -> _Seen:
        seen = self._seen
        if time.monotonic() - seen.at < _FRESH:
            return seen
        with self._database.transaction() as connection:
            partners = connection.execute(select(partner_switches)).all()
            cards = connection.execute(select(card_switches)).all()
        self._seen = seen = _Seen(
            time.monotonic(),
            {row.partner: Setting(read(row.wishes, self._contract), row.left) for row in partners},
            {row.card: read(row.wishes, self._contract) for row in cards},
        )
        return seen
