"""Where the application answers, and how callers identify themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice, product
from typing import Literal

from cynod_spec.base.location import SourceLocation
from cynod_spec.model.texts import Text

SchemeKind = Literal["client-credentials", "basic", "other"]
MAX_ADDRESSES = 64  # of one server whose URL has variables


@dataclass(frozen=True, slots=True)
class Server:
    """Where the application answers; ``variables`` are those of its URL, the default value of each first."""

    url: str  # as the document writes it: with ``{variables}``, perhaps relative
    description: Text
    variables: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def addresses(self) -> tuple[str, ...]:
        """Its URL with values for its variables: their defaults first, then others listed, up to a bound."""
        names = [name for name in self.variables if "{" + name + "}" in self.url]
        found = []
        for values in islice(product(*(self.variables[name] for name in names)), MAX_ADDRESSES):
            url = self.url
            for name, value in zip(names, values, strict=True):
                url = url.replace("{" + name + "}", value)
            found.append(url)
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Scheme:
    """A security scheme: one way for callers to identify themselves."""

    name: str
    kind: SchemeKind
    description: Text
    at: SourceLocation


@dataclass(frozen=True, slots=True)
class Security:
    """How callers identify themselves.

    ``scopes`` maps every scope of the client credentials flow to its description; ``deprecated_at``
    (seconds since the epoch) and ``deprecation_link`` go with every answer to HTTP Basic (RFC 9745).
    """

    schemes: tuple[Scheme, ...]
    scopes: Mapping[str, Text]
    token_url: str
    has_basic: bool
    deprecated_at: int
    deprecation_link: str
    at: SourceLocation
