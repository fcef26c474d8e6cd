"""`cynod spec workflows` and `cynod spec lint` of an Arazzo document, as an architect types them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from cross_room.lint_examples import WORKFLOWS, Example

from cynod_spec import load_contract
from cynod_spec.base.errors import CynodError, WorkflowsDocument
from cynod_spec.cli.commands import spec
from cynod_spec.environment.locating import default_workflows
from cynod_spec.workflows.lint import workflow_rules
from cynod_spec.workflows.reading import load

NAME = "workflows.arazzo.yaml"
BROKEN = WORKFLOWS.replace("operationId: readPass", "operationId: showPass")


@pytest.mark.slow
def test_the_scenarios_are_listed() -> None:
    listed = CliRunner().invoke(spec, ["workflows", "--lang", "en"])
    assert listed.exit_code == 0
    told = " ".join(listed.stdout.split())  # sentences are wrapped to the terminal
    for workflow in load().workflows:
        assert workflow.id in told
        assert workflow.summary.en in told
    rows = json.loads(CliRunner().invoke(spec, ["workflows", "--format", "json"]).stdout)
    assert [row["workflow"] for row in rows] == [workflow.id for workflow in load().workflows]
    assert {row["writes"] for row in rows} == {True, False}
    assert all(step["calls"] and step["fr"] and step["en"] for row in rows for step in row["steps"])


@pytest.mark.parametrize("form", ["table", "json"])
def test_what_is_wrong_is_told_beside_the_list(form: str, tmp_path: Path) -> None:
    path = Example(BROKEN, [], NAME).written(tmp_path)
    result = CliRunner().invoke(spec, ["workflows", str(path), "--format", form])
    assert result.exit_code == 1
    assert "[step-operation-unknown]" in result.stderr
    assert result.stdout.strip() in ("", "[]")


@pytest.mark.parametrize("form", ["text", "json", "sarif", "github"])
def test_lint_knows_an_arazzo_document_by_its_root(form: str, tmp_path: Path) -> None:
    path = Example(BROKEN, [], NAME).written(tmp_path)
    result = CliRunner().invoke(spec, ["lint", str(path), "--format", form])
    assert result.exit_code == 1
    assert "step-operation-unknown" in result.stdout
    if form == "sarif":
        run = json.loads(result.stdout)["runs"][0]
        known = {rule["id"] for rule in run["tool"]["driver"]["rules"]}
        assert known == {rule.id for rule in workflow_rules()}
        assert {found["ruleId"] for found in run["results"]} <= known
    good = CliRunner().invoke(spec, ["lint", default_workflows(), "--format", form])
    assert good.exit_code == 0


def test_a_page_of_a_rule_is_printed() -> None:
    shown = CliRunner().invoke(spec, ["rules", "expression-nowhere"])
    assert shown.stdout.startswith("# expression-nowhere\n")


def test_workflows_are_no_contract() -> None:
    with pytest.raises(WorkflowsDocument):
        load_contract(default_workflows())


HOSTILE = {
    "an operation by a path": (
        "operationId: readPass",
        "operationPath: '{$sourceDescriptions.bikes.url}#/x'",
    ),
    "a terminal's escapes": ("operationId: readPass", 'operationId: "\\e[2J"'),
    "a step in a list": ("- stepId: read\n", "- - stepId: read\n"),
    "an alias in itself": ("components:\n", "components: &a\n  x-a: *a\n"),
    "a number for an id": ("workflowId: lookAround", "workflowId: 7"),
    "a pointer that is none": ("#/data/state}", "#data/state}"),
    "a reference to itself": (
        "authorization: {name: Authorization, in: header, value: 'Bearer {$steps.token.outputs.token}'}",
        "authorization: {reference: $components.parameters.authorization}",
    ),
    "inputs without end": ("shop:\n      type: object", "shop:\n      $ref: '#/components/inputs/shop'"),
    "inputs elsewhere": ("'#/components/inputs/shop'", "https://example.org/shop.json"),
    "a file outside": ("'#/components/inputs/shop'", "../../../../etc/passwd"),
}


@pytest.mark.parametrize(("old", "new"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_document_is_refused_in_readable_lines(old: str, new: str, tmp_path: Path) -> None:
    assert old in WORKFLOWS
    path = Example(WORKFLOWS.replace(old, new), [], NAME).written(tmp_path)
    for command in (["lint", str(path)], ["workflows", str(path)]):
        result = CliRunner().invoke(spec, command, color=True)
        if isinstance(result.exception, CynodError):
            continue
        assert result.exit_code == 1, result.output
        assert result.exception is None or isinstance(result.exception, SystemExit)
        assert "\x1b[2J" not in result.stdout


def test_no_workflows_at_all(tmp_path: Path) -> None:
    for text in ("", "[]", "arazzo: 1.0.1", "arazzo: [1]", "a: 1", "\x00", "arazzo: 1.0.1\narazzo: 1.0.1\n"):
        path = tmp_path / NAME
        path.write_text(text, "utf-8")
        result = CliRunner().invoke(spec, ["workflows", str(path)])
        assert result.exit_code == 1, text
        assert f"{path}:" in result.stderr
