"""The story of a failure: its requests as numbered steps, each with what was sent and what was received.

What was sent is said by comparison wherever that is shorter: "the same as step 3", "as step 3, but
price.amount 101 instead of 100", "id of step 2". All texts are redacted.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from cynod_conformance.observe.exchange import Exchange
from cynod_conformance.reproduction.exchange_log import Entry, ExchangeLog, kind_of
from cynod_conformance.reproduction.redaction import Redactor
from cynod_conformance.reproduction.request_values import FORM, members, request_values, shown
from cynod_conformance.text.messages import UNSAID, told
from cynod_conformance.text.phrase import Said, joined, phrase
from cynod_spec.model import Operation, Text
from cynod_spec.output.bash import decoded

MAX_VALUES = 6  # values of a request that a step names
MAX_CHANGES = 4  # differences from an earlier step up to which a request is told by them
MAX_PLAIN_KEY_CHARS = 40  # of an idempotency key that says nothing by itself
AUTHORIZATION = "authorization"
ORDINARY = frozenset({"user-agent", "connection", "content-length", "host", "accept-encoding", AUTHORIZATION})
JSON = "application/json"
RETRY_AFTER = "Retry-After"  # RFC 9110 §10.2.3
LIFE = "expires_in"  # seconds that a token lives (RFC 6749 §5.1)
Describe = Callable[[Exchange], str]


@dataclass(frozen=True)
class Step:
    """One request of a failure's story and its answer.

    ``number`` counts from 1; where the same was sent and received over and over, the step goes on to number
    ``last``. ``caller`` is the name of the credential, ``request`` method and path as the document writes
    them, ``sent`` what else tells the request, ``received`` the answer. ``waited`` says how long was waited
    before it and why. ``together``: it was under way with the step before. ``breaks``: its answer
    breaks the promise. ``line`` is where its first line stands in the failure's lines, -1 without any.
    """

    number: int
    last: int
    caller: str
    request: str
    sent: Text
    received: Text
    waited: Text = UNSAID
    together: bool = False
    breaks: bool = False
    line: int = -1

    @property
    def numbers(self) -> str:
        """Its number, or from which to which."""
        return f"{self.number}" if self.number == self.last else f"{self.number}–{self.last}"


def answer_status(exchange: Exchange) -> str:
    """The status of an answer, for want of a contract that knows more."""
    return f"{exchange.response.status}"


def steps(
    exchange_log: ExchangeLog,
    redactor: Redactor,
    failing: Exchange,
    places: Mapping[Entry, int],
    describe: Describe = answer_status,
) -> tuple[Step, ...]:
    """The story of *failing*, in the order of its lines; empty for what the run did not send itself.

    *places* says where the lines of each exchange begin; *describe* says status and code of an answer.
    """
    part = exchange_log.part(failing)
    return tuple(_grouped(Story(exchange_log, redactor, part, describe).steps(places)))


@dataclass
class Story:
    """Tells the exchanges of *part*, of which the last broke the promise."""

    exchange_log: ExchangeLog
    redactor: Redactor
    part: Sequence[Entry]
    describe: Describe = answer_status
    _values: dict[Entry, dict[str, str]] = field(default_factory=dict)

    def steps(self, places: Mapping[Entry, int]) -> Iterator[Step]:
        """Each step, one a request."""
        for index, entry in enumerate(self.part):
            before = self.part[index - 1] if index else None
            together = before is not None and entry.meets(before)
            yield Step(
                number=index + 1,
                last=index + 1,
                caller=entry.exchange.identity,
                request=self._request(entry),
                sent=told(joined([*self._sent(index)])),
                received=told(self._received(index)),
                waited=told(self._waited(before, entry)) if before and not together else UNSAID,
                together=together,
                breaks=index == len(self.part) - 1,
                line=places.get(entry, -1),
            )

    def _request(self, entry: Entry) -> str:
        """Method and path: of the document, or as they were sent where it has none."""
        exchange = entry.exchange
        if exchange.operation is None:
            return self.redactor.text(exchange.label)
        return f"{exchange.request.method} {exchange.operation.path}"

    def _sent(self, index: int) -> Iterator[Said]:
        """What tells the request, in a few words each."""
        entry = self.part[index]
        yield from self._credentials(entry)
        alike = self._alike(index)
        if alike is not None and entry.sent == self.part[alike].sent:
            yield phrase("same-as-step", step=alike + 1)
            return
        yield from self._compared(index, alike)
        yield from self._headers(entry)

    def _compared(self, index: int, alike: int | None) -> Iterator[Said]:
        """The values of the request, by comparison with the step *alike* where that is shorter."""
        entry, values = self.part[index], self._values_of(self.part[index])
        if alike is None:
            yield from self._all(entry, values)
            return
        other = self.part[alike]
        same_key = self._key(entry) is not None and self._key(entry) == self._key(other)
        changes = [*self._changes(values, self._values_of(other), keeps_fresh=same_key)]
        if len(changes) > MAX_CHANGES:
            yield from self._all(entry, values)
        elif same_key and not changes:
            same_body = entry.exchange.request.body == other.exchange.request.body
            yield phrase("same-key-and-body" if same_body else "same-key-other-form", step=alike + 1)
        elif same_key:
            yield phrase("same-key-but", step=alike + 1, what=joined(changes))
        elif changes:
            yield phrase("as-step-but", step=alike + 1, what=joined(changes))
        else:
            yield phrase("as-step", step=alike + 1)

    def _alike(self, index: int) -> int | None:
        """The earlier step to compare a request with; None without any.

        It is the first that was the same, by whatever token, else the first of its key, else the last of its
        operation.
        """
        entry, key = self.part[index], self._key(self.part[index])
        like: tuple[tuple[Iterable[int], Callable[[Entry], bool]], ...] = (
            (range(index), lambda other: other.sent == entry.sent),
            (range(index), lambda other: self._asks_the_same(entry, other)),
            (range(index), lambda other: key is not None and self._key(other) == key),
            (range(index - 1, -1, -1), lambda other: self._request(other) == self._request(entry)),
        )
        return next((n for numbers, fits in like for n in numbers if fits(self.part[n])), None)

    def _values_of(self, entry: Entry) -> dict[str, str]:
        if entry not in self._values:
            exchange = entry.exchange
            values = request_values(exchange.operation, exchange.request, self.redactor)
            self._values[entry] = values
        return self._values[entry]

    def _all(self, entry: Entry, values: Mapping[str, str]) -> Iterator[Said]:
        """Every value but the keys and references that were made up for this request only."""
        told_values = [
            phrase("value-is", name=shown(name), value=self._source(entry, value) or shown(value))
            for name, value in values.items()
            if not self._is_fresh(value) or self._source(entry, value)
        ]
        yield from told_values[:MAX_VALUES]
        if len(told_values) > MAX_VALUES:
            yield "…"

    def _changes(
        self, values: Mapping[str, str], others: Mapping[str, str], *, keeps_fresh: bool
    ) -> Iterator[Said]:
        """How *values* differ from *others*. Made-up references are left out unless *keeps_fresh*."""
        for name in dict.fromkeys((*values, *others)):
            one, two = values.get(name), others.get(name)
            if one == two or (
                not keeps_fresh and one and two and self._is_fresh(one) and self._is_fresh(two)
            ):
                continue
            if one is None:
                yield phrase("without", what=shown(name))
            elif two is None:
                yield phrase("value-is", name=shown(name), value=shown(one))
            else:
                yield phrase("value-instead", name=shown(name), value=shown(one), other=shown(two))

    def _is_fresh(self, value: str) -> bool:
        """Whether *value* is a key or a reference that the run made up, and no longer than any."""
        nonce = self.exchange_log.nonce
        return bool(nonce) and nonce in value and len(value) <= MAX_PLAIN_KEY_CHARS

    def _source(self, entry: Entry, value: str) -> Said | None:
        """The step that gave *value* out or made it up; None where none did before *entry*."""
        if self._is_fresh(value):
            before = self.part[: self.part.index(entry)]
            step = next((n for n, e in enumerate(before, 1) if value in self._values_of(e).values()), None)
            return None if step is None else phrase("of-step", step=step)
        source = self.exchange_log.used(value).get(value)
        if source is None or source.entry not in self.part or source.entry.ended > entry.began:
            return None
        return phrase("of-step", step=self.part.index(source.entry) + 1)

    def _key(self, entry: Entry) -> str | None:
        """The idempotency key of a request; None without one."""
        name = key_name(entry.exchange.operation)
        return entry.exchange.request.header(name) if name else None

    def _credentials(self, entry: Entry) -> Iterator[Said]:
        """What is to be said of the credentials beyond whose they are."""
        exchange, value = entry.exchange, entry.exchange.request.header("Authorization")
        operation = exchange.operation
        if value is None:
            if operation is not None and not operation.public and not operation.is_oauth:
                yield phrase("without", what="Authorization")
            return
        scheme, _, token = value.partition(" ")
        source = self.exchange_log.used(token).get(token) if scheme == "Bearer" else None
        is_own = scheme == "Bearer" and exchange.identity and token in self.redactor.variables
        if source is None and not is_own:
            yield f"Authorization: {self.redactor.header('Authorization', value)}"
        elif source and source.entry in self.part and self._has_several_tokens(exchange.identity):
            yield phrase("token-of-step", step=self.part.index(source.entry) + 1)

    def _has_several_tokens(self, identity: str) -> bool:
        """Whether more than one token of the credential *identity* is used, or whose they are is unknown."""
        values = {
            entry.exchange.request.header("Authorization")
            for entry in self.part
            if entry.exchange.identity == identity
            and not (entry.exchange.operation and entry.exchange.operation.is_oauth)
        }
        return not identity or len(values - {None}) > 1

    def _headers(self, entry: Entry) -> Iterator[Said]:
        """The headers that tell something: not those of every request."""
        operation, request = entry.exchange.operation, entry.exchange.request
        key = (key_name(operation) or "").lower()
        usual = {("content-type", JSON), ("content-type", FORM)}
        for name, value in request.headers:
            plain = name.lower() == key and self._is_fresh(value)
            if name.lower() not in ORDINARY and (name.lower(), value) not in usual and not plain:
                yield f"{name}: {shown(self.redactor.header(name, readable(value)))}"
        if key and request.header(key) is None and operation is not None:
            yield phrase("without", what=key_name(operation))

    def _received(self, index: int) -> Said:
        """The answer, and how it differs from the answer to the same request before it."""
        entry = self.part[index]
        if entry.left is not None:
            return phrase("hung-up")
        if not entry.exchange.response.status:
            return phrase("without", what=phrase("an-answer"))
        found: list[Said] = [shown(self.redactor.text(self.describe(entry.exchange)))]
        alike = self._alike(index)
        if alike is not None and self._is_same_but_for_data(entry, self.part[alike]):
            one, two = (answer_values(e.exchange, self.redactor) for e in (entry, self.part[alike]))
            changes = [*self._changes(one, two, keeps_fresh=False)][:MAX_CHANGES]
            found += [phrase("unlike-step", step=alike + 1, what=joined(changes))] if changes else []
        return joined(found)

    @staticmethod
    def _asks_the_same(entry: Entry, other: Entry) -> bool:
        """Whether both sent the same as the same caller, the token aside."""
        identity = entry.exchange.identity
        return entry.asked == other.asked and identity == other.exchange.identity != ""

    def _is_same_but_for_data(self, entry: Entry, other: Entry) -> bool:
        """Whether both asked the same and received the same status, so that only the data may differ."""
        same = entry.sent == other.sent or self._asks_the_same(entry, other)
        return same and entry.exchange.response.status == other.exchange.response.status

    def _waited(self, before: Entry, entry: Entry) -> Said:
        """How long was waited before *entry* on purpose, and why; empty where it was not."""
        pause = math.ceil(self.exchange_log.waited(before, entry))
        if not pause:
            return ""
        asked = before.exchange.response.header(RETRY_AFTER)
        if asked:
            header = f"{RETRY_AFTER}: {shown(self.redactor.header(RETRY_AFTER, asked))}"
            return phrase("waited-as-asked", seconds=pause, header=header)
        for source in self.exchange_log.taken(entry).values():
            life = source.entry.exchange.response.json.value if source.kind == "token" else None
            lives = life.get(LIFE) if isinstance(life, dict) else None
            if isinstance(lives, int) and source.entry.ended + lives <= entry.began:
                number = self.part.index(source.entry) + 1 if source.entry in self.part else 0
                return phrase("waited-for-expiry", seconds=pause, step=number, life=lives)
        return phrase("waited", seconds=pause)


def answer_values(exchange: Exchange, redactor: Redactor) -> dict[str, str]:
    """The members of a JSON answer, redacted, but for ids and times, which differ each time."""
    try:
        found = dict(members(redactor.value(exchange.response.json.value)))
    except RecursionError:
        return {}
    return {
        name: value
        for name, value in found.items()
        if value.lstrip("-").isdigit() or kind_of(name.rpartition(".")[2], value) is None
    }


def key_name(operation: Operation | None) -> str | None:
    """The header in which *operation* takes its idempotency key; None when it takes none."""
    parameter = operation.parameter("key") if operation else None
    return parameter.name if parameter else None


def readable(value: str) -> str:
    """A header's *value*, which has a character for each octet, as a text."""
    try:
        return decoded(value.encode("latin-1"))
    except UnicodeEncodeError:
        return value


def _grouped(found: Iterator[Step]) -> Iterator[Step]:
    """*found*, with steps that say the same behind one another as one."""
    kept: Step | None = None
    for step in found:
        if kept is not None and _says_the_same(kept, step):
            kept = replace(kept, last=step.last)
            continue
        if kept is not None:
            yield kept
        kept = step
    if kept is not None:
        yield kept


def _says_the_same(one: Step, two: Step) -> bool:
    said = [(step.caller, step.request, step.sent, step.received) for step in (one, two)]
    return said[0] == said[1] and not two.waited.fr and not two.breaks
