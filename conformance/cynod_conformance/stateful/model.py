"""What must be true of cards, money, owners and keys after the calls so far."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

from cynod_conformance.experiment.fixtures import RoleValues

SingleReason = tuple[str, str, str]  # an operation's id, a code's stable name, and what made it due
Key = tuple[str, str, str]  # the caller's name, the operation's id, the idempotency key


@dataclass
class Card:
    """A card: who may use it, its state's stable name, and its entries' signed amounts, oldest first."""

    shown: RoleValues  # as it was issued, by role
    partners: tuple[str, ...]  # names of credentials
    state: str
    entries: list[int]  # in minor units
    base: int = 0  # what it held before the model knew it, in minor units

    @property
    def balance(self) -> int:
        """What it holds, in minor units."""
        return self.base + sum(self.entries)

    def opens_to(self, caller: str) -> bool:
        """Whether *caller* may use it."""
        return caller in self.partners


@dataclass
class CreatedResource:
    """A top-up, a payment or a refund that was accepted."""

    resource: str
    owner: str  # name of a credential
    card: Card
    amount: int
    shown: RoleValues  # what a reading of it must show, by role
    state: str = ""  # the stable name of its state; empty where it has none
    left: int = 0  # of a payment, what may be given back yet
    parent: CreatedResource | None = None  # of a refund, its payment

    @property
    def id(self) -> Any:
        """Its id."""
        return self.shown["id"]


@dataclass(frozen=True)
class KeyUse:
    """The accepted request of an idempotency key: its content, and what its answer said."""

    content: Hashable
    status: int
    data: Any
    location: str | None


@dataclass
class LedgerModel:
    """Everything that the calls so far have made.

    ``uses`` holds the accepted requests by their keys, ``refused`` the names of the codes with which requests
    of a key were refused. ``confirmed_refusals`` are those that had one reason, and came as predicted.
    """

    cards: list[Card] = field(default_factory=list)
    made: list[CreatedResource] = field(default_factory=list)
    uses: dict[Key, KeyUse] = field(default_factory=dict)
    confirmed_refusals: set[SingleReason] = field(default_factory=set)
    refused: dict[Key, set[str]] = field(default_factory=dict)

    def of(self, resource: str) -> list[CreatedResource]:
        """What was made of this *resource*, oldest first."""
        return [made for made in self.made if made.resource == resource]
