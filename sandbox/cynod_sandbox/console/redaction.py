"""Keeps secrets, tokens and card numbers out of every page."""

from __future__ import annotations

import json
from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

from cynod_spec.output import redaction

from ..traffic.record import Record

HIDDEN = "•••"
_MOST = 20_000  # characters of a body that are shown


class Redactor(redaction.Redactor):
    """Hides what is secret by where it stands, and the card *numbers* wherever they stand."""

    def __init__(self, numbers: Iterable[str]) -> None:
        super().__init__(HIDDEN, card_numbers=numbers)

    def target(self, record: Record) -> str:
        """The path and query that were asked for, percent-decoded."""
        parts = urlsplit(record.url)
        return self.text(unquote(parts.path) + (f"?{unquote(parts.query)}" if parts.query else ""))

    def body(self, body: bytes) -> str:
        """A body, JSON spread out over lines; cut where nobody reads on."""
        text = bytes(body).decode("utf-8", "backslashreplace")
        try:
            shown = json.dumps(self.value(json.loads(text)), ensure_ascii=False, indent=2)
        except (ValueError, RecursionError):
            shown = self.text(unquote(text))
        return shown if len(shown) <= _MOST else shown[:_MOST] + "…"
