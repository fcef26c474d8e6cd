"""Every report of one run, made in code, is what it was: ``tests/golden/reports/``."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from cross_room.golden import Golden

from cynod_conformance.base.outcomes import PreconditionMissing
from cynod_conformance.experiment.scope import Scope
from cynod_conformance.observe import Exchange, Request, Response
from cynod_conformance.report import console, facts, junit, sarif, scripts
from cynod_conformance.report import html as page
from cynod_conformance.report import json as document
from cynod_conformance.reproduction.exchange_log import ExchangeLog
from cynod_conformance.reproduction.redaction import Redactor
from cynod_conformance.results.recorder import ResultRecorder
from cynod_conformance.results.scenario_result import ScenarioResult, StepResult
from cynod_conformance.results.status import Result
from cynod_conformance.results.verdict import verdict
from cynod_conformance.results.waivers import Waiver, waive
from cynod_conformance.runner.cleanup import Leftover
from cynod_conformance.runner.options import RunOptions
from cynod_conformance.runner.run import Run
from cynod_conformance.text.messages import both
from cynod_conformance.text.phrase import phrase
from cynod_spec import load_contract
from cynod_spec.i18n.translations import Language
from cynod_spec.model import Contract, Operation, Text

ROOT = Path(__file__).parents[1]
DOCUMENT = ROOT / "spec/tests/documents/example/openapi.yaml"
SERVER = "https://api.example.org"
BEGAN = dt.datetime(2026, 11, 24, 9, 30, tzinfo=dt.UTC)


def answered(operation: Operation, status: int, body: bytes, seconds: float = 0.012) -> Exchange:
    """A call of *operation* and its answer, with a secret in the request."""
    request = Request(
        operation.method,
        SERVER + operation.path,
        (("Authorization", "Bearer token-that-nobody-may-read"), ("Accept", "application/json")),
    )
    response = Response(status, (("Content-Type", "application/json"),), body, seconds)
    return Exchange("1", operation, request, response, "probe", "primary")


def results_of(contract: Contract, recorder: ResultRecorder) -> list[Result]:
    """A clause for each way to end: failed, passed, waived, not exercised, error of the suite, unchecked."""
    failed, passed, waived, left, crashed, unchecked = contract.clauses
    exchange = answered(contract.operations[-1], 500, b'{"error": "Temp\xc3\xaate \\u0000 <b>"}')
    for each in (exchange, answered(contract.operations[-1], 200, b"{}", 0.5)):
        recorder.coverage.count(each, None)
        recorder.latencies.count(each)
    recorder.failed(failed.id, "a case", phrase("either", one="200", other="404"), "500 <b>", exchange)
    recorder.exercised(passed.id, "once")
    recorder.failed(waived.id, "another case", "200", "500", exchange)
    recorder.gap(left.id, "once", "not_exercised", PreconditionMissing("no-credential", name="other"))
    recorder.errors[crashed.id] = phrase("crashed", error="KeyError", check=crashed.id, case="once")
    found = [recorder.result(clause, ["probe once"], True, None) for clause in (failed, passed, waived, left)]
    found.append(recorder.result(crashed, ["probe once"], True, None))
    found.append(recorder.result(unchecked, None, True, both("budget")))
    return waive(found, [Waiver(waived.id, dt.date.max, "ticket 12")])


def scenarios() -> tuple[ScenarioResult, ...]:
    """One that passed and one that failed."""
    step = StepResult("ask", Text("Demander", "Ask"), "GET /alive", "passed")
    broken = StepResult(
        *("pay", Text("Payer", "Pay"), "POST /passes", "failed", 2),
        expected=Text("statut 201", "status 201"),
        got=Text("statut 500", "status 500"),
        curl="curl https://api.example.org/passes",
        lines=("curl https://api.example.org/passes",),
    )
    return (
        ScenarioResult("alive", Text("Vivant", "Alive"), "passed", (step,)),
        ScenarioResult("buy", Text("Acheter", "Buy"), "failed", (step, broken)),
    )


@pytest.fixture(scope="module")
def run() -> Run:
    contract = load_contract(str(DOCUMENT))
    redactor = Redactor()
    redactor.add("token-that-nobody-may-read", "token_primary")
    recorder = ResultRecorder(redactor, ExchangeLog("0123456789"))
    results, found = results_of(contract, recorder), scenarios()
    options = RunOptions(
        scope=Scope(profile="protocol"), seed=7, aimed=(SERVER, "--config", "my cynod.toml"), language="fr"
    )
    return Run(
        *(contract, SERVER, options, BEGAN, BEGAN + dt.timedelta(seconds=4), 42),
        *(tuple(results), verdict(results, scenarios=found), recorder),
        leftovers=(Leftover("create", "pass", "P-1", "primary", "XOF", 0),),
        scenarios=found,
    )


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a report is written; the versions of the tools, which reports name, are no part of it."""
    monkeypatch.setattr(facts, "tools", lambda: dict.fromkeys((*facts.TOOLS, "python"), "VERSION"))
    monkeypatch.setattr(document, "tools", facts.tools)
    monkeypatch.setattr(sarif, "tool", lambda name: "VERSION")
    return tmp_path


def normalised(text: str, run: Run, folder: Path) -> str:
    """*text* without what differs between two checkouts or follows from the document's octets."""
    text = text.replace(str(folder), "FOLDER").replace(str(ROOT), "ROOT")
    return text.replace(run.contract.sha256, "SHA256")


def test_report_json(run: Run, folder: Path, golden: Golden) -> None:
    text = document.write(run, folder).read_text(encoding="utf-8")
    assert json.loads(text)["verdict"] == run.verdict.name
    golden.check("reports/report.json", normalised(text, run, folder))


def test_junit(run: Run, folder: Path, golden: Golden) -> None:
    text = junit.write(run, folder).read_text(encoding="utf-8")
    golden.check("reports/junit.xml", normalised(text, run, folder))


def test_sarif(run: Run, folder: Path, golden: Golden) -> None:
    text = sarif.write(run, folder).read_text(encoding="utf-8")
    golden.check("reports/report.sarif", normalised(text, run, folder))


def test_html(run: Run, folder: Path, golden: Golden) -> None:
    """The page without its style and its script, which are files of their own."""
    text = page.write(run, folder).read_text(encoding="utf-8")
    text = re.sub(r"(?s)(<(style|script)[^>]*>).*?(</\2>)", r"\1\3", text)
    text = re.sub(r"sha256-[A-Za-z0-9+/=]+", "sha256-HASH", text)
    golden.check("reports/report.html", normalised(text, run, folder))


def test_lines_of_bash(run: Run, folder: Path, golden: Golden) -> None:
    scripts.write(run, folder)
    files = sorted((folder / scripts.FOLDER).iterdir())
    text = "\n".join(f"== {file.name}\n{file.read_text(encoding='utf-8')}" for file in files)
    golden.check("reports/curl.txt", normalised(text, run, folder))


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_verdict_on_a_terminal(
    run: Run, folder: Path, golden: Golden, capsys: pytest.CaptureFixture[str], language: Language
) -> None:
    console.show(replace(run, options=replace(run.options, language=language)), folder, verbose=True)
    golden.check(f"reports/console.{language}.txt", normalised(capsys.readouterr().out, run, folder))
