"""The parts that run scenarios: what a workflow is given, what a step sends, where its actions lead."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cross_room.lint_examples import FOLDER
from cross_room.scripted import PAIR, ScriptedTransport, json_response, scripted_context

from cynod_conformance.base.outcomes import PreconditionMissing
from cynod_conformance.experiment.context import TestContext
from cynod_conformance.http.errors import ConnectionFailed
from cynod_conformance.observe.exchange import Request, Response
from cynod_conformance.reproduction.exchange_log import ExchangeLog
from cynod_conformance.results.scenario_result import ScenarioResult
from cynod_conformance.scenarios.inputs import inputs
from cynod_conformance.scenarios.requests import draft, message
from cynod_conformance.scenarios.runner import MAX_STEPS, run
from cynod_spec import load_contract
from cynod_spec.workflows.expressions import ExpressionError, Scene
from cynod_spec.workflows.model import Workflows
from cynod_spec.workflows.reading import load

CONTRACT = load_contract(str(FOLDER / "openapi.yaml"))
HEAD = """
arazzo: 1.0.1
info: {title: Essais, version: 1.0.0}
sourceDescriptions: [{name: bikes, url: ./openapi.yaml}]
x-cynod: {inputs: {key: consumer-key, secret: consumer-secret, fresh: fresh, card: card-number}}
workflows:
"""
READ = """
      - stepId: read
        operationId: readPass
        parameters: [{name: passId, in: path, value: p/1}]
        successCriteria: [{condition: $statusCode == 200}]
"""


def document(folder: Path, workflows: str) -> Workflows:
    """The workflows of this YAML, beside the example of a contract."""
    shutil.copy(FOLDER / "openapi.yaml", folder)
    file = folder / "workflows.arazzo.yaml"
    file.write_text(HEAD + workflows, encoding="utf-8")
    return load(str(file))


def context(answer: Callable[[Request], Response] = lambda request: json_response(200, {}), **more: Any):
    transport = ScriptedTransport(answer)
    return scripted_context(CONTRACT, transport, **more), transport


def ran(found: TestContext, workflows: Workflows) -> dict[str, ScenarioResult]:
    return {each.id: each for each in run(found, workflows, ExchangeLog("n"), lambda text: None)}


# What a workflow is given


def test_inputs_come_from_the_configuration_the_run_and_the_defaults(tmp_path: Path) -> None:
    properties = "key: {}, secret: {}, fresh: {}, size: {default: 7}, label: {}"
    given = document(tmp_path, f"""
  - workflowId: w
    inputs: {{type: object, required: [key], properties: {{{properties}}}}}
    steps: [{{stepId: s, operationId: readHealth}}]
""")  # fmt: skip
    found = inputs(context()[0], given, given.workflows[0])
    assert (found["key"], found["secret"], found["size"]) == (PAIR.key, PAIR.secret, 7)
    assert found["fresh"]
    assert "label" not in found
    assert inputs(context()[0], given, given.workflows[0])["fresh"]


def test_an_input_that_nothing_gives_is_missing(tmp_path: Path) -> None:
    given = document(tmp_path, """
  - workflowId: w
    inputs: {type: object, required: [size], properties: {size: {}}}
    steps: [{stepId: s, operationId: readHealth}]
""")  # fmt: skip
    with pytest.raises(PreconditionMissing) as raised:
        inputs(context()[0], given, given.workflows[0])
    assert (raised.value.key, raised.value.words) == ("no-input", {"name": "size"})


# What a step sends


def drafted(folder: Path, step: str, **known: Any):
    given = document(folder, f"\n  - workflowId: w\n    steps:\n{step}")
    workflow = given.workflows[0]
    return draft(CONTRACT, workflow, workflow.steps[0], Scene(inputs=known))


def test_a_step_puts_its_arguments_into_their_places(tmp_path: Path) -> None:
    sent = drafted(tmp_path, """
      - stepId: s
        operationId: listPasses
        parameters:
          - {name: limit, in: query, value: $inputs.size}
          - {name: X-Trace, in: header, value: 'a-{$inputs.size}'}
          - {name: sid, in: cookie, value: c}
""", size=3)  # fmt: skip
    assert dict(sent.query)["limit"] == "3"
    assert {("X-Trace", "a-3"), ("Cookie", "sid=c")} <= set(sent.headers)
    assert message(sent).headers == sent.headers
    read = drafted(tmp_path, READ)
    assert message(read).path == {"passId": "p/1"}
    assert read.target == "/passes/p%2F1"


def test_a_payload_is_resolved_replaced_and_encoded(tmp_path: Path) -> None:
    sent = drafted(tmp_path, """
      - stepId: s
        operationId: issuePass
        requestBody:
          payload: {price: {units: 1, currency: $inputs.currency}, list: [1, 2]}
          replacements: [{target: /price/units, value: 1500}, {target: /list/1, value: é}]
