"""Keeps secrets, tokens and card numbers out of every page."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

from ..traffic.record import Pairs, Record

HIDDEN = "•••"
_SECRET_HEADER = re.compile(r"(?i)authorization|cookie|secret|token|password|api-?key")
_SECRET_NAME = (
    r"client_secret|client_assertion|access_token|refresh_token|id_token|token|consumer_secret|password"
)
_FORM = re.compile(rf"(?i)\b({_SECRET_NAME})=[^&\s]*")
_MEMBER = re.compile(rf"(?i)(\"(?:{_SECRET_NAME})\"\s*:\s*\")(?:[^\"\\]|\\.)*")
_NUMBER = re.compile(
    r"(?<=[\"=])\d{6,15}(\d{4})(?=[\"&\s]|$)"
)  # 10 to 19 digits as a text, a value of a query
_MOST = 20_000  # characters of a body that are shown


class Redactor:
    """Hides what is secret by where it stands, and the card *numbers* wherever they stand."""

    def __init__(self, numbers: Iterable[str]) -> None:
        self._numbers = sorted(numbers, key=len, reverse=True)

    def text(self, text: str) -> str:
        """*text* without secrets, and with card numbers down to their last four digits."""
        for number in self._numbers:
            text = text.replace(number, _masked(number))
        text = _FORM.sub(lambda found: f"{found[1]}={HIDDEN}", text)
        text = _MEMBER.sub(lambda found: found[1] + HIDDEN, text)
        return _NUMBER.sub(lambda found: _masked(found[0]), text)

    def target(self, record: Record) -> str:
        """The path and query that were asked for, percent-decoded."""
        parts = urlsplit(record.url)
        return self.text(unquote(parts.path) + (f"?{unquote(parts.query)}" if parts.query else ""))

    def headers(self, headers: Pairs) -> list[tuple[str, str]]:
        """Header lines: of credentials, the scheme alone."""
        return [(name, self._header(name, value)) for name, value in headers]

    def body(self, body: bytes) -> str:
        """A body, JSON spread out over lines; cut where nobody reads on."""
        text = bytes(body).decode("utf-8", "backslashreplace")
        try:
            text = json.dumps(json.loads(text), ensure_ascii=False, indent=2)
        except (ValueError, RecursionError):
            text = unquote(text)
        text = self.text(text)
        return text if len(text) <= _MOST else text[:_MOST] + "…"

    def _header(self, name: str, value: str) -> str:
        if not _SECRET_HEADER.search(name):
            return self.text(value)
        scheme, space, _ = value.partition(" ")
        return f"{scheme} {HIDDEN}" if space and name.endswith("authorization") else HIDDEN


def _masked(number: str) -> str:
    return "*" * (len(number) - 4) + number[-4:]
