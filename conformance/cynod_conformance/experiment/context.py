"""What a probe works with: valid requests by role, callers by name, and answers that judge themselves."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Barrier
from typing import Any, TypeVar

from cynod_conformance.base.outcomes import (
    AssertionFailed,
    ControlFailed,
    Outcome,
    OutsideTier,
    PreconditionMissing,
)
from cynod_conformance.config.settings import Config, Credential
from cynod_conformance.experiment.fixtures import FixtureFactory, Roles, renewed
from cynod_conformance.experiment.request_builder import RequestBuilder
from cynod_conformance.experiment.tokens import Token, Tokens
from cynod_conformance.http.authorization import basic
from cynod_conformance.http.errors import TransportError
from cynod_conformance.http.target import Target
from cynod_conformance.observe.answers import value_at
from cynod_conformance.observe.exchange import Exchange, Request, Response
from cynod_conformance.reproduction.redaction import Redactor
from cynod_conformance.text.phrase import Said, any_of, phrase
from cynod_conformance.webhooks.receiver import Receiver
from cynod_spec.model import Code, Contract, Operation
from cynod_spec.schema.validation import Validators

CALLERS = ("primary", "core", "other", "basic", "limited")
SUCCESS = range(200, 300)
T = TypeVar("T")


@dataclass(frozen=True)
class Answer:
    """An exchange that an experiment asks questions of; each question that fails raises AssertionFailed."""

    contract: Contract
    exchange: Exchange

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.exchange.response.status

    @property
    def json(self) -> Any:
        """The body as JSON; None when it is none."""
        return self.exchange.response.json.value

    @property
    def code(self) -> Code | None:
        """The internal code of the envelope, wherever one of the contract's envelopes has it."""
        for worn in self.contract.envelopes.values():
            member = worn.member("code")
            if member and (code := self.contract.code_of(value_at(self.json, member.path))):
                return code
        return None

    @property
    def said(self) -> str:
        """Status and code, as reports write them."""
        if self.code:
            return f"{self.status} {self.code.value} ({self.code.name})"
        error = self.text("error")
        return f"{self.status} {error}" if error else f"{self.status}"

    def member(self, role: str) -> Any:
        """The value of the envelope's member with *role*, or None."""
        for worn in self.contract.envelopes.values():
            member = worn.member(role)
            if member is not None and (value := value_at(self.json, member.path)) is not None:
                return value
        return None

    def text(self, name: str) -> str:
        """The text of the body's member *name* (RFC 6749 has no envelope); empty without one."""
        value = self.json.get(name) if isinstance(self.json, dict) else None
        return value if isinstance(value, str) else ""

    def must_succeed(self) -> Answer:
        """The control: anything but a success leaves the experiment without conclusion."""
        if self.status not in SUCCESS:
            raise ControlFailed("control", what=self.exchange.label, status=self.said)
        return self

    def expect(self, *names: str) -> Answer:
        """One of the codes with these stable names, with the status that goes with it."""
        codes = [self.contract.code(name) for name in names]
        if not any(self.code == code and self.status == code.status for code in codes):
            self.fail(any_of([f"{c.status} {c.value} ({c.name})" for c in codes]), self.said)
        return self

    def expect_not(self, names: Iterable[str]) -> Answer:
        """None of the codes with these stable names."""
        if self.code is not None and self.code.name in names:
            self.fail(phrase("anything-but", what=self.code.name), self.said)
        return self

    def expect_status(self, *statuses: int) -> Answer:
        """One of *statuses*."""
        if self.status not in statuses:
            self.fail(any_of([str(status) for status in statuses]), self.said)
        return self

    def expect_success(self) -> Answer:
        """A 2xx."""
        if self.status not in SUCCESS:
            self.fail(phrase("success"), self.said)
        return self

    def expect_error(self, error: str, *statuses: int) -> Answer:
        """An OAuth 2.0 error body with *error*."""
        self.expect_status(*statuses)
        if self.text("error") != error:
            self.fail(f"error {error}", f"error {self.text('error')!r}")
        return self

    def expect_header(self, name: str, holds: Callable[[str], bool], wanted: Said) -> Answer:
        """A header *name* one of whose values satisfies *holds*; *wanted* says so in words."""
        values = self.exchange.response.all(name)
        if not any(holds(value) for value in values):
            came = ", ".join(values) or phrase("absent")
            self.fail(phrase("is", what=name, value=wanted), phrase("is", what=name, value=came))
        return self

    def fail(self, expected: Said, got: Said) -> None:
        """Say that the clause does not hold. Raises AssertionFailed."""
        raise AssertionFailed(expected, got, self.exchange)


