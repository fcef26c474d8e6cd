"""Scenarios are run as Arazzo says: against a scripted server, and against the sandbox, whole and faulty."""

from __future__ import annotations

import json
import subprocess
import threading
import tomllib
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner, Result
from cross_room.lint_examples import FOLDER

from cynod_conformance.cli.conform_command import conform
from cynod_conformance.launch.sandbox_process import sandbox
from cynod_spec.workflows.reading import load

pytestmark = pytest.mark.lengthy

SCHEMA = json.loads((files("cynod_conformance.report") / "report.schema.json").read_text("utf-8"))
SECRET = "a-secret-of-the-shop-0123"
TOKEN = "a-token-of-the-shop-4567"
HEAD = """
arazzo: 1.0.1
info: {title: Essais, version: 1.0.0}
sourceDescriptions: [{name: bikes, url: ./openapi.yaml}]
x-cynod: {inputs: {key: consumer-key, secret: consumer-secret, fresh: fresh}}
components:
  inputs:
    shop:
      type: object
      required: [key, secret, fresh]
      properties: {key: {type: string}, secret: {type: string}, fresh: {type: string}, size: {default: 7}}
  failureActions:
    again:
      {name: again, type: retry, retryAfter: 0, retryLimit: 3, criteria: [{condition: $statusCode == 403}]}
workflows:
"""
TOKEN_STEP = """
      - stepId: token
        operationId: getToken
        requestBody:
          contentType: application/x-www-form-urlencoded
          payload: {grant_type: client_credentials, client_id: $inputs.key, client_secret: $inputs.secret}
        successCriteria: [{condition: $statusCode == 200}]
        outputs: {token: $response.body#/access_token}
"""
WORKFLOWS = {
    "retried": """
    inputs: {$ref: '#/components/inputs/shop'}
    steps:
      - stepId: list
        operationId: listPasses
        parameters: [{name: limit, in: query, value: $inputs.size}]
        successCriteria: [{condition: $statusCode == 200}]
        onFailure: [{reference: $components.failureActions.again}]
""",
    "exhausted": """
    steps:
      - stepId: read
        operationId: readPass
        parameters: [{name: passId, in: path, value: always refused}]
        successCriteria: [{condition: $statusCode == 200}]
        onFailure: [{reference: $components.failureActions.again}]
""",
    "recovered": """
    inputs: {$ref: '#/components/inputs/shop'}
    steps:
      - stepId: refused
        operationId: readPass
        parameters: [{name: passId, in: path, value: unknown}]
        successCriteria: [{condition: $statusCode == 200}]
        onSuccess: [{name: stop, type: end}]
        onFailure:
          - {name: elsewhere, type: goto, stepId: never, criteria: [{condition: $statusCode == 500}]}
          - {name: on, type: goto, stepId: token, criteria: [{condition: $statusCode == 404}]}
      - stepId: never
        operationId: readHealth
        successCriteria: [{condition: $statusCode == 500}]
"""
    + TOKEN_STEP
    + """
      - stepId: issue
        operationId: issuePass
        parameters:
          - {name: Authorization, in: header, value: 'Bearer {$steps.token.outputs.token}'}
          - {name: Retry-Key, in: header, value: 'k{$inputs.fresh}'}
        requestBody:
          contentType: application/json
          payload: {price: {units: 1, currency: XOF}}
          replacements: [{target: /price/units, value: 1500}]
        successCriteria:
          - condition: $statusCode == 201 && $request.body#/price/units == $response.body#/data/price/units
          - {context: $response.header.Location, type: regex, condition: ^/passes/}
        outputs: {passId: $response.body#/data/passId}
    outputs: {passId: $steps.issue.outputs.passId}
""",
    "nested": """
    dependsOn: [recovered]
    inputs: {$ref: '#/components/inputs/shop'}
    steps:
      - stepId: inner
        workflowId: recovered
        parameters:
          - {name: key, value: $inputs.key}
          - {name: secret, value: $inputs.secret}
          - {name: fresh, value: $inputs.fresh}
        outputs: {id: $outputs.passId}
      - stepId: read
        operationId: readPass
        parameters: [{name: passId, in: path, value: $steps.inner.outputs.id}]
        successCriteria:
          - context: $response.body#/data
            type: jsonpath
            condition: $[?@.passId == {$workflows.recovered.outputs.passId}]
""",
    "dependent": """
    dependsOn: [exhausted]
    steps: [{stepId: health, operationId: readHealth}]
""",
    "unanswered": """
    steps:
      - stepId: gone
        operationId: readPass
        parameters: [{name: passId, in: path, value: cut}]
      - {stepId: health, operationId: readHealth}
""",
    "ended": """
    steps:
      - stepId: health
        operationPath: '{$sourceDescriptions.bikes.url}#/paths/~1alive/get'
        onSuccess: [{name: enough, type: end}]
        outputs: {nothing: $response.body#/data/state}
      - stepId: never
        operationId: readHealth
        successCriteria: [{condition: $statusCode == 500}]
""",
    "endless": """
    steps:
      - stepId: health
        operationId: readHealth
        onSuccess: [{name: round, type: goto, stepId: health}]
""",
}


