"""One HTTP exchange, as it went over the wire: what every observer judges and every report cites."""

from __future__ import annotations

import codecs
import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from cynod_conformance.text.phrase import Said, phrase
from cynod_spec.model import Operation

Pairs = tuple[tuple[str, str], ...]


def by_name(headers: Pairs) -> dict[str, list[str]]:
    """Every value of each header, by its name in lower case."""
    found: dict[str, list[str]] = {}
    for name, value in headers:
        found.setdefault(name.lower(), []).append(value)
    return found


@dataclass(frozen=True)
class Json:
    """What a body says as JSON: its value, or the ``problem`` that keeps it from being JSON."""

    value: Any = None
    problem: Said = ""
    duplicates: tuple[str, ...] = ()  # member names that stand twice in one object
    marked: bool = False  # begins with a byte order mark


def parse_json(body: bytes) -> Json:
    """Read *body* strictly: UTF-8, no NaN, no Infinity. Duplicate members and a BOM are noted alone."""
    marked = body.startswith(codecs.BOM_UTF8)
    duplicates: list[str] = []

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        members = dict(items)
        if len(members) < len(items):
            names = [name for name, _ in items]
            duplicates.extend(sorted({name for name in names if names.count(name) > 1}))
        return members

    def constant(name: str) -> Any:
        raise ValueError(name)

    try:
        text = body.decode("utf-8-sig")
        value = json.loads(text, object_pairs_hook=pairs, parse_constant=constant)
    except UnicodeDecodeError:
        return Json(problem=phrase("not-utf8"))
    except (ValueError, RecursionError):
        return Json(problem=phrase("not-json" if body else "empty-body"))
    return Json(value, "", tuple(duplicates), marked)


@dataclass(frozen=True)
class Request:
    """What was sent, byte for byte."""

    method: str
    url: str
    headers: Pairs = ()
    body: bytes = b""

    @cached_property
    def _by_name(self) -> dict[str, list[str]]:
        return by_name(self.headers)

    def header(self, name: str) -> str | None:
        """The first value of the header *name*, or None."""
        return next(iter(self._by_name.get(name.lower(), ())), None)

    @property
    def path(self) -> str:
        """The path of its URL, as sent."""
        return urlsplit(self.url).path


@dataclass(frozen=True)
class Response:
    """What came back. ``elapsed`` is in seconds; ``truncated`` says that the body went past the cap."""

    status: int
    headers: Pairs = ()
    body: bytes = b""
    elapsed: float = 0.0
    truncated: bool = False

    @cached_property
    def _by_name(self) -> dict[str, list[str]]:
        return by_name(self.headers)

    def header(self, name: str) -> str | None:
        """The first value of the header *name*, or None."""
        return next(iter(self._by_name.get(name.lower(), ())), None)

    def all(self, name: str) -> list[str]:
        """Every value of the header *name*."""
        return [*self._by_name.get(name.lower(), ())]

    @property
    def media_type(self) -> str:
        """Its media type in lower case, without parameters; empty when it has none."""
        return (self.header("Content-Type") or "").partition(";")[0].strip().lower()

    @cached_property
    def json(self) -> Json:
        """Its body read as JSON."""
        return parse_json(self.body)


@dataclass(frozen=True)
class Exchange:
    """A request, its answer, and what the sender meant by it.

    ``operation`` is None when the request belongs to none (unknown path, undeclared method).
    ``valid``: the sender meant a request that the contract's schemas accept.
    ``tags``: ``malformed`` (not well-formed HTTP, or over 8,000 octets of URI and headers), ``fuzzed``…
    """

    id: str
    operation: Operation | None
    request: Request
    response: Response
    phase: str = "probe"
    identity: str = ""
    valid: bool = False
    tags: frozenset[str] = field(default_factory=frozenset)

    @property
    def label(self) -> str:
        """The operation's name in reports, or the method and path sent."""
        return self.operation.key if self.operation else f"{self.request.method} {self.request.path}"
