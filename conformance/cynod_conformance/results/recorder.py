"""Counts what each clause saw during a run, and says at the end what became of it."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace

from cynod_conformance.base.outcomes import Outcome
from cynod_conformance.observe import Exchange, Request, Response, Seen
from cynod_conformance.reproduction.commands import curl
from cynod_conformance.reproduction.exchange_log import ExchangeLog
from cynod_conformance.reproduction.redaction import Redactor
from cynod_conformance.reproduction.script import placed_script
from cynod_conformance.reproduction.steps import Describe, answer_status, steps
from cynod_conformance.results.coverage import Coverage
from cynod_conformance.results.latency import Latencies
from cynod_conformance.results.status import Failure, Result, Status
from cynod_conformance.text.messages import UNSAID, told
from cynod_conformance.text.phrase import Phrase, Said, phrase
from cynod_spec.model import Clause, Text

MAX_KEPT_FAILURES = 5  # failures of one clause that are kept whole
MAX_FACT_CHARS = 500  # characters of what was expected, of what came and of a reason
ENGINE = "VAL-9"  # the clause that an engine which stops early leaves open
LEDGER_CLAUSE = "STA-5"  # the clause that a ledger which stops early leaves open
TWICE = frozenset({"ROB-1"})  # judged only when the same case fails twice


class ResultRecorder:
    """The evidence of one run."""

    def __init__(
        self,
        redactor: Redactor,
        exchange_log: ExchangeLog | None = None,
        describe: Describe = answer_status,
    ) -> None:
        self.describe = describe  # what says status and code of an answer
        self.redactor, self.exchange_log = redactor, exchange_log or ExchangeLog()
        self.seen: defaultdict[str, set[str]] = defaultdict(set)
        self.failures: defaultdict[str, list[Failure]] = defaultdict(list)
        self.gaps: defaultdict[str, dict[str, tuple[Status, Outcome]]] = defaultdict(dict)
        self.left_out: defaultdict[str, set[str]] = defaultdict(set)  # cases outside the chosen tier
        self.errors: dict[str, Phrase] = {}
        self.coverage = Coverage()
        self.latencies = Latencies()
        self.stopped: Outcome | None = None  # why the run ended before its end
        self.condemned: defaultdict[str, set[str]] = defaultdict(set)  # exchange → clauses seen broken in it
        # observed clause → exchange in which it was broken → phase of that exchange
        self.broken: defaultdict[str, dict[str, str]] = defaultdict(dict)
        self.failing: dict[str, Exchange] = {}  # id of a failure → the exchange that shows it
        self._once: Counter[tuple[str, str]] = Counter()

    def observed(self, clause: str, seen: Seen, exchange: Exchange) -> None:
        """An observer looked at one case."""
        self.seen[clause].add(f"observe {seen.case}")
        if not seen.problem:
            return
        self.condemned[exchange.id].add(clause)
        if clause in TWICE:
            self._once[clause, seen.case] += 1
            if self._once[clause, seen.case] < 2:
                return
        self.broken[clause][exchange.id] = exchange.phase
        self.failed(clause, seen.case, seen.expected, seen.problem, exchange)

    def exercised(self, clause: str, case: str) -> None:
        """A probe finished one case."""
        self.seen[clause].add(f"probe {case}")

    def gap(self, clause: str, case: str, status: Status, why: Outcome) -> None:
        """A probe could not finish one case."""
        self.gaps[clause].setdefault(f"probe {case}", (status, why))

    def leave_out(self, clause: str, case: str) -> None:
        """The risk tier allows nothing that a case's experiment would need."""
        self.left_out[clause].add(f"probe {case}")

    def failed(
        self, clause: str, case: str, expected: Said, got: Said, exchange: Exchange, note: Said = ""
    ) -> None:
        """A clause did not hold. Only the first of like failures is kept.

        *note* says what matters in the request, such as a value and its bound.
        """
        clean, wanted, seen = self.redactor.text, self._clean(expected), self._clean(got)
        known = self.failures[clause]
        operation = exchange.label if exchange.operation else clean(exchange.label)
        like = any(f.operation == operation and f.expected == wanted for f in known)
        if like or len(known) >= MAX_KEPT_FAILURES:
            return
        text = f"{clause} {exchange.label} {case}".encode("utf-8", "replace")
        id = f"{clause}.{hashlib.sha256(text).hexdigest()[:8]}"
        lines, places = placed_script(self.exchange_log, self.redactor, exchange)
        twins = sum(f.id.startswith(id) for f in known)
        id = f"{id}.{twins + 1}" if twins else id
        self.failing[id] = exchange
        known.append(
            Failure(
                id=id,
                clause=clause,
                operation=operation,
                case=clean(case),
                expected=wanted,
                got=seen,
                request=self._request(exchange.request),
                response=self._response(exchange.response),
                curl=curl(exchange, self.redactor),
                lines=lines,
                steps=steps(self.exchange_log, self.redactor, exchange, places, self.describe),
                note=self._clean(note),
            )
        )

    def forget(self, clause: str, case: str) -> None:
        """Drop the failures of *clause* in *case*: a shorter way to them was found."""
        self.failures[clause] = [f for f in self.failures[clause] if f.case != case]

    def _clean(self, said: Said) -> Text:
        """What was said, redacted and cut, in both languages."""
        text = told(self.redactor.said(said))
        return Text(text.fr[:MAX_FACT_CHARS], text.en[:MAX_FACT_CHARS])

    def _request(self, request: Request) -> str:
        """What was sent, redacted, as a text to read."""
        return self._message(f"{request.method} {self.redactor.text(request.url)}", request)

    def _response(self, response: Response) -> str:
        """What came, likewise; without an answer its first line is empty."""
        return self._message(f"{response.status}" if response.status else "", response)

    def _message(self, first: str, message: Request | Response) -> str:
        fields = (f"{name}: {value}" for name, value in self.redactor.headers(message.headers))
        return "\n".join((first, *fields, "", self.redactor.body(message.body)))

    def result(
        self, clause: Clause, expected: Sequence[str] | None, judged: bool, outside: Text | None
    ) -> Result:
        """What became of *clause*. ``expected`` is None when nothing checks it."""
        if expected is None:
            return Result(clause, "unchecked", False, reason=outside or UNSAID)
        seen, gaps = self.seen[clause.id], self.gaps[clause.id]
        missing = tuple(sorted(c for c in expected if c not in seen))
        count = len(expected) - len(missing)

        def result(status: Status, reason: Text = UNSAID) -> Result:
            shown = tuple(self.redactor.text(c.partition(" ")[2]) for c in missing)
            kept = tuple(self.failures[clause.id])
            return Result(clause, status, judged, count, len(expected), shown, reason, kept)

        if self.failures[clause.id]:
            return result("failed")
        if clause.id in self.errors:
            return result("error", self._clean(self.errors[clause.id]))
        if outside is not None:
            return result("not_exercised", outside)
        if not expected and not seen:
            left_out = phrase("outside-tier", tier="write") if self.left_out[clause.id] else None
            return replace(
                result("not_exercised", self._clean(left_out or phrase("never-came"))), judged=False
            )
        if not missing:
            return result("passed")
        left = [gaps[c] for c in missing if c in gaps]
        for status in ("inconclusive", "not_exercised"):
            for found, why in left:
                if found == status:
                    return result(status, self._clean(why.said))
        if left and len(left) == len(missing):
            part: Status = "passed" if len(missing) < len(expected) else "not_applicable"
            return result(part, self._clean(left[0][1].said))
        if self.stopped is not None:
            return result("not_exercised", self._clean(self.stopped.said))
        shown = ", ".join(c.partition(" ")[2] for c in missing[:3]) + (" …" if len(missing) > 3 else "")
        return result("not_exercised", self._clean(phrase("cells-missing", what=shown)))
