"""What a run does with each exchange: put it down, count it, show it to the observers."""

from __future__ import annotations

import time
from collections.abc import Iterable
from functools import partial

from cynod_conformance.base.phases import PHASES, PROBE
from cynod_conformance.experiment.context import TestContext
from cynod_conformance.observe import Context, Exchange, judge
from cynod_conformance.observe.answers import member_value
from cynod_conformance.results.recorder import ResultRecorder
from cynod_conformance.runner.background_observer import BackgroundObserver
from cynod_conformance.runner.cleanup import Cleanup
from cynod_spec.schema.validation import Validators


def put_down_abandoned(
    recorder: ResultRecorder, background: BackgroundObserver, exchange: Exchange, after: float
) -> None:
    """Put down *exchange*, whose answer was not awaited, and that it was abandoned after *after* seconds."""
    background.wait()
    recorder.exchange_log.see(exchange, time.monotonic(), after)


class ExchangeHandler:
    """Sees every exchange of the run in *context*, and gives *recorder* its evidence.

    A probe's exchange is judged while the target works at the next one; ``judged`` waits for that. In other
    phases, where who sends asks at once how it was judged, it is judged when it is seen.
    """

    def __init__(
        self, context: TestContext, recorder: ResultRecorder, background: BackgroundObserver
    ) -> None:
        self._context, self._recorder = context, recorder
        self._validators = Validators(context.contract, "response")
        self.leftovers = Cleanup(context)
        self._background = background
        self.judged = background.wait
        self.close = background.close

    def see(self, exchange: Exchange) -> None:
        """Look at *exchange*, whose answer has just come."""
        known = (
            self._context.redactor.secrets,
            self._context.fixtures.numbers,
        )  # what is known by now must not be told
        look = partial(self._look, exchange, time.monotonic(), *known)
        self.leftovers.see(exchange)
        if exchange.phase.startswith(PROBE):
            self._background.take(look)
            return
        self.judged()
        if exchange.phase in PHASES:
            self._recorder.exchange_log.begin()  # the engine's requests are experiments of their own
        look()

    def _look(self, exchange: Exchange, came: float, secrets: Iterable[str], numbers: Iterable[str]) -> None:
        contract, recorder = self._context.contract, self._recorder
        observation = Context(contract, self._errors, lambda: secrets, lambda: numbers)
        recorder.exchange_log.see(exchange, came)
        recorder.coverage.count(exchange, contract.code_of(member_value(observation, exchange, "code")))
        recorder.latencies.count(exchange)
        for clause, seen in judge(observation, exchange):
            recorder.observed(clause, seen, exchange)

    def _errors(self, pointer: str, instance: object) -> list[str]:
        return [
            f"{'/'.join(p.path) or 'body'}: {p.keyword}" for p in self._validators.errors(pointer, instance)
        ]
