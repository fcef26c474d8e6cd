"""The record of a run: Cosmic Ray's database of work, so that a run goes on where another stopped."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from difflib import unified_diff
from pathlib import Path

from cosmic_ray.work_db import WorkDB
from cosmic_ray.work_item import MutationSpec, TestOutcome, WorkerOutcome, WorkItem, WorkResult

from mutation.mutants import ROOT, Mutant
from mutation.trial import Trial

_OUTCOMES = {
    "killed": TestOutcome.KILLED,
    "survived": TestOutcome.SURVIVED,
    "undecided": TestOutcome.SURVIVED,
    "timeout": TestOutcome.SURVIVED,
    "unreached": TestOutcome.SURVIVED,
    "refused": TestOutcome.INCOMPETENT,
    "crashed": TestOutcome.INCOMPETENT,
}


class Record:
    """What is known of mutants, by their ids, in the file at *path*; ``cr-report`` reads it too."""

    def __init__(self, path: Path) -> None:
        self._database = WorkDB(str(path), WorkDB.Mode.create)
        self._known = {item.job_id for item in self._database.work_items}

    def close(self) -> None:
        """Leave the file to others."""
        self._database.close()

    def add(self, mutants: Iterable[Mutant]) -> None:
        """Take up *mutants*, of which those that are there stay as they are."""
        new = [mutant for mutant in mutants if mutant.id not in self._known]
        self._database.add_work_items([WorkItem.single(mutant.id, _specification(mutant)) for mutant in new])
        self._known.update(mutant.id for mutant in new)

    def put(self, mutant: Mutant, trial: Trial) -> None:
        """Store how the trial of *mutant* ended, in the place of an earlier one."""
        self._database.set_result(
            mutant.id,
            WorkResult(
                worker_outcome=WorkerOutcome.NORMAL,
                test_outcome=_OUTCOMES[trial.ending],
                output=json.dumps(asdict(trial)),
                diff=_diff(mutant),
            ),
        )

    def trials(self) -> dict[str, Trial]:
        """Id of a mutant → how its trial ended, of all that are done."""
        return dict(self._done())

    def _done(self) -> Iterator[tuple[str, Trial]]:
        for id, result in self._database.results:
            told = json.loads(result.output)
            yield id, Trial(**{**told, "clauses": tuple(told["clauses"])})


def _specification(mutant: Mutant) -> MutationSpec:
    return MutationSpec(
        module_path=mutant.module.path.relative_to(ROOT),
        operator_name=mutant.operator,
        occurrence=mutant.occurrence,
        start_pos=mutant.start,
        end_pos=mutant.end,
        definition_name=mutant.function,
    )


def _diff(mutant: Mutant) -> str:
    file = mutant.module.path.relative_to(ROOT).as_posix()
    before, after = mutant.module.source.splitlines(), mutant.source.splitlines()
    return "\n".join(unified_diff(before, after, f"a/{file}", f"b/{file}", lineterm="", n=1))
