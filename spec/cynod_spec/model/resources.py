"""The kinds of resources and their states."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cynod_spec.base.location import SourceLocation
from cynod_spec.model.schemas import Schema


@dataclass(frozen=True, slots=True)
class State:
    """A state of a resource: its stable ``name``, the ``value`` on the wire, the names it may become."""

    name: str
    value: str
    to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Resource:
    """A kind of resource: where its members stand in its representation, and its states."""

    name: str
    schema: Schema
    members: Mapping[str, tuple[str, ...]]  # role → unescaped pointer tokens into a representation
    states: tuple[State, ...]  # the first is the initial one
    at: SourceLocation

    def state(self, name: str) -> State | None:
        """The state with the stable *name*, or None."""
        return next((s for s in self.states if s.name == name), None)


@dataclass(frozen=True, slots=True)
class Retention:
    """How long the application remembers, at least, in seconds; None where the document does not say.

    ``idempotency_keys``: keys that were used up. ``ended_tokens``: tokens that expired or were revoked, which
    are told from those never issued meanwhile.
    """

    idempotency_keys: int | None
    ended_tokens: int | None