class Bikes(BaseHTTPRequestHandler):
    """A server that plays what each workflow needs."""

    protocol_version = "HTTP/1.1"
    refusals: dict[str, int]  # path → how often it is refused before it is served
    seen: list[tuple[str, str, bytes]]  # method, path and body of each request

    def reply(self) -> None:
        """Answer as the path asks."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.seen.append((self.command, self.path, body))
        if self.path == "/passes/cut":
            self.close_connection = True
            return
        left = self.refusals.get(self.path.partition("?")[0], 0)
        self.refusals[self.path.partition("?")[0]] = left - 1
        done = {"ok": True, "code": "S00", "message": "Fait"}
        shown = {"passId": "p1", "price": {"units": 1500, "currency": "XOF"}, "state": "VALID"}
        status, answer = 200, {**done, "data": {"state": "UP", "passes": [], "next": None, **shown}}
        if self.path == "/token":
            answer = {"access_token": TOKEN, "token_type": "Bearer"}
        elif self.path == "/passes/unknown":
            status, answer = 404, {"ok": False}
        elif left > 0:
            status, answer = 403, {"ok": False, "said": "no \x1b[2J<script>"}
        elif self.command == "POST":
            status = 201
        content = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Location", "/passes/p1")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = reply  # noqa: N815 - the names that http.server calls

    def log_message(self, *words: object) -> None:
        """Keep quiet."""


@pytest.fixture(scope="module")
def bikes() -> Iterator[tuple[str, type[Bikes]]]:
    """The address of the scripted server, and what it saw."""
    state = type("State", (Bikes,), {"refusals": {"/passes": 2, "/passes/always%20refused": 99}, "seen": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), state)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", state
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Workflows beside their contract, and who runs them."""
    path = tmp_path_factory.mktemp("bikes")
    (path / "openapi.yaml").write_text((FOLDER / "openapi.yaml").read_text("utf-8"), "utf-8")
    written = [f"  - workflowId: {id}{text}" for id, text in WORKFLOWS.items()]
    (path / "workflows.arazzo.yaml").write_text(HEAD + "".join(written), "utf-8")
    (path / "cynod.toml").write_text(
        f'[credentials.primary]\nconsumer_key = "shop"\nconsumer_secret = "{SECRET}"\n', "utf-8"
    )
    return path


def run(folder: Path, *words: str) -> tuple[Result, dict[str, Any]]:
    """What ``cynod conform`` said, and its report, which is valid."""
    result = CliRunner().invoke(conform, [*words, "--report-dir", str(folder)], color=False)
    report: dict[str, Any] = json.loads((folder / "report.json").read_text("utf-8"))
    jsonschema.Draft202012Validator(SCHEMA).validate(report)
    return result, report


