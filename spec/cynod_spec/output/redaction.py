"""Keeps secrets out of what is written.

What is redacted is a value: a header, a URL, a body, a fact. A line of shell, a JSON document or a page made
of such values is never touched again, so that a secret, whatever text its owner chose for it, changes nothing
but the values that it stands in. Every generated server carries a copy of this module: it imports nothing of
this project.
"""

from __future__ import annotations

import html
import json
import re
from bisect import bisect
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, unquote_plus

MIN_SECRET_CHARS = 6  # a shorter text is too often a part of another one
B64TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")  # RFC 6750 §2.1: all that a bearer token may be
SECRET_NAMES = frozenset(
    {
        "access_token", "client_assertion", "client_secret", "consumer_secret", "id_token", "password",
        "refresh_token", "token",
    }
)  # fmt: skip
"""Members and parameters whose value is a secret (RFC 6749, RFC 7009, RFC 7521), in lower case."""

_SECRET_HEADER = re.compile(r"authorization|cookie|secret|token|password|api-?key", re.IGNORECASE)
_AUTHORIZATION = re.compile(r"(?:proxy-)?authorization", re.IGNORECASE)
_CREDENTIALS = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+) +(.*)", re.DOTALL)  # RFC 9110 §11.4
_PARAMETER = re.compile(r"(?<![\w%])([\w%]+)=[\"']?([^&\s\"'\\]+)")
_MEMBER = re.compile(r'(\\*)"((?:[^"\\]|\\u[0-9A-Fa-f]{4}){1,200})\\*"\s*:\s*')
_MEMBER_VALUE = re.compile(r'"((?:[^"\\]|\\.)*)|([0-9]+)', re.DOTALL)
_NESTED_VALUE = re.compile(r'\\+"((?:[^"\\]|\\(?!\\*"))*)')  # in JSON that is itself a text of JSON
_DIGITS = re.compile(r"[0-9]{10,}")
_CARD_NUMBER = re.compile(r"[0-9]{10,19}")  # ISO/IEC 7812-1
_VALUE_OF_DIGITS = re.compile(r"(?<=[\"=])[0-9]{10,19}(?=[\"&\s]|$)")

# Ways to write a character otherwise: of JSON, of URLs (RFC 3986 §2.1), of forms, of HTML.
_JSON_ESCAPE = re.compile(r"\\u[dD][89abAB]..\\u[dD][c-fC-F]..|\\u[0-9A-Fa-f]{4}|\\[^u]")
_PERCENT_ESCAPE = re.compile(r"%[0-7][0-9A-Fa-f]|(?:%[89A-Fa-f][0-9A-Fa-f])+")
_FORM_ESCAPE = re.compile(rf"{_PERCENT_ESCAPE.pattern}|\+")
_HTML_ESCAPE = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")


@dataclass(frozen=True, order=True)
class Span:
    """A part of a text in whose place ``shown`` is written; ``secret`` is what stands there, if known."""

    start: int
    end: int
    shown: str
    secret: str = ""

    def meets(self, other: Span) -> bool:
        """Whether both have a part in common."""
        return self.start < other.end and other.start < self.end