""", currency="XOF")  # fmt: skip
    assert sent.media_type == "application/json"
    body = {"price": {"units": 1500, "currency": "XOF"}, "list": [1, "é"]}
    assert json.loads(sent.content) == body == message(sent).body
    form = drafted(tmp_path, """
      - stepId: s
        operationId: getToken
        requestBody:
          contentType: application/x-www-form-urlencoded
          payload: {grant_type: client_credentials, client_id: a b}
""")  # fmt: skip
    assert form.content == b"grant_type=client_credentials&client_id=a+b"


@pytest.mark.parametrize(
    ("step", "problem"),
    [
        ("{stepId: s, operationId: nothing}", "no operation nothing"),
        (
            "{stepId: s, operationId: listPasses, parameters: [{name: A, in: header, value: $inputs.line}]}",
            "header A",
        ),
        (
            "{stepId: s, operationId: issuePass, requestBody:"
            " {payload: {a: 1}, replacements: [{target: /b/c, value: 1}]}}",
            "no /b/c",
        ),
        ("{stepId: s, operationId: listPasses, parameters: [{name: a, in: query, value: $inputs.b}]}", "b"),
    ],
)
def test_a_step_that_cannot_be_sent_says_why(step: str, problem: str, tmp_path: Path) -> None:
    with pytest.raises(ExpressionError, match=problem):
        drafted(tmp_path, f"      - {step}", line="a\nb")


# Where a workflow leads


def test_a_step_is_tried_again_until_its_limit(tmp_path: Path) -> None:
    workflows = document(tmp_path, """
  - workflowId: w
    steps:""" + READ + """
        onFailure:
          - {name: again, type: retry, retryAfter: 0, retryLimit: 2,
             criteria: [{condition: $statusCode == 404}]}
""")  # fmt: skip
    statuses = [404, 404, 200]
    found, transport = context(lambda request: json_response(statuses.pop(0), {}))
    (step,) = ran(found, workflows)["w"].steps
    assert (step.status, step.attempts, len(transport.requests)) == ("passed", 3, 3)
    found, transport = context(lambda request: json_response(404, {}))
    result = ran(found, workflows)["w"]
    assert (result.status, result.steps[0].status, len(transport.requests)) == ("failed", "failed", 3)
    assert "404" in result.steps[0].got.en
    assert result.steps[0].expected.en == "$statusCode == 200"


def test_a_failure_may_lead_on_and_a_success_may_end(tmp_path: Path) -> None:
    workflows = document(tmp_path, """
  - workflowId: w
    steps:""" + READ + """
        onFailure: [{name: on, type: goto, stepId: last}]
      - {stepId: never, operationId: readHealth}
      - {stepId: last, operationId: readHealth, onSuccess: [{name: stop, type: end}]}
      - {stepId: neither, operationId: readHealth}
""")  # fmt: skip
    found, _ = context(lambda request: json_response(404 if "passes" in request.path else 200, {}))
    result = ran(found, workflows)["w"]
    assert result.status == "passed"
    assert [(step.id, step.status) for step in result.steps] == [("read", "recovered"), ("last", "passed")]


def test_steps_in_a_circle_end(tmp_path: Path) -> None:
    workflows = document(tmp_path, """
  - workflowId: w
    steps:
      - {stepId: a, operationId: readHealth, onSuccess: [{name: again, type: goto, stepId: a}]}
""")  # fmt: skip
    found, transport = context()
    result = ran(found, workflows)["w"]
    assert (result.status, len(transport.requests)) == ("not_exercised", MAX_STEPS)


def test_a_target_that_does_not_answer_is_inconclusive(tmp_path: Path) -> None:
    def silent(request: Request) -> Response:
        raise ConnectionFailed

    workflows = document(tmp_path, f"\n  - workflowId: w\n    steps:{READ}")
    result = ran(context(silent)[0], workflows)["w"]
    assert (result.status, result.steps) == ("inconclusive", ())
    assert result.reason.en


def test_what_depends_on_a_failure_or_writes_outside_the_tier_is_not_run(tmp_path: Path) -> None:
    workflows = document(tmp_path, f"""
  - workflowId: first
    steps:{READ}
  - workflowId: second
    dependsOn: [first]
    steps: [{{stepId: s, operationId: readHealth}}]
  - workflowId: writing
    steps: [{{stepId: s, operationId: issuePass}}]
""")  # fmt: skip
    found, transport = context(lambda request: json_response(404, {}), may_write=False)
    results = ran(found, workflows)
    assert {id: each.status for id, each in results.items()} == {
        "first": "failed", "second": "not_exercised", "writing": "not_exercised",
    }  # fmt: skip
    assert [results[id].judged for id in ("second", "writing")] == [True, False]
    assert len(transport.requests) == 1


def test_the_answer_of_a_lost_step_is_not_waited_for(tmp_path: Path) -> None:
    workflows = document(tmp_path, """
  - workflowId: w
    steps:
      - {stepId: s, operationId: readHealth, x-cynod: {answer: lost}}
""")  # fmt: skip
    found, transport = context()
    (step,) = ran(found, workflows)["w"].steps
    assert (step.status, transport.requests, len(transport.abandoned)) == ("lost", [], 1)