@pytest.fixture(scope="module")
def outcome(
    bikes: tuple[str, type[Bikes]], folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Result, dict[str, Any], Path]:
    """One run of every workflow against the scripted server."""
    out = tmp_path_factory.mktemp("report")
    spec, config = str(folder / "openapi.yaml"), str(folder / "cynod.toml")
    words = (bikes[0], "--spec", spec, "--config", config, "--workflows", "--timeout", "3", "--lang", "en")
    return *run(out, *words), out


def test_each_workflow_ends_as_arazzo_says(outcome: tuple[Result, dict[str, Any], Path]) -> None:
    _, report, _ = outcome
    found = {each["id"]: each for each in report["workflows"]}
    assert {id: each["status"] for id, each in found.items()} == {
        "retried": "passed",
        "exhausted": "failed",
        "recovered": "passed",
        "nested": "passed",
        "dependent": "not_exercised",
        "unanswered": "inconclusive",
        "ended": "passed",
        "endless": "not_exercised",
    }
    steps = {id: [(s["id"], s["status"], s["attempts"]) for s in each["steps"]] for id, each in found.items()}
    assert steps["retried"] == [("list", "passed", 3)]
    assert steps["exhausted"] == [("read", "failed", 4)]
    assert steps["recovered"] == [("refused", "recovered", 1), ("token", "passed", 1), ("issue", "passed", 1)]
    assert [id for id, _, _ in steps["nested"]] == ["refused", "token", "issue", "inner", "read"]
    assert steps["ended"] == [("health", "passed", 1)]
    assert "exhausted" in found["dependent"]["reason"]


def test_the_requests_are_what_the_document_says(
    outcome: tuple[Result, dict[str, Any], Path], bikes: tuple[str, type[Bikes]]
) -> None:
    seen = bikes[1].seen
    assert ("GET", "/passes?limit=7", b"") in seen
    assert ("GET", "/passes/always%20refused", b"") in seen
    forms = [body for method, path, body in seen if (method, path) == ("POST", "/token")]
    assert f"grant_type=client_credentials&client_id=shop&client_secret={SECRET}".encode() in forms
    bodies = [json.loads(body) for method, path, body in seen if (method, path) == ("POST", "/passes")]
    assert bodies == [{"price": {"units": 1500, "currency": "XOF"}}] * 2


def test_a_failure_says_what_was_expected_what_came_and_how_to_see_it(
    outcome: tuple[Result, dict[str, Any], Path],
) -> None:
    result, report, out = outcome
    assert result.exit_code == 1
    assert (report["verdict"], "exhausted" in report["because"]) == ("non_conformant", True)
    failed = next(each for each in report["workflows"] if each["id"] == "exhausted")["steps"][0]
    assert (failed["expected"], failed["got"]) == ("$statusCode == 200", "403")
    assert failed["curl"].startswith("curl ")
    script = out / "curl" / "workflow.exhausted.read.sh"
    for text in ("✗ read", "expected: $statusCode == 200", "got: 403", failed["curl"], str(script)):
        assert text in result.output
    assert script.read_text("utf-8").endswith("\n".join(failed["lines"]) + "\n")
    again = subprocess.run(["bash", str(script)], capture_output=True, encoding="utf-8", check=True)
    assert again.stdout.startswith("HTTP/1.1 403 ")
    suite = ET.parse(out / "junit.xml").getroot().find("testsuite[@name='workflows']")
    assert suite is not None
    assert [suite.get(name) for name in ("tests", "failures", "errors")] == ["8", "1", "3"]
    page = (out / "report.html").read_text("utf-8")
    assert 'id="workflow-exhausted"' in page
    assert 'href="#workflow-exhausted"' in page


def test_no_secret_and_no_escape_leaves_the_run(outcome: tuple[Result, dict[str, Any], Path]) -> None:
    result, _, out = outcome
    texts = [result.output, *(path.read_text("utf-8") for path in out.rglob("*.*"))]
    for text in texts:
        assert SECRET not in text
        assert TOKEN not in text
        assert "\x1b" not in text