class Redactor:
    """Hides the secrets that it was told of, and what stands where only secrets do.

    *hidden* is written for a secret that nobody has named. With *card_numbers*, these and whatever looks like
    one in a value are cut down to their last four digits.
    """

    def __init__(self, hidden: str = "[redacted]", *, card_numbers: Iterable[str] | None = None) -> None:
        self.hidden = hidden
        self._masks_numbers = card_numbers is not None
        self._card_numbers = frozenset(card_numbers or ())
        self._shown: dict[str, str] = {}  # secret → what is written in its place
        self._folded: dict[str, str] = {}  # in lower case → as it is
        self._pattern: re.Pattern[str] | None = None

    def hide(self, secret: str, shown: str) -> None:
        """Write *shown* in the place of *secret* from now on, in whatever case or encoding it appears.

        A text of less than ``MIN_SECRET_CHARS`` is hidden only where its place gives it away.
        """
        if len(secret) >= MIN_SECRET_CHARS and secret not in self._shown:
            self._shown[secret] = shown
            self._folded.setdefault(secret.lower(), secret)
            self._pattern = None

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every secret that it was told of."""
        return tuple(self._shown)

    def text(self, text: str, limit: int | None = None) -> str:
        """*text*, one value, without secrets, and without the lone surrogates that no file can hold.

        What follows its first *limit* characters is left out.
        """
        end = len(text) if limit is None else min(limit, len(text))
        pieces, at = [], 0
        for span in self.spans(text):
            if span.end > end:
                end = min(end, span.start)
                break
            pieces += [text[at : span.start], span.shown]
            at = span.end
        return "".join((*pieces, text[at:end])).encode("utf-8", "backslashreplace").decode()

    def spans(self, text: str) -> list[Span]:
        """What is not to be shown of *text*, in its order."""
        known = self._known(text)
        exact = {(span.start, span.end) for span in known}
        named = [span for span in self._named(text) if (span.start, span.end) not in exact]
        return _apart([*named, *known, *self._numbers(text)])

    def header(self, name: str, value: str) -> str:
        """The *value* of the header *name*; of credentials, no more than the scheme."""
        if not _SECRET_HEADER.search(name):
            return self.text(value)
        credentials = _CREDENTIALS.fullmatch(value) if _AUTHORIZATION.fullmatch(name) else None
        if credentials:
            return f"{credentials[1]} {self._credential(credentials[2])}"
        return self._credential(value)

    def headers(self, headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
        """The lines *headers* without secrets."""
        return [(name, self.header(name, value)) for name, value in headers]

    def value(self, value: Any, name: str = "") -> Any:
        """The JSON *value* of the member *name* without secrets. Raises RecursionError for one too deep."""
        if isinstance(value, dict):
            return {self.text(each): self.value(member, each) for each, member in value.items()}
        if isinstance(value, list):
            return [self.value(item) for item in value]
        if name.lower() in SECRET_NAMES and value is not None:
            return self._credential(str(value))
        if not isinstance(value, str):
            return value
        is_number = self._masks_numbers and _CARD_NUMBER.fullmatch(value)
        return masked_number(value) if is_number else self.text(value)

    def _credential(self, value: str) -> str:
        return self._shown.get(value.strip(), self.hidden)

    def _known(self, text: str) -> list[Span]:
        """The secrets in *text*, whichever way they are written."""
        if not self._shown:
            return []
        if self._pattern is None:
            longest = sorted(self._shown, key=len, reverse=True)
            self._pattern = re.compile("|".join(map(re.escape, longest)), re.IGNORECASE)
        found = []
        for view in views(text):
            for match in self._pattern.finditer(view.text):
                secret = self._secret(match[0])
                found.append(Span(*view.place(*match.span()), self._shown[secret], secret))
        return _apart(sorted(found, key=lambda span: (span.start, -span.end)))

    def _secret(self, found: str) -> str:
        if found in self._shown:
            return found
        return self._folded.get(found.lower()) or next(
            secret for secret in self._shown if re.fullmatch(re.escape(secret), found, re.IGNORECASE)
        )

    def _named(self, text: str) -> Iterator[Span]:
        """The values of parameters and members that hold secrets."""
        for found in _PARAMETER.finditer(text):
            if _is_secret_name(unquote_plus(found[1])):
                yield Span(found.start(2), found.end(2), self.hidden)
        for found in _MEMBER.finditer(text):
            if _is_secret_name(_unescaped(found[2])):
                value = (_NESTED_VALUE if found[1] else _MEMBER_VALUE).match(text, found.end())
                if value and value[value.lastindex or 0]:
                    yield Span(*value.span(value.lastindex or 0), self.hidden)

    def _numbers(self, text: str) -> Iterator[Span]:
        """The card numbers in *text*."""
        if not self._masks_numbers:
            return
        for found in _VALUE_OF_DIGITS.finditer(text):
            yield Span(*found.span(), masked_number(found[0]))
        lengths = sorted({len(number) for number in self._card_numbers}, reverse=True)
        for found in _DIGITS.finditer(text) if lengths else ():
            at = found.start()
            while at < found.end():
                size = next((n for n in lengths if text[at : at + n] in self._card_numbers), 0)
                if size:
                    yield Span(at, at + size, masked_number(text[at : at + size]))
                at += size or 1


def masked_number(number: str) -> str:
    """A card number with all but its last four digits hidden."""
    return "*" * (len(number) - 4) + number[-4:]


@dataclass(frozen=True)
class View:
    """A text as its escapes are read: where each character of it starts and ends in the text as written."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Where the characters from *start* to before *end* stand in the text as written."""
        return self.starts[start], self.ends[end - 1]


