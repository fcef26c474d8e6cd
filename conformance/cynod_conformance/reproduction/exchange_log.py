"""What a run has sent so far, and the part of it that one failure stands on.

Of the current experiment everything is kept, of earlier ones what later requests take values from: a token,
the id of a card. A failure's part is the shortest that these ties explain, in the order in which it was sent.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import Any, Literal
from urllib.parse import quote, quote_plus, unquote

from cynod_conformance.base.timestamps import SECOND, just_after, shortly_after
from cynod_conformance.observe.exchange import Exchange
from cynod_conformance.reproduction.redaction import is_ordinary
from cynod_spec.model import SAFE_METHODS
from cynod_spec.output.redaction import B64TOKEN, SECRET_NAMES

LEAST = 8  # characters of a value that is followed from an answer to a request
PAUSE = 0.5  # seconds without a request that were meant
LONGEST = 15.0  # seconds that are waited, pauses and what was sent meanwhile together
MEMBER = re.compile(r'"([A-Za-z_][A-Za-z0-9_]{0,63})" *: *"([^"]*)"')  # whose value a shell can pick out
LARGEST = 20_000  # octets of a request that are looked at for it
MOST = 2000  # members of one answer that are followed
# What is given out to be used again, ids, tokens and times, and not a word or the date of a day.
VALUE = re.compile(
    r"(?=.*[0-9]|(?=.{16})(?:.*[a-z].*[A-Z]|.*[A-Z].*[a-z]))(?![0-9]{4}-[0-9]{2}-[0-9]{2}$)"
    r"[A-Za-z0-9_.~:+/=][A-Za-z0-9_.~:+/=-]*"
)
MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{1,9}Z")
Kind = Literal["token", "moment", "id"]
SECRETIVE = re.compile(rb"token|secret|password|assertion|\\u", re.IGNORECASE)  # in what may name a secret
WORD = re.compile(r"[A-Za-z0-9_\-.~:+%]{8,}")
LONG_WORD = re.compile(r"[A-Za-z0-9_\-.~:+%/=]{8,}")
KEPT = 16  # changes of one thing that are kept beyond their experiment
LOAD = "load"  # the tag of requests that press a target together
TOKEN = "access_token"  # RFC 6749 §5.1
ALIKE = 12  # characters that a text shares with a token from which on it is made of it
CREDENTIAL = "authorization"
CREDENTIAL_PLACE = re.compile(r"(?i:\bbearer +|token=|\"(?:access_)?token\" *: *\")([A-Za-z0-9._~+/=-]+)")


@dataclass(frozen=True, eq=False)
class Entry:
    """An exchange of the run; ``began`` and ``ended`` are monotonic seconds, ``case`` numbers its experiment.

    ``idle`` is the seconds before it in which the run sent nothing on purpose, ``left`` those
    after which the caller hung up without an answer, None when it waited.
    """

    exchange: Exchange
    began: float
    ended: float
    case: int
    idle: float
    left: float | None = None

    @cached_property
    def body(self) -> str:
        """What was sent as its body, an octet a character."""
        return self.exchange.request.body.decode("latin-1")

    @cached_property
    def asked(self) -> str:
        """All that was sent but the credentials, as one text."""
        request = self.exchange.request
        headers = (f"{n}: {v}" for n, v in request.headers if n.lower() != CREDENTIAL)
        return "\n".join((request.method, request.url, *headers, self.body))

    @cached_property
    def sent(self) -> str:
        """All that was sent, as one text."""
        return f"{self.asked}\n{self.exchange.request.header('Authorization') or ''}"

    @property
    def writes(self) -> bool:
        """Whether its method may change something (RFC 9110 §9.2.1)."""
        return self.exchange.request.method not in SAFE_METHODS

    def goes_where(self, other: Entry) -> bool:
        """Whether both asked the same of one path."""
        one, two = self.exchange.request, other.exchange.request
        return (one.method, one.path) == (two.method, two.path)

    def meets(self, other: Entry) -> bool:
        """Whether both were under way at one time."""
        return self.began < other.ended and other.began < self.ended

    @property
    def changes(self) -> bool:
        """Whether it has changed something."""
        return self.writes and 200 <= self.exchange.response.status < 300


@dataclass(frozen=True)
class Source:
    """Where a value was first given out: the *nth* member *member* in the text of an answer."""

    entry: Entry
    member: str
    nth: int
    kind: Kind


@dataclass
class ExchangeLog:
    """Sees every exchange of a run. ``nonce`` is in every key and reference that the run makes up."""

    nonce: str = ""
    _cell: int = 0
    _last: float = 0.0  # when the last answer came
    _idle: float = 0.0
    _entries: list[Entry] = field(default_factory=list)
    _sources: dict[str, Source] = field(default_factory=dict)
    _said: set[str] = field(default_factory=set)  # what the run has sent of its own, whoever repeats it
    _moments: dict[str, list[str]] = field(default_factory=dict)  # a second → the times in it, given out
    _tokens: dict[str, Source] = field(default_factory=dict)
    _folded: dict[str, str] = field(default_factory=dict)
    _changes: dict[str, list[Entry]] = field(default_factory=dict)  # of what a path names, in earlier ones
    _gave: dict[Entry, list[str]] = field(default_factory=dict)  # what answers of this experiment gave out
    _known: dict[Entry, set[str]] = field(default_factory=dict)
    _withheld: set[str] = field(default_factory=set)  # secrets given out that no line can take over
    _words: set[str] = field(default_factory=set)  # likewise, those that are secrets only by their place

    def begin(self) -> None:
        """Another experiment begins."""
        for entry in self._entries:
            for name in self.used(entry.exchange.request.path) if entry.changes else ():
                self._changes[name] = [*self._changes.get(name, ()), entry][-KEPT:]
        self._cell += 1
        self._entries.clear()
        self._known.clear()
        self._gave.clear()

    def see(self, exchange: Exchange, now: float, left: float | None = None) -> None:
        """Put down *exchange*, whose answer came at the monotonic second *now*."""
        began = now - exchange.response.elapsed
        if self._last and began - self._last > PAUSE:
            self._idle += began - self._last
        self._last = now
        entry = Entry(exchange, began, now, self._cell, self._idle, left)
        self._said.update(words(entry.asked[:LARGEST]))
        for value, member, nth, kind in given_out(exchange):
            if value not in self._sources and value not in self._said and value not in entry.sent:
                self._sources[value] = Source(entry, member, nth, kind)
                self._gave.setdefault(entry, []).append(value)
                if kind == "moment":
                    self._moments.setdefault(value[:SECOND], []).append(value)
                if kind == "token":
                    self._tokens[value] = self._sources[value]
                    self._folded[value.casefold()] = value
        for secret in secrets_in(exchange):
            if len(secret) < LEAST or is_ordinary(secret):
                self._words.add(secret)
            elif secret not in self._sources and secret not in self._said and secret not in entry.sent:
                self._withheld.add(secret)
        self._entries.append(entry)

    def withholds(self, entry: Entry) -> bool:
        """Whether *entry* was sent with a secret of the target's that no line can take from its answers."""
        if any(form in entry.sent for secret in self._withheld for form in forms(secret)):
            return True
        return any(found[1] in self._words for found in CREDENTIAL_PLACE.finditer(entry.sent))

    def used(self, text: str) -> dict[str, Source]:
        """The values that *text* has taken from answers, tokens in part too, and where each came from."""
        found: dict[str, Source] = {}
        for word in words(text):
            if word in self._sources:
                found[word] = self._sources[word]
            elif earlier := self.before(word):
                found[earlier] = self._sources[earlier]
            elif like := self._like(word):
                found[like] = self._tokens[like]
        return found

    def before(self, word: str) -> str:
        """The latest time given out that *word* is the next after, of those of as many digits, or empty.

        The latest: what a list shows after it is the same at each replay, however far apart its items are.
        """
        if not MOMENT.fullmatch(word):
            return ""
        with suppress(ValueError):  # a day that no month has
            given = self._moments.get(word[:SECOND], ())
            followed = (told for told in given if word in (just_after(told), shortly_after(told)))
            return max(followed, default="")
        return ""

    def taken(self, entry: Entry) -> dict[str, Source]:
        """The values that *entry* has taken from answers before it."""
        return {v: s for v, s in self.used(entry.sent).items() if s.entry.ended <= entry.began}

    def _like(self, word: str) -> str:
        """The token that *word* is another form of; empty without one."""
        if word.casefold() in self._folded:
            return self._folded[word.casefold()]
        return next((t for t in self._tokens if t[:ALIKE] in word or t[-ALIKE:] in word), "")

    def part(self, failing: Exchange) -> list[Entry]:
        """What *failing* stands on, itself the last; empty when it was never put down."""
        last = next((e for e in reversed(self._entries) if e.exchange is failing), None)
        if last is None:
            return []
        before = [e for e in self._entries if e is not last and e.began <= last.ended]
        part = [last, *self._compared(last, before)]
        while more := [*self._given(part), *self._tied(before, part)]:
            part += dict.fromkeys(more)
        return [*sorted((e for e in part if e is not last), key=lambda e: e.began), last]

    @staticmethod
    def waited(earlier: Entry, later: Entry) -> float:
        """The seconds that had to pass between two entries; 0 when nothing waited for them."""
        idle = later.idle - earlier.idle
        return min(later.began - earlier.ended, max(idle, LONGEST)) if idle else 0.0

    def _compared(self, last: Entry, before: Sequence[Entry]) -> list[Entry]:
        """What *last* is like, when it names nothing that would tie it to anything: the one before."""
        alike = [entry for entry in before if entry.goes_where(last)]
        return [] if self._names(last) else alike[-1:]

    def _given(self, part: Sequence[Entry]) -> list[Entry]:
        """What gave out a value that *part* uses, or changed in earlier experiments what its paths name."""
        sources = (source.entry for entry in part for source in self.taken(entry).values())
        named = (name for entry in part for name in self.used(entry.exchange.request.path))
        changes = (change for name in named for change in self._changes.get(name, ()))
        return [entry for entry in (*sources, *changes) if entry not in part]

    def _tied(self, before: Sequence[Entry], part: Sequence[Entry]) -> list[Entry]:
        """What this experiment has sent *before* that may have to do with what *part* came to."""
        again = self._again(before, part)
        own = {name for entry in part for name in self._names(entry) if self._is_own(name)}
        pressed = LOAD in part[0].exchange.tags

        def matters(entry: Entry) -> bool:
            if entry in again or (pressed and LOAD in entry.exchange.tags):
                return True
            touches = entry.writes or entry.exchange.request.method == "HEAD"
            return touches and not own.isdisjoint(self._names(entry))

        return [entry for entry in before if entry not in part and matters(entry)]

    def _again(self, before: Sequence[Entry], part: Sequence[Entry]) -> set[Entry]:
        """What was sent before just as in *part*: since the last change, and once before that.

        A 5xx is left out, which is always sent again, and so is what is in *part* for what it gave out.
        """
        granting = {source.entry for entry in part for source in self.taken(entry).values()}
        sent = {entry.sent for entry in part[:1] if entry not in granting}
        same = [e for e in before if e.sent in sent and e.exchange.response.status < 500]
        change = max((entry.began for entry in before if entry.changes), default=0.0)
        since = [entry for entry in same if entry.began > change]
        earlier = [entry for entry in same if entry.began <= change]
        return {*since, *earlier[-1:], *(entry for entry in earlier if entry.writes)}

    def _is_own(self, name: str) -> bool:
        """Whether the current experiment has brought *name* about."""
        return name not in self._sources or self._sources[name].entry.case == self._cell

    def _names(self, entry: Entry) -> set[str]:
        """What tells the things that *entry* is about: ids, keys, references, tokens that it is about."""
        if entry not in self._known:
            text = entry.asked
            made_up = re.findall(rf"\b[\w-]*{re.escape(self.nonce)}[\w-]*", text) if self.nonce else ()
            self._known[entry] = {*made_up, *self.used(text), *self._gave.get(entry, ())}
        return self._known[entry]


