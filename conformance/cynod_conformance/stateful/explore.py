"""The ledger phase of a run: sequences are made until there are enough, or time is over."""

from __future__ import annotations

import time
from contextlib import suppress

from hypothesis import HealthCheck, Phase, Verbosity, settings
from hypothesis import seed as seeded
from hypothesis.errors import Flaky
from hypothesis.stateful import run_state_machine_as_test

from cynod_conformance.base.outcomes import BudgetSpent, PreconditionMissing, UnexpectedAnswer
from cynod_conformance.base.phases import LEDGER as CELL
from cynod_conformance.engine.hypothesis_patches import drawing
from cynod_conformance.experiment.context import TestContext
from cynod_conformance.results.recorder import LEDGER_CLAUSE, ResultRecorder
from cynod_conformance.stateful.machine import Conditions, machine

SEQUENCES, STEPS = 25, 25
LONGEST = 15.0  # seconds for all sequences, the shortening of one that went astray included


def explore(context: TestContext, seed: int, recorder: ResultRecorder) -> None:
    """Make the sequences that *seed* gives, and put every deviation down."""
    conditions = Conditions(context, recorder, time.monotonic() + LONGEST)
    with drawing(), suppress(UnexpectedAnswer, Flaky):  # each is put down where it is found
        run_state_machine_as_test(
            seeded(seed)(machine(conditions)),
            settings=settings(
                max_examples=SEQUENCES,
                stateful_step_count=STEPS,
                phases=(Phase.generate, Phase.shrink),
                deadline=None,
                database=None,
                print_blob=False,
                report_multiple_bugs=False,
                verbosity=Verbosity.quiet,
                suppress_health_check=list(HealthCheck),
            ),
        )
    stopped = conditions.stopped or (None if conditions.foretold else conditions.lost)
    if stopped is None:
        recorder.exercised(LEDGER_CLAUSE, CELL)
    else:
        lacking = isinstance(stopped, PreconditionMissing | BudgetSpent)
        recorder.gap(LEDGER_CLAUSE, CELL, "not_exercised" if lacking else "inconclusive", stopped)
