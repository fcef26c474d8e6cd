"""OpenAPI runtime expressions, which lead to a value of a request or a response."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from cynod_spec.base.location import SourceLocation

Place = Literal["path", "query", "header", "cookie", "body"]


@dataclass(frozen=True, slots=True)
class Expression:
    """An OpenAPI runtime expression, such as ``$request.body#/montant/valeur``."""

    source: str
    side: Literal["request", "response"]
    place: Place
    name: str  # the parameter or header; empty for a body
    path: tuple[str, ...]  # the unescaped JSON pointer tokens into a body
    at: SourceLocation
