"""``python -m mutation``: mutants of the sandbox before the suite, and the score at the end."""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path

from mutation.mutants import ROOT, Module, ModuleList, Mutant, drawn, mutants_of
from mutation.pool import traced, try_all, workshop
from mutation.reach import Reached
from mutation.record import Record
from mutation.review import Review
from mutation.score import NOT_SEEN, Score
from mutation.trial import FULL, Stage, Trial, Workshop

_BASELINE_TRIES = 3  # on a busy machine an answer may come too late for a verdict


def main() -> int:
    """Try what was asked for: 1 below ``--at-least``, 2 when the sandbox is not conformant, else 0."""
    options = _parser().parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that no trial outlives this process
    chosen = [Module.read(name) for name in ModuleList.read().mutated if _is_chosen(name, options.module)]
    operators = ModuleList.read().operators
    mutants = drawn(
        (mutant for module in chosen for mutant in mutants_of(module, operators)),
        options.sample,
        options.seed,
    )
    record = Record(options.record)
    try:
        trials = run(mutants, record, options)
    finally:
        record.close()
    if trials is None:
        return 2
    review = Review.read()
    score = Score.of(trials, review)
    print("\n".join(score.lines(review)))
    return int(score.judged > 0 and score.killed / score.judged < options.at_least)


def run(mutants: list[Mutant], record: Record, options: argparse.Namespace) -> dict[Mutant, Trial] | None:
    """How each of *mutants* ended, tried unless *record* knows it.

    Gives None when the suite finds the sandbox as it is not conformant.
    """
    record.add(mutants)
    known = record.trials()
    trials = {mutant: known[mutant.id] for mutant in mutants if mutant.id in known}
    if options.again:
        trials = {mutant: trial for mutant, trial in trials.items() if trial.ending not in NOT_SEEN}
    left = [mutant for mutant in mutants if mutant not in trials]
    print(f"{len(mutants)} mutants, {len(trials)} known", flush=True)
    if not left:
        return trials
    with workshop() as shop:
        reached = _sound(shop)
        if reached is None:
            return None
        for mutant in left:
            if not reached.runs(mutant):
                trials[mutant] = Trial("unreached", FULL.name)
                record.put(mutant, trials[mutant])
        left = [mutant for mutant in left if mutant not in trials]
        print(f"{len(left)} to try: the suite runs nothing of the others", flush=True)

        def begun(mutant: Mutant, stage: Stage) -> None:
            if options.verbose:
                print(f"    {stage.name}: {mutant.name}", flush=True)

        for mutant, trial in try_all(shop, left, options.jobs, begun):
            record.put(mutant, trial)
            trials[mutant] = trial
            _tell(len(trials), len(mutants), mutant, trial)
    return trials


def _sound(shop: Workshop) -> Reached | None:
    """The lines that run when the suite judges the sandbox as it is; None when it is not found conformant."""
    for _ in range(_BASELINE_TRIES):
        trial, reached = traced(shop, FULL)
        _tell_baseline(trial)
        if trial.ending != "undecided":
            return reached if trial.ending == "survived" else None
    return None


def _tell_baseline(trial: Trial) -> None:
    clauses = " ".join(trial.clauses)
    print(
        f"no mutation, {trial.stage}: {trial.ending} in {trial.seconds:.0f} s {clauses} {trial.detail}",
        flush=True,
    )


def _tell(number: int, count: int, mutant: Mutant, trial: Trial) -> None:
    clauses = " ".join(trial.clauses)
    print(f"{number}/{count} {trial.ending} {mutant.name} {clauses} {trial.seconds:.0f} s", flush=True)
    if trial.detail:
        print(f"    {trial.detail}", flush=True)


def _is_chosen(name: str, wanted: list[str]) -> bool:
    return not wanted or any(each in name for each in wanted)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m mutation", description=__doc__)
    parser.add_argument("--sample", type=int, metavar="N", help="try N mutants only, drawn by the seed")
    parser.add_argument(
        "--seed", default="0", help="what draws the sample and the order (default: %(default)s)"
    )
    parser.add_argument("-n", "--jobs", type=int, default=1, help="trials at a time (default: %(default)s)")
    parser.add_argument(
        "--module", action="append", default=[], metavar="TEXT", help="modules whose names hold this only"
    )
    parser.add_argument(
        "--record", type=Path, default=ROOT / ".mutation.sqlite", metavar="FILE",
        help="where results are kept, so that a run goes on where another stopped (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument("--again", action="store_true", help="try those again that were not seen")
    parser.add_argument(
        "--at-least", type=float, default=0.0, metavar="SHARE", help="exit with 1 below this score, of 1"
    )
    parser.add_argument("-v", "--verbose", action="store_true", help="name each trial when it begins")
    return parser


if __name__ == "__main__":
    sys.exit(main())
