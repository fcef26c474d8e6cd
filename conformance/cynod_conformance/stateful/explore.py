"""The ledger phase of a run: sequences of calls, until there are enough or the time is over."""

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
from cynod_conformance.stateful.machine import LedgerRun, machine

MAX_SEQUENCES = 25
STEPS_PER_SEQUENCE = 25
MAX_SECONDS = 15.0  # for all sequences, the shortening of one that fails included


def explore(context: TestContext, seed: int, recorder: ResultRecorder) -> None:
    """Make the sequences that *seed* gives; *recorder* gets every deviation."""
    ledger_run = LedgerRun(context, recorder, time.monotonic() + MAX_SECONDS)
    with drawing(), suppress(UnexpectedAnswer, Flaky):  # each is recorded where it is found
        run_state_machine_as_test(
            seeded(seed)(machine(ledger_run)),
            settings=settings(
                max_examples=MAX_SEQUENCES,
                stateful_step_count=STEPS_PER_SEQUENCE,
                phases=(Phase.generate, Phase.shrink),
                deadline=None,
                database=None,
                print_blob=False,
                report_multiple_bugs=False,
                verbosity=Verbosity.quiet,
                suppress_health_check=list(HealthCheck),
            ),
        )
    stopped = ledger_run.stopped or (None if ledger_run.confirmed else ledger_run.given_up)
    if stopped is None:
        recorder.exercised(LEDGER_CLAUSE, CELL)
    else:
        lacking = isinstance(stopped, PreconditionMissing | BudgetSpent)
        recorder.gap(LEDGER_CLAUSE, CELL, "not_exercised" if lacking else "inconclusive", stopped)
