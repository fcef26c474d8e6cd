"""What the page and the list of scenarios are made of, from results made by hand."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from cynod_conformance.observe.exchange import Exchange, Request, Response
from cynod_conformance.report import page, scenarios
from cynod_conformance.reproduction.redaction import Redactor
from cynod_conformance.results.recorder import ResultRecorder
from cynod_conformance.results.scenario_result import ScenarioResult, StepResult
from cynod_conformance.results.status import Result, Status
from cynod_conformance.text.messages import UNSAID, both
from cynod_spec import load_contract
from cynod_spec.model import Text

CONTRACT = load_contract()
CLAUSES = {clause.id: clause for clause in CONTRACT.clauses}
BUDGET, INTERRUPTED = both("budget"), both("interrupted")


def result(id: str, status: Status, reason: Text = UNSAID) -> Result:
    return Result(CLAUSES[id], status, reason=reason)


def run(*results: Result, **more: Any) -> Any:
    return SimpleNamespace(results=results, **more)


RUN = run(
    result("ENV-1", "failed"),
    result("ENV-2", "inconclusive", BUDGET),
    result("ENV-3", "failed"),
    result("IDE-1", "failed"),
    result("IDE-2", "error", INTERRUPTED),
    result("IDE-4", "not_exercised", BUDGET),
    result("IDE-5", "inconclusive", BUDGET),
    result("TOK-1", "passed"),
    result("TOK-2", "not_applicable", BUDGET),
)


def test_failures_stand_by_group() -> None:
    groups = page.failed(RUN)
    assert [(each.name, [r.clause.id for r in each.results]) for each in groups] == [
        ("ENV", ["ENV-1", "ENV-3"]),
        ("IDE", ["IDE-1"]),
    ]


def test_what_is_open_stands_by_its_reason_the_gravest_first() -> None:
    open_ = page.left_open(RUN)
    assert [(each.status, each.reason, [r.clause.id for r in each.results]) for each in open_] == [
        ("error", INTERRUPTED, ["IDE-2"]),
        ("inconclusive", BUDGET, ["ENV-2", "IDE-5"]),
        ("not_exercised", BUDGET, ["IDE-4"]),
    ]
    ids = page.anchored(page.failed(RUN), open_)
    assert ids == {r.clause.id for r in RUN.results} - {"TOK-1", "TOK-2"}


def test_each_status_that_occurs_is_counted_in_order() -> None:
    assert page.counts(RUN) == [
        ("failed", 3), ("error", 1), ("inconclusive", 2), ("not_exercised", 1), ("passed", 1),
        ("not_applicable", 1),
    ]  # fmt: skip


def test_the_coverage_sums_what_each_operation_answered() -> None:
    recorder = ResultRecorder(Redactor())
    read, listing = CONTRACT.find("read", "balance"), CONTRACT.find("list", "entry")
    assert read
    assert listing
    for operation, status in ((read, 200), (read, 200), (read, 404), (listing, 200)):
        sent = Request("GET", f"http://t{operation.path}")
        recorder.coverage.count(Exchange("1", operation, sent, Response(status), "probe"), None)
    seen = page.coverage(run(recorder=recorder))
    assert {each.operation: dict(each.statuses) for each in seen} == {
        read.key: {200: 2, 404: 1},
        listing.key: {200: 1},
    }
    assert {"operation", "count"} & set(page.columns(seen)) == set()
    assert "status" in page.columns(seen)


STEPS = (
    StepResult("token", Text("T"), "POST /token", "passed"),
    StepResult("again", Text("A"), "GET /a", "passed", attempts=3),
    StepResult("lost", Text("L"), "POST /l", "lost"),
    StepResult("other", Text("O"), "GET /o", "recovered", expected=Text("oui", "yes"), got=Text("non", "no")),
    StepResult(
        "pay", Text("P"), "POST /p", "failed", expected=Text("payé", "paid"), got=Text("402", "402"),
        curl="curl http://t/p", lines=("set -e", "curl http://t/p"),
    ),
)  # fmt: skip
SCENARIO = ScenarioResult("buy", Text("Acheter", "Buy"), "failed", STEPS, reason=BUDGET)


def test_a_scenario_is_printed_step_by_step(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scenarios.show([SCENARIO], tmp_path, "en")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("buy ")
    assert lines[0].endswith(" Buy")
    assert BUDGET.en in lines[1]
    steps = [line.split()[:2] for line in lines if " · " in line]
    assert steps == [["✓", "token"], ["✓", "again"], ["…", "lost"], ["↷", "other"], ["✗", "pay"]]
    assert "3" in next(line for line in lines if "again" in line)
    assert [line.strip() for line in lines if "yes" in line or "paid" in line] == [
        "expected: yes",
        "expected: paid",
    ]
    assert lines[-2].strip() == "curl http://t/p"
    assert str(tmp_path) in lines[-1]


def test_a_scenario_in_json_has_every_step() -> None:
    (found,) = scenarios.as_json([SCENARIO])
    assert (found["id"], found["status"], found["judged"]) == ("buy", "failed", True)
    assert found["summary"] == {"fr": "Acheter", "en": "Buy"}
    assert found["reason"] == BUDGET.en
    assert [step["id"] for step in found["steps"]] == [step.id for step in STEPS]
    assert found["steps"][-1] == {
        "id": "pay", "operation": "POST /p", "status": "failed", "attempts": 1, "expected": "paid",
        "got": "402", "curl": "curl http://t/p", "lines": ["set -e", "curl http://t/p"],
    }  # fmt: skip
