"""What an experiment works with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import ClassVar

from cynod_conformance.base.outcomes import ControlFailed, Outcome, OutsideTier, PreconditionMissing
from cynod_conformance.experiment.fixtures import FixtureFactory, FixtureState, renewed
from cynod_conformance.experiment.memo import MemoKey
from cynod_conformance.experiment.request_builder import RequestBuilder
from cynod_conformance.experiment.sending import PROVEN, RequestSender
from cynod_conformance.observe.exchange import Exchange
from cynod_conformance.webhooks.receiver import Receiver
from cynod_spec.model import Operation
from cynod_spec.schema.validation import Validators

VALIDATORS = MemoKey[Validators]("validators of requests")
FIXTURES = MemoKey[FixtureState]("fixtures")
OUT_OF_REACH = MemoKey[set[str]]("operations that the tier allows no valid request to")


def nothing_to_wait_for() -> None:
    """Return at once."""


@dataclass(frozen=True, eq=False)
class TestContext(RequestSender):
    """Everything that an experiment may use: callers, requests, fixtures, and a store for the run.

    It never changes; what is made during a run is kept in ``memo``, under a key of its own type. ``seed``
    draws what is random, ``nonce`` tells the run's keys and references from those of other runs.
    ``may_write`` says whether valid requests that change something may be sent. ``receiver`` is where the
    target sends its webhooks, None when there is none. ``wait_until_judged`` returns when every exchange so
    far was judged.

    An experiment takes a valid request, changes one thing, and says what must come::

        draft = context.control(operation)                        # the like of it has just succeeded
        answer = context.call(draft.with_raw(b"{"))               # as the operation's own caller
        answer.expect("json-malformed")                           # AssertionFailed otherwise

        number = context.fixtures.shared("card")["number"]          # a card that exists, by role
        token = context.memo.keep(TOKEN, lambda: new_token(context))    # made once a run
        context.speaking("en").call(draft)                        # the same, asked for in English
    """

    __test__: ClassVar[bool] = False  # pytest looks for classes whose names begin so

    seed: int
    nonce: str
    may_write: bool = True
    receiver: Receiver | None = None
    wait_until_judged: Callable[[], None] = field(default=nothing_to_wait_for, kw_only=True)

    @cached_property
    def validators(self) -> Validators:
        """Validators of what the suite sends."""
        return self.memo.keep(VALIDATORS, lambda: Validators(self.contract, "request"))

    @cached_property
    def fixtures(self) -> FixtureFactory:
        """Valid requests, and what they need."""
        state = self.memo.keep(FIXTURES, lambda: FixtureState(self.seed))
        return FixtureFactory(self.contract, self.config, self._perform, state, self.nonce, self.may_write)

    @property
    def out_of_reach(self) -> frozenset[str]:
        """The operations, as ``METHOD /path``, to which the tier allowed no valid request so far."""
        return frozenset(self.memo.get(OUT_OF_REACH) or ())

    def _perform(self, draft: RequestBuilder) -> Exchange:
        return self.call(draft, valid=True).exchange

    def speaking(self, language: str) -> TestContext:
        """The same context, whose every request asks for *language*, unless it names another."""
        return replace(self, language=language)

    def control(self, operation: Operation) -> RequestBuilder:
        """A valid request to *operation*, the like of which was just accepted.

        Its success is established once a run. Raises ControlFailed when the target refuses it,
        PreconditionMissing when the configuration lacks what it needs, and OutsideTier.
        """
        if operation.writes and not self.may_write:
            self._out_of_reach(operation)
            raise OutsideTier("outside-tier", tier="write")
        key = PROVEN.of(operation.id)
        known = self.memo.get(key)
        if known is None:
            try:
                self.call(self.fixtures.draft(operation), valid=True).must_succeed()
                known = self.memo.put(key, self.fixtures.draft(operation))
            except (ControlFailed, PreconditionMissing) as failed:
                if isinstance(failed, OutsideTier):
                    self._out_of_reach(operation)
                known = self.memo.put(key, failed)
        if isinstance(known, Outcome):
            raise known
        return renewed(self.fixtures, known)

    def _out_of_reach(self, operation: Operation) -> None:
        self.memo.keep(OUT_OF_REACH, set).add(operation.key)