@dataclass(frozen=True)
class Survivor:
    """A resource that went through its states and must still be there at the end of the run."""

    reading: RequestBuilder
    shown: Roles
    since: float  # ``time.monotonic``


def has(word: str) -> Callable[[str], bool]:
    """Whether a header's value holds *word*, whatever its case."""
    return lambda value: word.lower() in value.lower()


class TestContext:
    """Everything an experiment may use."""

    __test__ = False  # pytest looks for classes whose names begin so

    def __init__(
        self,
        contract: Contract,
        config: Config,
        target: Target,
        redactor: Redactor,
        seed: int,
        nonce: str,
        may_write: bool = True,
        receiver: Receiver | None = None,
    ) -> None:
        self.contract, self.config, self.target, self.redactor = contract, config, target, redactor
        self.receiver = receiver  # where the target sends its webhooks, when it is told to
        self.may_write = may_write  # whether valid requests that change something may be sent
        self.validators = Validators(contract, "request")  # of what the suite sends
        self.tokens = Tokens(contract, config, target, redactor)
        self.fixtures = FixtureFactory(contract, config, self._perform, seed, nonce, may_write)
        self.revoked: str | None = None  # a token of the primary partner, once a probe has revoked one
        self.expired: str | None = None  # likewise, once a probe has waited for its end
        self.out_of_reach: set[str] = set()  # operations that the tier allows no valid request to
        self.survivors: list[Survivor] = []
        self.language = ""  # what calls that name no language ask for; empty: nothing
        self.canaries: dict[str, str] = {}  # secrets that nobody holds, by what they are tried for
        self.left: Callable[[Exchange, float], None] = lambda exchange, after: None  # sees what had no answer
        self.judged: Callable[[], None] = lambda: None  # waits until every exchange was judged
        self._proven: dict[str, RequestBuilder | Outcome] = {}
        self._callers: dict[str, str] = {}
        self._made: dict[Hashable, Any] = {}

    def _perform(self, draft: RequestBuilder) -> Exchange:
        return self.call(draft, valid=True).exchange

    def credential(self, name: str) -> Credential:
        """The credential *name*. Raises PreconditionMissing."""
        return self.tokens.credential(name)

    def caller(self, operation: Operation) -> str:
        """The credential whose scopes open *operation*. Raises PreconditionMissing when none does."""
        if operation.id in self._callers:
            return self._callers[operation.id]
        refused: Outcome | None = None
        for name in CALLERS:
            if name not in self.config.credentials:
                continue
            try:
                held = self.tokens.token(name).scopes
            except ControlFailed as error:
                refused = refused or error
                continue
            if held.issuperset(operation.scopes):
                self._callers[operation.id] = name
                return name
        raise refused or PreconditionMissing("no-scope", what=" ".join(operation.scopes) or operation.key)

    def token(self, operation: Operation, scopes: frozenset[str] | None = None) -> Token:
        """A live token of the operation's caller, with all its scopes or *scopes* alone."""
        return self.tokens.token(self.caller(operation), scopes)

    @contextmanager
    def speaking(self, language: str) -> Iterator[None]:
        """Meanwhile every call asks for *language*, unless it names another."""
        before, self.language = self.language, language
        try:
            yield
        finally:
            self.language = before

    def bearer(self, operation: Operation) -> str:
        """The value of Authorization that opens *operation*."""
        return f"Bearer {self.token(operation).value}"

    def call(
        self,
        draft: RequestBuilder,
        *,
        authorization: str | None = "",
        method: str | None = None,
        path: str | None = None,
        headers: Iterable[tuple[str, str]] = (),
        identity: str = "",
        valid: bool = False,
        tags: Iterable[str] = (),
    ) -> Answer:
        """Send *draft*. ``authorization``: "" is the operation's own caller, None sends none."""
        operation = draft.operation
        if authorization == "":
            public = operation.public or operation.is_oauth
            identity = identity or ("" if public else self.caller(operation))
            authorization = None if public else self.bearer(operation)
        sent = list(draft.headers)
        if draft.media_type is not None:
            sent.append(("Content-Type", draft.media_type))
        if authorization is not None:
            sent.append(("Authorization", authorization))
        if self.language:
            sent.append(("Accept-Language", self.language))
        names = {n.lower() for n, _ in headers}
        sent = [*(p for p in sent if p[0].lower() not in names), *headers]
        changed = method is not None and method not in (operation.method, "HEAD")
        exchange = self.target.send_steadily(
            method or operation.method,
            self.target.url(path or draft.target),
            headers=tuple(sent),
            body=b"" if method in ("HEAD", "OPTIONS") else draft.content,
            operation=None if changed or _elsewhere(draft, path) else operation,
            identity=identity,
            valid=valid,
            tags=tags,
        )
        if exchange.response.status in SUCCESS and operation.effect in ("cancel", "refund"):
            self._proven.pop(operation.id, None)  # its resource is used up: the next control needs another
        return Answer(self.contract, exchange)

    def raw(self, method: str, target: str, *, operation: Operation | None = None, **more: Any) -> Answer:
        """Send a request that no operation describes."""
        exchange = self.target.send_steadily(method, self.target.url(target), operation=operation, **more)
        return Answer(self.contract, exchange)

    def try_raw(self, method: str, target: str, **more: Any) -> Answer | Said:
        """Like ``raw``, but a connection that the target closes is an answer too: its reason."""
        try:
            return Answer(self.contract, self.target.send(method, self.target.url(target), **more))
        except TransportError as error:
            return error.said

    def leave(self, draft: RequestBuilder, after: float) -> None:
        """Send *draft* as its own caller, and hang up *after* seconds without the answer."""
        headers = [*draft.headers, ("Authorization", self.bearer(draft.operation))]
        if draft.media_type is not None:
            headers.append(("Content-Type", draft.media_type))
        request = Request(
            draft.operation.method, self.target.url(draft.target), tuple(headers), draft.content
        )
        self.hang_up(draft.operation, request, after)

    def hang_up(self, operation: Operation, request: Request, after: float) -> None:
        """Send *request*, and hang up *after* seconds without the answer."""
        self.target.leave(request.method, request.url, request.headers, request.body, after)
        self.left(Exchange("left", operation, request, Response(0, elapsed=after)), after)

    def control(self, operation: Operation) -> RequestBuilder:
        """A valid request to *operation*, the like of which was just accepted.

        Its success is established once a run. Raises ControlFailed or PreconditionMissing.
        """
        if operation.writes and not self.may_write:
            self.out_of_reach.add(operation.key)
            raise OutsideTier("outside-tier", tier="write")
        known = self._proven.get(operation.id)
        if isinstance(known, Outcome):
            raise known
        if known is None:
            try:
                self.call(self.fixtures.draft(operation), valid=True).must_succeed()
                known = self._proven[operation.id] = self.fixtures.draft(operation)
            except (ControlFailed, PreconditionMissing) as failed:
                if isinstance(failed, OutsideTier):
                    self.out_of_reach.add(operation.key)
                self._proven[operation.id] = failed
                raise
        return renewed(self.fixtures, known)

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """What *make* gives, made once a run under *key*. Raises the Outcome that ended it, each time."""
        if key not in self._made:
            try:
                self._made[key] = make()
            except Outcome as ended:
                self._made[key] = ended
        known: T = self._made[key]
        if isinstance(known, Outcome):
            raise known
        return known

    def pair(self, name: str) -> str:
        """The Basic value of Authorization for the credential *name*."""
        credential = self.credential(name)
        return basic(credential.key, credential.secret)

    def oauth(self, exchange: Exchange) -> Answer:
        """An exchange of the token endpoint as an answer."""
        return Answer(self.contract, exchange)

    def simple(self) -> Operation:
        """A read that needs an identity and as little else as possible. Raises PreconditionMissing."""
        for effect in ("whoami", "list", "read"):
            for operation in self.contract.all(effect):
                if not operation.public:
                    return operation
        raise PreconditionMissing("no-operation", what="read")

    def simple_for(self, name: str) -> Operation:
        """A read that the credential *name* may do. Raises PreconditionMissing."""
        held = self.tokens.token(name).scopes
        for effect in ("whoami", "list", "read"):
            for operation in self.contract.all(effect):
                if not operation.public and held.issuperset(operation.scopes):
                    return operation
        raise PreconditionMissing("no-operation", what="read")

    def at_once(self, calls: Sequence[Callable[[], Answer]]) -> list[Answer]:
        """Make the calls at the same time, each on a connection of its own. Raises what they raise."""
        ready = Barrier(len(calls))

        def released(call: Callable[[], Answer]) -> Answer:
            ready.wait()
            return call()

        with ThreadPoolExecutor(len(calls)) as pool:
            return [future.result() for future in [pool.submit(released, call) for call in calls]]


def _elsewhere(draft: RequestBuilder, target: str | None) -> bool:
    """Whether *target*, without its query, is another path than the draft's."""
    return target is not None and target.partition("?")[0] != draft.target.partition("?")[0]
