"""A request and an answer as the core sees them: no framework's types, bytes as they came."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .contract import Operation
    from .identity import Principal


class Disconnected(Exception):  # noqa: N818 - an outcome, not an error
    """The caller went away while sending its request, or before anybody looked at its pair."""


async def no_body() -> AsyncIterator[bytes]:
    """The body of a request that has none."""
    return
    yield b""


def unknown_to_leave() -> bool:
    """Whether a caller has hung up, where nothing can tell: no."""
    return False


def unknown_to_delay() -> None:
    """Tell a connection that its answer is put off, where there is none to tell."""


@dataclass(slots=True)
class RawRequest:
    """A request: its raw target and headers (names in lower case), its body as a stream.

    The last six fields are filled in by the core as it goes, so that hooks and the log can look at them.
    """

    method: str
    path: str  # percent-encoded, as sent
    query: str = ""  # percent-encoded, without the question mark
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: AsyncIterator[bytes] = field(default_factory=no_body)
    client: str = ""  # the caller's IP address
    has_left: Callable[[], bool] = unknown_to_leave  # whether the caller has hung up
    delay: Callable[[], None] = unknown_to_delay  # tells the connection that the answer is put off
    secure: bool = False  # came over TLS
    prefix: str = ""  # the path below which a trusted proxy says that it publishes the server
    operation: Operation | None = None
    principal: Principal | None = None
    request_id: str = ""
    language: str = ""
    partner: str = ""  # the consumer key of whoever calls, once known
    secrets: tuple[str, ...] = ()  # what its body holds that no log may show

    def header(self, name: str) -> str | None:
        """The value of header *name*, several lines joined as RFC 9110 §5.3 says, or None."""
        wanted = name.lower()
        values = [value for key, value in self.headers if key == wanted]
        return ", ".join(values) if values else None


@dataclass(slots=True)
class RawAnswer:
    """An answer: status, header lines in order, body."""

    status: int
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""
    code: str = ""  # the internal code in its body, or RFC 6749's error: for the log

    def header(self, name: str) -> str | None:
        """The value of header *name*, several lines joined, or None."""
        wanted = name.lower()
        values = [value for key, value in self.headers if key.lower() == wanted]
        return ", ".join(values) if values else None

    def has(self, name: str) -> bool:
        """Whether a header line *name* stands in the answer."""
        wanted = name.lower()
        return any(key.lower() == wanted for key, _ in self.headers)

    def add(self, name: str, value: str) -> None:
        """Append one header line, made harmless: one line of Latin-1 text."""
        self.headers.append((name, header_text(value)))

    def with_header(self, name: str, value: str) -> RawAnswer:
        """The same answer with header *name* set to *value* alone."""
        answer = self.without_header(name)
        answer.add(name, value)
        return answer

    def without_header(self, name: str) -> RawAnswer:
        """The same answer without any line of header *name*."""
        wanted = name.lower()
        return replace(self, headers=[line for line in self.headers if line[0].lower() != wanted])

    def json(self) -> Any:
        """The body as a JSON value. Raises ValueError when it is not JSON."""
        return json.loads(self.body)

    def with_json(self, value: Any) -> RawAnswer:
        """The same answer with *value* as its body."""
        return replace(self, headers=list(self.headers), body=dump(value))


def dump(value: Any) -> bytes:
    """*value* as compact JSON in UTF-8. Raises ValueError for NaN, infinities and lone surrogates."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def header_text(value: str) -> str:
    """*value* without what a header line cannot carry: controls, and anything outside Latin-1."""
    return "".join(c if " " <= c <= "~" or "\xa0" <= c <= "\xff" else " " for c in value)
