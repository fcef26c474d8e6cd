"""Which failed clause follows from which other one, by the evidence of the run; every one stays failed.

- The *same answer*: an observer found the very answers broken on which a probe failed. The observer's clause
  is the cause, unless the answer is a refusal that can be read: then what the probe sent explains more.
- *Only there*: an observer found a clause broken nowhere but in experiments of other clauses that failed.
  Those are the cause: a negative balance that is seen only after an overdraft.
- *Alike*: every failure expected the same code and received the same answer as one of another clause. The
  clause that ranges over fewer cases is the cause: it is the more particular one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from cynod_conformance.base.phases import PROBE
from cynod_conformance.observe.answers import code_in
from cynod_conformance.observe.exchange import Exchange
from cynod_conformance.results.recorder import ResultRecorder
from cynod_conformance.results.status import Cause, Result
from cynod_conformance.text.messages import both
from cynod_spec.model import Contract


def with_causes(contract: Contract, recorder: ResultRecorder, results: Sequence[Result]) -> list[Result]:
    """*results*, of which each failed one that follows from another says from which and why."""
    causes = Causes(contract, recorder, results).found()
    return [replace(result, caused_by=causes.get(result.clause.id)) for result in results]


class Causes:
    """Looks for the causes of failed clauses."""

    def __init__(self, contract: Contract, recorder: ResultRecorder, results: Sequence[Result]) -> None:
        self._contract, self._recorder = contract, recorder
        self._failed = {result.clause.id: result for result in results if result.status == "failed"}
        self._causes: dict[str, Cause] = {}

    def found(self) -> dict[str, Cause]:
        """Each clause that follows from another one, and its cause, which follows from none."""
        for clause in self._failed:
            self._put(clause, self._same_answer(clause), "cause-same-answer")
        for clause in self._failed:
            self._put(clause, self._only_there(clause), "cause-only-there")
        for clause in self._failed:
            self._put(clause, self._alike(clause), "cause-alike")
        return {clause: self._of_root(clause) for clause in self._causes}

    def _put(self, clause: str, cause: str | None, why: str) -> None:
        if cause is None or clause in self._causes or self._root(cause) == clause:
            return
        self._causes[clause] = Cause(cause, self._failed[cause].failures[0].id, both(why, clause=cause))

    def _root(self, clause: str) -> str:
        while clause in self._causes:
            clause = self._causes[clause].clause
        return clause

    def _of_root(self, clause: str) -> Cause:
        """The cause of *clause*; for what follows from a consequence, the cause of that one."""
        cause = self._causes[clause]
        root = self._root(clause)
        return cause if root == cause.clause else replace(cause, clause=root, failure=self._first(root))

    def _first(self, clause: str) -> str:
        return self._failed[clause].failures[0].id

    def _exchanges(self, clause: str) -> list[Exchange]:
        """The exchanges on which *clause* failed."""
        return [self._recorder.failing[failure.id] for failure in self._failed[clause].failures]

    def _is_probed(self, clause: str) -> bool:
        """Whether only the probe of *clause* found it broken."""
        return clause not in self._recorder.broken and all(
            exchange.phase == phase_of(clause) for exchange in self._exchanges(clause)
        )

    def _same_answer(self, clause: str) -> str | None:
        if not self._is_probed(clause):
            return None
        exchanges = self._exchanges(clause)
        for other in self._failed:
            seen = self._recorder.broken.get(other, {})
            if other == clause or not all(exchange.id in seen for exchange in exchanges):
                continue
            if self._is_seen_elsewhere(other) or not all(map(self._is_readable_refusal, exchanges)):
                return other
        return None

    def _only_there(self, clause: str) -> str | None:
        if clause not in self._recorder.broken or self._is_seen_elsewhere(clause):
            return None
        return next(self._suspects(clause), None)

    def _suspects(self, clause: str) -> Iterator[str]:
        """The other failed clauses in whose experiments *clause* was found broken."""
        phases = set(self._recorder.broken[clause].values())
        return (other for other in self._failed if other != clause and phase_of(other) in phases)

    def _is_seen_elsewhere(self, clause: str) -> bool:
        """Whether *clause* was found broken outside the experiments of other clauses that failed."""
        phases = set(self._recorder.broken[clause].values())
        return not phases <= {phase_of(other) for other in self._failed if other != clause}

    def _is_readable_refusal(self, exchange: Exchange) -> bool:
        return exchange.response.status >= 400 and code_in(self._contract, exchange) is not None

    def _alike(self, clause: str) -> str | None:
        if not self._is_probed(clause):
            return None
        mine = {(f.expected.fr, f.got.fr) for f in self._failed[clause].failures}
        if not all(any(code.value in expected for code in self._contract.codes) for expected, _ in mine):
            return None  # "a success" was expected of many things
        alike = [
            other
            for other, result in self._failed.items()
            if other != clause
            and result.expected < self._failed[clause].expected
            and mine <= {(f.expected.fr, f.got.fr) for f in result.failures}
        ]
        return min(alike, key=lambda other: self._failed[other].expected, default=None)


def phase_of(clause: str) -> str:
    """The phase of the experiments of *clause*."""
    return f"{PROBE} {clause}"