def test_a_choice_that_cannot_be_made_is_refused(folder: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    text = (folder / "workflows.arazzo.yaml").read_text("utf-8").replace("readHealth", "readWealth")
    broken.write_text(text, "utf-8")
    spec = str(folder / "openapi.yaml")
    alone = tmp_path / "openapi.yaml"
    alone.write_text(Path(spec).read_text("utf-8"), "utf-8")
    for words, said in (
        (["--spec", spec, f"--workflows={broken}"], "readWealth"),
        (["--spec", spec, "--workflows=absent.yaml"], "absent.yaml"),
        (["--spec", str(alone), "--workflows"], "no workflows beside"),
        (["--spec", spec, "--clause", "RES-1", "--workflows"], "--workflows"),
    ):
        result = CliRunner().invoke(conform, ["http://127.0.0.1:1", *words])
        assert result.exit_code == 2, result.output
        assert said in result.output
        assert len(result.output.splitlines()) <= 3


def test_a_url_may_follow_the_option(tmp_path: Path) -> None:
    result = CliRunner().invoke(conform, ["--workflows", "http://127.0.0.1:1", "--report-dir", str(tmp_path)])
    assert result.exit_code == 3
    assert "does not answer" in result.output


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[str, str]]:
    """The address and the configuration of a sandbox that runs."""
    with sandbox(["--log-level", "warning", "--strict"]) as config:
        yield str(tomllib.loads(Path(config).read_text("utf-8"))["target"]["base_url"]), config


def test_the_shipped_workflows_hold_on_the_sandbox(running: tuple[str, str], tmp_path: Path) -> None:
    url, config = running
    result, report = run(tmp_path, url, "--config", config, "--workflows")
    assert result.exit_code == 0, result.output
    assert [each["id"] for each in report["workflows"]] == [each.id for each in load().workflows]
    statuses = {step["status"] for each in report["workflows"] for step in each["steps"]}
    assert statuses == {"passed", "lost"}
    assert report["verdict"] == "conformant"
    assert not [each for each in report["leftovers"] if each["resource"] != "card"]


def test_the_read_tier_leaves_out_what_writes(running: tuple[str, str], tmp_path: Path) -> None:
    url, config = running
    result, report = run(tmp_path, url, "--config", config, "--workflows", "--tier", "read", "--lang", "en")
    assert result.exit_code == 0, result.output
    left = {each["id"] for each in report["workflows"] if not each["judged"]}
    assert 0 < len(left) < len(report["workflows"])
    assert all(each["status"] == "passed" for each in report["workflows"] if each["judged"])
    assert "risk tier write is not allowed" in result.output
    assert not report["leftovers"]


FAULTS = {  # fault of the sandbox → the workflow that it breaks, by its place
    "a-payment-whose-answer-is-lost-is-made-again": 2,
    "the-second-partial-refund-counts-twice": 2,
    "replayed-payments-look-new": 2,
    "revocation-does-nothing": 3,
}
SAMPLE = "a-payment-whose-answer-is-lost-is-made-again"


def broken_by(fault: str, folder: Path) -> list[int]:
    """The places of the workflows that fail on a sandbox with *fault*."""
    result, report = run(folder, "--sandbox", "--workflows", "--fault", fault)
    assert result.exit_code == 1, result.output
    return [place for place, each in enumerate(report["workflows"]) if each["status"] == "failed"]


def test_a_faulty_sandbox_breaks_its_scenario(tmp_path: Path) -> None:
    assert broken_by(SAMPLE, tmp_path) == [FAULTS[SAMPLE]]


@pytest.mark.soak
@pytest.mark.parametrize("fault", FAULTS)
def test_every_faulty_sandbox_breaks_its_scenario(fault: str, tmp_path: Path) -> None:
    assert broken_by(fault, tmp_path) == [FAULTS[fault]]