def views(text: str) -> Iterator[View]:
    """*text* as it is, then as JSON, URLs, forms and HTML read it, where that is another text."""
    yield View(text, range(len(text)), range(1, len(text) + 1))
    if "\\" in text:
        yield _read(text, _JSON_ESCAPE, _unescaped)
    if "%" in text:
        yield _read(text, _PERCENT_ESCAPE, unquote)
    if "%" in text or "+" in text:
        yield _read(text, _FORM_ESCAPE, unquote_plus)
    if "&" in text:
        yield _read(text, _HTML_ESCAPE, html.unescape)


def _read(text: str, escape: re.Pattern[str], meaning: Callable[[str], str]) -> View:
    pieces, starts, ends, at = list[str](), list[int](), list[int](), 0
    for found in escape.finditer(text):
        read = meaning(found[0])
        pieces += [text[at : found.start()], read]
        starts += [*range(at, found.start()), *[found.start()] * len(read)]
        ends += [*range(at + 1, found.start() + 1), *[found.end()] * len(read)]
        at = found.end()
    pieces.append(text[at:])
    return View("".join(pieces), [*starts, *range(at, len(text))], [*ends, *range(at + 1, len(text) + 1)])


def _unescaped(text: str) -> str:
    """*text* as JSON reads it between quotes; *text* itself where it is no JSON."""
    try:
        return str(json.loads(f'"{text}"'))
    except ValueError:
        return text


def _is_secret_name(name: str) -> bool:
    return name.lower() in SECRET_NAMES


def _apart(spans: Iterable[Span]) -> list[Span]:
    """*spans* in their order in the text, without those that meet an earlier one of them."""
    kept: list[Span] = []
    for span in spans:
        at = bisect(kept, span)
        if not any(map(span.meets, kept[max(at - 1, 0) : at + 1])):
            kept.insert(at, span)
    return kept


# Free text, such as the lines of a log, in which no part has a place of its own.

HIDDEN_IN_LOGS = "***"
_SPACED_NUMBER = re.compile(r"[0-9](?:[ -]?[0-9]){9,}")
_SCHEME = re.compile(r"\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{4,}", re.IGNORECASE)
_NAMED = re.compile(
    r"""((?:authorization|secret|token|password)[\w-]*["']?\s*[=:]\s*["']?)(?:\w+\s+\*{3}|[^\s"',;&)}\]]+)""",
    re.IGNORECASE,
)
_IN_URL = re.compile(r"(://[^\s/:@]*):[^\s/@]+@")


def masked(text: str, secrets: Iterable[str] = ()) -> str:
    """*text* without *secrets*, credentials and tokens, card numbers down to their last four digits."""
    for secret in secrets:
        text = text.replace(secret, HIDDEN_IN_LOGS)
    text = _SCHEME.sub(rf"\1 {HIDDEN_IN_LOGS}", text)
    text = _NAMED.sub(rf"\1{HIDDEN_IN_LOGS}", text)
    text = _IN_URL.sub(rf"\1:{HIDDEN_IN_LOGS}@", text)
    return _SPACED_NUMBER.sub(lambda found: HIDDEN_IN_LOGS + found[0][-4:], text)
