"""A failed clause that follows from another one says from which, and stays failed."""

from __future__ import annotations

import json
from dataclasses import replace

from cynod_conformance.observe import Exchange, Request, Response, Seen
from cynod_conformance.report.story import follows
from cynod_conformance.reproduction.redaction import Redactor
from cynod_conformance.results.causes import with_causes
from cynod_conformance.results.recorder import ResultRecorder
from cynod_conformance.results.status import Result
from cynod_conformance.results.verdict import verdict
from cynod_spec import load_contract

CONTRACT = load_contract()
FORM, RIGHT, OTHER = "ENV-2", "AUZ-1", "CAT-4"  # a clause that observers judge, and two that probes judge
REFUSED = CONTRACT.code("insufficient-scope")
MEMBER = next(
    worn.member("code").path[-1]  # type: ignore[union-attr]  # each envelope of the document has a code
    for worn in CONTRACT.envelopes.values()
    if worn.member("code")
)


def exchange(id: str, phase: str, code: object = REFUSED.value) -> Exchange:
    """A refusal in the experiments of *phase*; as a number, its code cannot be read."""
    body = json.dumps({MEMBER: code}).encode()
    return Exchange(id, None, Request("GET", "http://127.0.0.1:1/x"), Response(403, (), body), phase)


class Run:
    """A recorder, and what became of the three clauses."""

    def __init__(self) -> None:
        self.recorder = ResultRecorder(Redactor())

    def probed(self, clause: str, id: str, code: object = REFUSED.value, expected: str = "") -> Exchange:
        """The probe of *clause* failed on an answer."""
        made = exchange(id, f"probe {clause}", code)
        self.recorder.failed(clause, id, expected or f"403 {REFUSED.value}", "403", made)
        return made

    def observed(self, clause: str, seen: Exchange) -> None:
        """An observer found *clause* broken in an exchange."""
        self.recorder.observed(clause, Seen("seen", "a number", "a text"), seen)

    def results(self, **cases: int) -> dict[str, Result]:
        """What became of each clause that failed; *cases* are those of each clause, by default one."""
        made = []
        for clause in CONTRACT.clauses:
            result = self.recorder.result(clause, ["probe once"], True, None)
            made.append(replace(result, expected=cases.get(clause.id.replace("-", "_"), 1)))
        found = with_causes(CONTRACT, self.recorder, made)
        assert verdict(found).because == verdict(made).because  # nothing that failed is hidden
        return {result.clause.id: result for result in found if result.status == "failed"}


def cause(result: Result) -> str:
    return result.caused_by.clause if result.caused_by else ""


def test_a_refusal_that_cannot_be_read_breaks_first_what_its_form_promises() -> None:
    run = Run()
    for id, clause in (("1", RIGHT), ("2", OTHER)):
        run.observed(FORM, run.probed(clause, id, code=2100))
    run.observed(FORM, exchange("0", "preflight", 2100))
    found = run.results()
    assert {id: cause(result) for id, result in found.items()} == {FORM: "", RIGHT: FORM, OTHER: FORM}
    caused = found[RIGHT].caused_by
    assert caused is not None
    assert caused.failure == found[FORM].failures[0].id
    assert follows(caused).fr.startswith(f"suite de {FORM} :")


def test_what_is_broken_only_where_another_clause_fails_follows_from_it() -> None:
    run = Run()
    run.probed(RIGHT, "1")
    run.observed(FORM, exchange("2", f"probe {RIGHT}"))
    assert {id: cause(result) for id, result in run.results().items()} == {FORM: RIGHT, RIGHT: ""}


def test_what_is_broken_elsewhere_too_stands_alone() -> None:
    run = Run()
    run.probed(RIGHT, "1")
    run.observed(FORM, exchange("2", f"probe {RIGHT}"))
    run.observed(FORM, exchange("3", f"probe {OTHER}"))  # which has not failed
    assert {id: cause(result) for id, result in run.results().items()} == {FORM: "", RIGHT: ""}


def test_a_refusal_that_can_be_read_is_told_by_what_was_sent() -> None:
    run = Run()
    run.observed(FORM, run.probed(RIGHT, "1"))
    assert {id: cause(result) for id, result in run.results().items()} == {FORM: RIGHT, RIGHT: ""}


def test_of_two_that_expect_the_same_code_the_more_particular_one_is_the_cause() -> None:
    run = Run()
    run.probed(RIGHT, "1")
    run.probed(OTHER, "2")
    assert cause(run.results(CAT_4=40)[OTHER]) == RIGHT
    assert cause(run.results(AUZ_1=40)[RIGHT]) == OTHER
    assert {cause(result) for result in run.results().values()} == {""}


def test_an_expectation_without_a_code_ties_nothing_together() -> None:
    run = Run()
    run.probed(RIGHT, "1", expected="a success")
    run.probed(OTHER, "2", expected="a success")
    assert cause(run.results(CAT_4=40)[OTHER]) == ""


def test_a_failure_of_another_kind_stands_alone() -> None:
    run = Run()
    run.probed(RIGHT, "1")
    run.probed(OTHER, "2")
    run.probed(OTHER, "3", expected="a success")
    assert cause(run.results(CAT_4=40)[OTHER]) == ""
