"""What a change is: the rule that saw it, which way the data goes, and where it stands in both documents."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from cynod_spec.base.location import SourceLocation
from cynod_spec.model import Text

Severity = Literal["breaking", "risky", "safe"]
Direction = Literal["request", "response", "contract"]
Part = Literal["document", "operation", "parameter", "body", "response", "header", "webhook", "general"]
Word = str | Text

SEVERITIES: Final[tuple[Severity, ...]] = ("breaking", "risky", "safe")
PARTS: Final[Mapping[Part, Text]] = {
    "document": Text("", ""),
    "operation": Text("", ""),
    "parameter": Text("paramètre {name}", "parameter {name}"),
    "body": Text("corps de la requête", "request body"),
    "response": Text("réponse {name}", "response {name}"),
    "header": Text("en-tête {name}", "header {name}"),
    "webhook": Text("webhook {name}", "webhook {name}"),
    "general": Text("réponse générale {name}", "general answer {name}"),
}
CALLBACK: Final = Text("rappel {name}", "callback {name}")


@dataclass(frozen=True, slots=True)
class ChangeRule:
    """A row of the diff: one kind of change, how severe it is by direction, its sentence in both languages.

    ``request`` is for what partners send, ``response`` for what they receive (a webhook's request
    included), ``contract`` for what has no direction; None where the change cannot occur. ``mirror`` is
    the rule that sees the same change made backwards. ``adds``: something new is offered. ``is_text``: only
    words or examples for people differ. Words in braces are filled by the code that finds the change.

    For example, a row and its mirror, which stand in a module of ``diff/rows/``::

        ChangeRule(
            "header-added",
            "header-removed",
            fr="l'en-tête {name} est nouveau",
            en="the header {name} is new",
            response="safe",
            adds=True,
        )
        ChangeRule(
            "header-removed",
            "header-added",
            fr="l'en-tête {name} n'existe plus",
            en="the header {name} no longer exists",
            response="breaking",
        )

    and a module of ``diff/subjects/`` that sees it, with the nodes of both documents and the location::

        yield change("header-added", "response", old, new, location, name=name)
    """

    id: str
    mirror: str
    fr: str
    en: str
    request: Severity | None = None
    response: Severity | None = None
    contract: Severity | None = None
    adds: bool = False
    is_text: bool = False

    def severity(self, direction: Direction) -> Severity:
        """How severe it is in *direction*. Raises LookupError where it cannot occur."""
        found = {"request": self.request, "response": self.response, "contract": self.contract}[direction]
        if found is None:
            raise LookupError(f"{self.id} says nothing of the direction {direction}")
        return found


@dataclass(frozen=True, slots=True)
class ApiLocation:
    """Where in the API something stands: an operation (empty for none), a part of it, a member in that."""

    operation: str = ""
    part: Part = "document"
    name: str = ""  # of the parameter or header; the status of the response
    path: tuple[str, ...] = ()
    callback: str = ""  # of the operation, where the part belongs to it

    def of(self, part: Part, name: str = "") -> ApiLocation:
        """The part of the same operation."""
        return replace(self, part=part, name=name, path=())

    def below(self, path: tuple[str, ...]) -> ApiLocation:
        """What stands along *path* below it."""
        return replace(self, path=(*self.path, *path)) if path else self

    def label(self, language: str, dress: Callable[[str], str] = str) -> str:
        """How a sentence names it in *language*; empty for the document as a whole.

        *dress* prepares each word that comes from a document.
        """
        part = PARTS[self.part].in_(language).replace("{name}", dress(self.name) if self.name else "")
        callback = CALLBACK.in_(language).replace("{name}", dress(self.callback)) if self.callback else ""
        operation, path = (dress(word) if word else "" for word in (self.operation, "/".join(self.path)))
        return " · ".join(word for word in (operation, callback, part, path) if word)


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: ``old`` and ``new`` are its places, or the nearest where one side lacks it."""

    rule: ChangeRule
    direction: Direction
    old: SourceLocation
    new: SourceLocation
    words: tuple[tuple[str, Word], ...]
    locations: tuple[ApiLocation, ...]

    @property
    def severity(self) -> Severity:
        """How severe it is for a partner."""
        return self.rule.severity(self.direction)

    @property
    def operations(self) -> tuple[str, ...]:
        """The operations that it touches, each once."""
        return tuple(dict.fromkeys(location.operation for location in self.locations if location.operation))

    def message(self, language: str, dress: Callable[[str], str] = str) -> str:
        """Its sentence in *language*; *dress* prepares each word that comes from a document."""
        words = {
            name: dress(word.in_(language) if isinstance(word, Text) else word) for name, word in self.words
        }
        return (self.rule.fr if language == "fr" else self.rule.en).format_map(words)


def merged(changes: list[Change]) -> tuple[Change, ...]:
    """*changes*, those that are one change seen at several locations put together, the most severe first."""
    found: dict[tuple[object, ...], Change] = {}
    for change in changes:
        key = (change.rule.id, change.direction, change.old, change.new, change.words)
        known = found.get(key)
        if known is None:
            found[key] = change
        else:
            locations = dict.fromkeys((*known.locations, *change.locations))
            found[key] = replace(known, locations=tuple(locations))
    return tuple(sorted(found.values(), key=_order))


def _order(change: Change) -> tuple[object, ...]:
    at, before = change.new, change.old
    rank = SEVERITIES.index(change.severity)
    return (rank, at.file, at.line, at.column, before.line, before.column, change.rule.id, str(change.words))
