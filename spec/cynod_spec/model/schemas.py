"""A JSON Schema of the contract, with its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cynod_spec.base.location import SourceLocation


@dataclass(frozen=True, slots=True)
class Schema:
    """A JSON Schema of the document: its resolved value (references followed at its top) and its place."""

    value: Mapping[str, Any]
    at: SourceLocation

    @property
    def pointer(self) -> str:
        """The RFC 6901 pointer at which validators find it."""
        return self.at.pointer
