"""The two ways of saying no: an internal code in an envelope, or an OAuth 2.0 error."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple


class Fault(NamedTuple):
    """One field at fault: its name or pointer, its place, and what is wrong with it (a key of REASONS)."""

    field: str
    place: str
    reason: str


REASONS: dict[str, dict[str, str]] = {
    "missing": {"fr": "Ce champ est obligatoire.", "en": "This field is required."},
    "type": {"fr": "Le type est autre que celui attendu.", "en": "The type is not the expected one."},
    "null": {"fr": "Une valeur nulle est refusée ici.", "en": "A null value is refused here."},
    "bounds": {"fr": "La valeur sort des bornes.", "en": "The value is out of bounds."},
    "form": {"fr": "La forme est incorrecte.", "en": "The form is incorrect."},
    "choice": {"fr": "La valeur est hors de la liste admise.", "en": "The value is not an admitted one."},
    "unknown": {"fr": "Ce membre est inconnu.", "en": "This member is unknown."},
    "twice": {"fr": "Une seule valeur est admise.", "en": "A single value is admitted."},
    "cursor": {"fr": "Ce curseur ne vient pas de cette liste.", "en": "This cursor is not of this list."},
    "json": {"fr": "Le corps n'est pas du JSON.", "en": "The body is not JSON."},
    "media": {"fr": "application/json est attendu.", "en": "application/json is expected."},
}


@dataclass
class Refusal(Exception):  # noqa: N818 - a refusal is an answer
    """An answer in one of the three error envelopes."""

    code: str
    faults: list[Fault] = field(default_factory=list)
    headers: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class OAuthRefusal(Exception):  # noqa: N818
    """An answer of RFC 6749 section 5.2."""

    error: str
    description: str

    @property
    def status(self) -> int:
        """Return 401 for a client fault, else 400."""
        return 401 if self.error == "invalid_client" else 400
