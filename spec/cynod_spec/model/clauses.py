"""The promises of the contract."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from cynod_spec.base.location import SourceLocation
from cynod_spec.model.texts import Text

Level = Literal["MUST", "SHOULD", "DECLARED"]
Layer = Literal["protocol", "business"]
Tier = Literal["observe", "read", "write", "destructive", "load"]


@dataclass(frozen=True, slots=True)
class Clause:
    """A promise of the contract: an entry of ``x-cynod.clauses``."""

    id: str
    level: Level
    layer: Layer
    tier: Tier
    source: str
    text: Text
    unchecked: Text  # why no black box sees it; empty otherwise
    at: SourceLocation

    @property
    def group(self) -> str:
        """The part before the dash: ``TOK`` of ``TOK-1``."""
        return self.id.partition("-")[0]
