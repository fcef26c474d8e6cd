"""What must be true of cards, money, owners and keys after the calls so far."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

from cynod_conformance.experiment.fixtures import Roles

Alone = tuple[str, str, str]  # an operation's id, a code's stable name, and what made it due
Key = tuple[str, str, str]  # the caller's name, the operation's id, the idempotency key


@dataclass
class Card:
    """A card: who may use it, its state's stable name, and its entries' signed amounts, oldest first."""

    shown: Roles  # as it was issued, by role
    partners: tuple[str, ...]  # names of credentials
    state: str
    entries: list[int]
    base: int = 0  # what it held before the model knew it

    @property
    def balance(self) -> int:
        """What it holds, in minor units."""
        return self.base + sum(self.entries)

    def opens_to(self, caller: str) -> bool:
        """Whether *caller* may use it."""
        return caller in self.partners


@dataclass
class Made:
    """A top-up, a payment or a refund that was accepted."""

    resource: str
    owner: str  # name of a credential
    card: Card
    amount: int
    shown: Roles  # what a reading of it must show, by role
    state: str = ""  # the stable name of its state; empty where it has none
    left: int = 0  # of a payment, what may be given back yet
    parent: Made | None = None  # of a refund, its payment

    @property
    def id(self) -> Any:
        """Its id."""
        return self.shown["id"]


@dataclass(frozen=True)
class Use:
    """What a key was used up for: the content of the request, and what its answer said."""

    content: Hashable
    status: int
    data: Any
    location: str | None


@dataclass
class Book:
    """Everything that the calls so far made."""

    cards: list[Card] = field(default_factory=list)
    made: list[Made] = field(default_factory=list)
    uses: dict[Key, Use] = field(default_factory=dict)
    refused_alone: set[Alone] = field(
        default_factory=set
    )  # refusals that had one reason and came as foretold
    refused: dict[Key, set[str]] = field(
        default_factory=dict
    )  # names of the codes that refused a key's requests

    def of(self, resource: str) -> list[Made]:
        """What was made of this *resource*, oldest first."""
        return [made for made in self.made if made.resource == resource]
