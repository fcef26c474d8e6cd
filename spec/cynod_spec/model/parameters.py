"""Parameters, headers and bodies: the inputs of an operation, and what its answers carry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cynod_spec.base.location import SourceLocation
from cynod_spec.model.expressions import Place
from cynod_spec.model.schemas import Schema
from cynod_spec.model.serialization import Serialization
from cynod_spec.model.texts import Text


@dataclass(frozen=True, slots=True)
class Unsupported:
    """What of a parameter no command can write or read, where it stands and what helps."""

    message: str
    hint: str
    at: SourceLocation
    is_refused_by_openapi: bool = False  # lint reports it as invalid already


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of an operation; ``role`` is what the operation's ``x-cynod.request`` calls it."""

    name: str
    place: Place
    required: bool
    schema: Schema
    description: Text
    role: str | None
    example: Any  # None when the document gives none
    serialization: Serialization  # how its values are written
    unsupported: tuple[Unsupported, ...]
    at: SourceLocation

    def is_at(self, place: str, name: str) -> bool:
        """Whether it stands at *place* under *name*; headers know no letter case."""
        if self.place != place:
            return False
        return self.name == name or (place == "header" and self.name.lower() == name.lower())


@dataclass(frozen=True, slots=True)
class Header:
    """A response header; ``role`` (``request-id``, ``replayed``, …) says what it is for."""

    name: str
    required: bool
    schema: Schema
    description: Text
    role: str | None
    example: Any
    serialization: Serialization | None  # how its values are written; None where no command can read them
    at: SourceLocation


@dataclass(frozen=True, slots=True)
class Body:
    """A request body: its media types (in order), its schema and its named examples."""

    required: bool
    media_types: tuple[str, ...]
    schema: Schema
    examples: Mapping[str, Any]
    summaries: Mapping[str, Text]  # of the examples that have one
    at: SourceLocation