def words(text: str) -> Iterator[str]:
    """What may be a value in *text*: as it stands, and percent-decoded."""
    for found in (WORD.findall(text), LONG_WORD.findall(text)):
        for word in found:
            yield word
            if "%" in word:
                yield unquote(word)


def given_out(exchange: Exchange) -> Iterator[tuple[str, str, int, Kind]]:
    """The values of an answer that a later request may take over: value, member, which of that name, kind."""
    text = exchange.response.body.decode("utf-8", "replace")
    counts: Counter[str] = Counter()
    for member, value in islice(MEMBER.findall(text), MOST):
        counts[member] += 1
        kind = kind_of(member, value)
        if kind and len(value) >= LEAST:
            yield value, member, counts[member], kind


def kind_of(member: str, value: str) -> Kind | None:
    """What the *value* of *member* is, when lines may take it over; None for any other text."""
    if member == TOKEN:
        return "token" if B64TOKEN.fullmatch(value) and not is_ordinary(value) else None
    if MOMENT.fullmatch(value):
        return "moment"
    return "id" if VALUE.fullmatch(value) else None


def secrets_in(exchange: Exchange) -> Iterator[str]:
    """The texts that an answer gives out as secrets."""
    if SECRETIVE.search(exchange.response.body):
        left: list[Any] = [exchange.response.json.value]
        while left:
            value = left.pop()
            left += value if isinstance(value, list) else value.values() if isinstance(value, dict) else ()
            for name, each in value.items() if isinstance(value, dict) else ():
                if isinstance(each, str) and each and name.lower() in SECRET_NAMES:
                    yield each


def forms(text: str) -> Iterator[str]:
    """*text* as requests may hold it, an octet a character."""
    octets = text.encode("utf-8", "surrogatepass")
    yield from (octets.decode("latin-1"), quote(octets, safe=""), quote_plus(octets))
