"""What the documentation tells its readers: who calls, families of operations, pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from cynod_spec.base.location import SourceLocation
from cynod_spec.model.texts import Text

Shown = Literal["servers", "schemes", "scopes", "envelopes", "refusals"]


@dataclass(frozen=True, slots=True)
class Actor:
    """Someone who calls the application, or is called by it."""

    name: str
    title: Text
    description: Text
    at: SourceLocation


@dataclass(frozen=True, slots=True)
class Tag:
    """A family of operations, and the names of the actors who call them; its title is its name by default."""

    name: str
    title: Text
    description: Text
    actors: tuple[str, ...]
    at: SourceLocation


@dataclass(frozen=True, slots=True)
class GuideSection:
    """A part of a guide page: words in Markdown, then what the document itself says (``shows``)."""

    id: str
    title: Text
    text: Text
    shows: Shown | None
    at: SourceLocation


@dataclass(frozen=True, slots=True)
class GuidePage:
    """A page that a reader begins with; its ``id`` is its address in every language."""

    id: str
    title: Text
    text: Text
    sections: tuple[GuideSection, ...]
    at: SourceLocation
