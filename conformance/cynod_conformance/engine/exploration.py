"""The engine's part of a run: the corpus, made or found, is replayed; then sequences are tried live."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cynod_conformance.base.outcomes import BudgetSpent, Outcome
from cynod_conformance.base.phases import LIVE, Phase
from cynod_conformance.engine.cases import Corpus
from cynod_conformance.engine.corpus_store import Store, folder, name_of
from cynod_conformance.engine.prepared_document import prepared
from cynod_conformance.engine.replay import Replay
from cynod_conformance.experiment.context import TestContext
from cynod_conformance.results.recorder import ENGINE, ResultRecorder
from cynod_spec.model import Operation

NOWHERE = "http://cynod.invalid"  # RFC 6761: no such host exists, and none is asked


@dataclass(frozen=True)
class Exploration:
    """How the engine's phases are run: ``jobs`` operations at a time, corpora kept in ``cache``.

    Without ``cache`` the user's own folder is used; with ``keeps`` off, none is read or written.
    """

    seed: int
    phases: Sequence[Phase]
    jobs: int = 1
    cache: Path | None = None
    keeps: bool = True

    def run(self, context: TestContext, operations: Sequence[Operation], recorder: ResultRecorder) -> None:
        """Explore *operations*; the token endpoint is left out, for it may lock a partner out."""
        chosen = {o.id: o for o in operations if not o.is_oauth}
        callers = authorize(context, chosen)
        chosen = {id: o for id, o in chosen.items() if id in callers}
        if not chosen:
            return
        try:
            corpus = self.corpus(context, set(chosen))
            whole = Replay(context, chosen, callers, recorder, self.jobs).run(corpus)
            if LIVE in self.phases:
                from cynod_conformance.engine.stateful_phase import live

                whole = live(context, chosen, callers, self.seed, recorder) and whole
        except BudgetSpent as spent:
            recorder.gap(ENGINE, "engine", "not_exercised", spent)
            return
        if whole:
            recorder.exercised(ENGINE, "engine")

    def corpus(self, context: TestContext, ids: set[str]) -> Corpus:
        """The cases of the phases that are replayed: the ones kept, else new ones. Raises BudgetSpent."""
        phases = [phase for phase in self.phases if phase != LIVE]
        document = prepared(context.contract.document, ids, NOWHERE)
        store = Store(self.cache or folder()) if self.keeps else None
        name = name_of(document, self.seed, phases)
        found = store.read(name) if store else None
        if found is None:
            from cynod_conformance.engine.generate import generate

            found = generate(document, NOWHERE, self.seed, phases, context.target.budget)
            if store:
                store.write(name, found)
        return found


def authorize(context: TestContext, chosen: Mapping[str, Operation]) -> dict[str, str]:
    """Operation id → the caller's name; operations that nobody may call are left out."""
    found = {}
    for id, operation in chosen.items():
        if operation.public:
            found[id] = ""
            continue
        try:
            found[id] = context.caller(operation)
        except Outcome:
            continue
    return found
