"""Removes secrets, tokens and card numbers from what pages show of exchanges."""

from __future__ import annotations

import json
from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

from cynod_spec.output import redaction

from ..recording.record import Record

HIDDEN = "•••"
_MAX_BODY_CHARS = 20_000  # shown of a body


class Redactor(redaction.Redactor):
    """Hides secrets by the name of their member or header, and the card *numbers* anywhere."""

    def __init__(self, numbers: Iterable[str]) -> None:
        super().__init__(HIDDEN, card_numbers=numbers)

    def target(self, record: Record) -> str:
        """The path and query of the request, percent-decoded and redacted."""
        parts = urlsplit(record.url)
        return self.text(unquote(parts.path) + (f"?{unquote(parts.query)}" if parts.query else ""))

    def body(self, body: bytes) -> str:
        """*body* redacted, JSON indented, cut after ``_MAX_BODY_CHARS`` characters."""
        text = bytes(body).decode("utf-8", "backslashreplace")
        try:
            shown = json.dumps(self.value(json.loads(text)), ensure_ascii=False, indent=2)
        except (ValueError, RecursionError):
            shown = self.text(unquote(text))
        return shown if len(shown) <= _MAX_BODY_CHARS else shown[:_MAX_BODY_CHARS] + "…"
