"""Sends a corpus: each case grounded in the world as it is, by our own client, before our own observers."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby

from cynod_conformance.base.outcomes import BudgetSpent, NoAnswer, Outcome
from cynod_conformance.engine.cases import Case, Corpus
from cynod_conformance.engine.data_binding import DataBinding
from cynod_conformance.engine.exchanges import is_elsewhere, is_valid, tags
from cynod_conformance.experiment.context import TestContext
from cynod_conformance.http.errors import TransportError
from cynod_conformance.results.recorder import ENGINE, ResultRecorder
from cynod_conformance.text.phrase import Said
from cynod_spec.model import Operation


class Replay:
    """Sends cases to *chosen* operations, by id, as *callers*; ``jobs`` operations at a time."""

    def __init__(
        self,
        context: TestContext,
        chosen: Mapping[str, Operation],
        callers: Mapping[str, str],
        recorder: ResultRecorder,
        jobs: int,
    ) -> None:
        self._context, self._chosen, self._callers = context, chosen, callers
        self._recorder, self._jobs = recorder, jobs
        self._ground = DataBinding(context)
        self._over = threading.Event()
        self._whole = True

    def run(self, corpus: Corpus) -> bool:
        """Send every case, a phase after the other; whether each was answered. Gaps are put down."""
        for trouble in corpus.troubles:
            self._lost(trouble)
        for phase, cases in groupby(corpus.cases, key=lambda case: case.phase):
            self._context.target.phase = phase
            shares: dict[str, list[Case]] = {}
            for case in cases:
                if case.operation in self._chosen:
                    shares.setdefault(case.operation, []).append(case)
            self._share_out(list(shares.values()))
        return self._whole

    def _share_out(self, shares: Sequence[Sequence[Case]]) -> None:
        """The cases of one operation go one after another, whoever sends those of the others meanwhile."""
        if self._jobs == 1:
            for share in shares:
                self._work(share)
            return
        with ThreadPoolExecutor(self._jobs, "replay") as pool:
            try:
                for done in [pool.submit(self._work, share) for share in shares]:
                    done.result()
            except BaseException:  # an interrupt, too, ends the work of every thread
                self._over.set()
                raise

    def _work(self, share: Sequence[Case]) -> None:
        for case in share:
            if self._over.is_set():
                return
            try:
                self._send(self._chosen[case.operation], case)
            except BudgetSpent as spent:
                self._over.set()
                self._whole = False
                self._recorder.gap(ENGINE, "engine", "not_exercised", spent)
            except NoAnswer as lost:
                self._over.set()
                self._lost(lost.said)
            except Outcome as lost:
                self._lost(lost.said)
            except TransportError as error:
                self._lost(error.said)

    def _send(self, operation: Operation, case: Case) -> None:
        context = self._context
        case = case.grounded(operation.path, self._ground(operation, case.positive, case.phase))
        headers = [pair for pair in case.headers if pair[0].lower() != "authorization"]
        if not operation.public:
            headers.append(("Authorization", context.bearer(operation)))  # renewed when it nears its end
        elsewhere = is_elsewhere(case.path_parameters)
        context.target.send(
            case.method,
            context.target.url(case.target),
            headers=tuple(headers),
            body=case.content,
            operation=operation if case.method == operation.method else None,
            identity=self._callers[operation.id],
            valid=case.positive
            and not elsewhere
            and case.method == operation.method
            and is_valid(
                context,
                operation,
                case.query,
                case.target.partition("?")[2],
                headers,
                case.media_type,
                case.body,
            ),
            tags=tags(case.target, headers, elsewhere),
            octets=True,
        )

    def _lost(self, why: Said) -> None:
        self._whole = False
        self._recorder.gap(ENGINE, "engine", "inconclusive", Outcome("engine", why=why))
