"""What a run does with each exchange: put it down, count it, show it to the observers."""

from __future__ import annotations

import time
from collections.abc import Iterable
from functools import partial

from cynod_conformance.base.phases import PHASES, PROBE
from cynod_conformance.experiment.context import Lab
from cynod_conformance.observe import Context, Exchange, judge
from cynod_conformance.observe.answers import member_value
from cynod_conformance.results.recorder import Tally
from cynod_conformance.runner.background_observer import Onlooker
from cynod_conformance.runner.cleanup import Leftovers
from cynod_spec.validation import Validators


class Witness:
    """Sees every exchange of the run in *lab*, and gives *tally* its evidence.

    A probe's exchange is judged while the target works at the next one; ``judged`` waits for that. In other
    phases, where who sends asks at once how it was judged, it is judged when it is seen.
    """

    def __init__(self, lab: Lab, tally: Tally) -> None:
        self._lab, self._tally = lab, tally
        self._validators = Validators(lab.contract, "response")
        self.leftovers = Leftovers(lab)
        self._onlooker = Onlooker()
        self.judged = self._onlooker.wait
        self.close = self._onlooker.close

    def see(self, exchange: Exchange) -> None:
        """Look at *exchange*, whose answer has just come."""
        known = self._lab.redactor.secrets, self._lab.world.numbers  # what is known by now must not be told
        look = partial(self._look, exchange, time.monotonic(), *known)
        self.leftovers.see(exchange)
        if exchange.phase.startswith(PROBE):
            self._onlooker.take(look)
            return
        self.judged()
        if exchange.phase in PHASES:
            self._tally.journal.begin()  # the engine's requests are experiments of their own
        look()

    def see_left(self, exchange: Exchange, after: float) -> None:
        """Put down *exchange*, whose answer nobody waited for, and that it was left *after* seconds."""
        self.judged()
        self._tally.journal.see(exchange, time.monotonic(), after)

    def _look(self, exchange: Exchange, came: float, secrets: Iterable[str], numbers: Iterable[str]) -> None:
        contract, tally = self._lab.contract, self._tally
        context = Context(contract, self._errors, lambda: secrets, lambda: numbers)
        tally.journal.see(exchange, came)
        tally.coverage.count(exchange, contract.code_of(member_value(context, exchange, "code")))
        tally.latencies.count(exchange)
        for clause, seen in judge(context, exchange):
            tally.observed(clause, seen, exchange)

    def _errors(self, pointer: str, instance: object) -> list[str]:
        return [
            f"{'/'.join(p.path) or 'body'}: {p.keyword}" for p in self._validators.errors(pointer, instance)
        ]
