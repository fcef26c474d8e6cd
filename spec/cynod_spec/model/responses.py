"""What the application answers: envelopes, internal codes, responses and the links between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from cynod_spec.base.location import SourceLocation
from cynod_spec.model.parameters import Header
from cynod_spec.model.schemas import Schema
from cynod_spec.model.texts import Text

Case = Literal["success", "functional", "authentication", "system"]


@dataclass(frozen=True, slots=True)
class Link:
    """What may follow an answer: an operation, and where its parameters stand in that answer."""

    name: str
    operation: str  # its id
    description: Text
    parameters: Mapping[str, str]  # parameter → runtime expression
    at: SourceLocation


@dataclass(frozen=True, slots=True)
class Member:
    """A member of an envelope, or nested in one: ``path`` leads to it; a list's item is ``*``.

    ``role``: ``flag``, ``code``, ``message``, ``data``, ``debug``, ``more``, ``documentation``,
    ``fields``, ``field``, ``place``, ``field-message``, or None for one that only has a constant,
    a default or an example.
    """

    name: str
    path: tuple[str, ...]
    role: str | None
    required: bool
    schema: Schema
    at: SourceLocation


@dataclass(frozen=True, slots=True)
class Envelope:
    """The body's shape in one of the four cases of an outcome."""

    case: Case
    members: tuple[Member, ...]
    schema: Schema
    at: SourceLocation

    def member(self, role: str) -> Member | None:
        """The member that plays *role*, or None."""
        return next((m for m in self.members if m.role == role), None)


@dataclass(frozen=True, slots=True)
class Code:
    """An internal code: a named schema whose ``const`` is its value."""

    schema_name: str
    value: str
    name: str  # its stable role: ``balance-insufficient``
    case: Case
    status: int  # where its responses stand; 0 when no response allows it
    retryable: bool
    title: Text
    description: Text
    message: Text
    provoke: Text  # how a tester provokes it; empty when it cannot be
    unprovokable: Text  # why it cannot; empty when it can
    at: SourceLocation


@dataclass(frozen=True, slots=True)
class Response:
    """An answer of an operation for one status, or a general answer that belongs to no operation.

    ``case`` is None for a body outside the envelopes (OAuth 2.0) or no body (204).
    """

    status: int
    description: Text
    case: Case | None
    codes: tuple[Code, ...]
    headers: tuple[Header, ...]
    media_types: tuple[str, ...]
    schema: Schema | None  # of the whole body
    data: Schema | None  # of the envelope's data member, in a success
    examples: Mapping[str, Any]
    summaries: Mapping[str, Text]  # of the examples that have one
    links: tuple[Link, ...]
    at: SourceLocation
