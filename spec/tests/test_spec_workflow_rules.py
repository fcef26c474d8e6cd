"""Every rule about workflows has a bad example that it alone reports, at the places it marks."""

from __future__ import annotations

from pathlib import Path

import pytest
from cross_room.lint_examples import WORKFLOWS, Example, bad

from cynod_spec.lint.pages import page
from cynod_spec.lint.registry import Rule
from cynod_spec.workflows.lint import judge, workflow_rules

RULES = {rule.id: rule for rule in workflow_rules()}
NAME = "workflows.arazzo.yaml"


def test_no_rule_reports_the_good_examples(tmp_path: Path) -> None:
    assert judge(Example(WORKFLOWS, [], NAME).written(tmp_path)).findings == ()


def test_the_shipped_workflows_break_no_rule() -> None:
    from cynod_spec.environment.locating import default_workflows

    assert judge(default_workflows()).findings == ()


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_bad_example_is_reported_by_its_rule_alone_where_it_says(rule: Rule, tmp_path: Path) -> None:
    example = bad(rule, WORKFLOWS, NAME)
    assert example.ranges, "the bad example marks no place"
    findings = judge(example.written(tmp_path)).findings
    assert {finding.rule for finding in findings} == {rule.id}, findings
    places = [(finding.at.line, finding.at.column, finding.end[1]) for finding in findings]
    assert places == example.ranges, findings
    assert {finding.level for finding in findings} == {rule.level}


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_page_shows_why_and_both_examples(rule: Rule) -> None:
    shown = page(rule)
    assert rule.documentation
    assert rule.documentation in shown
    assert "⟦" not in shown


CHANGES = {  # what a careless hand writes instead: the text, what replaces it, the rule that sees it
    "no such workflow": ("dependsOn: [lookAround]", "dependsOn: [lookAway]", "workflow-circular"),
    "an id of a workflow twice": ("workflowId: lookAround", "workflowId: issueAndRead", "id-duplicate"),
    "an input that is not there": ("value: $inputs.retryKey", "value: $inputs.key", "expression-nowhere"),
    "no such step": ("$steps.issue.outputs.passId", "$steps.make.outputs.passId", "expression-nowhere"),
    "no such member of the answer": ("#/data/passId", "#/data/pass", "expression-nowhere"),
    "no such header": ("$response.body#/ok == true", "$response.header.Ok == 'true'", "expression-nowhere"),
    "no such output of a workflow": (
        "$steps.health.outputs.state",
        "$steps.health.outputs.x",
        "expression-nowhere",
    ),
    "a later step": ("value: $inputs.retryKey", "value: '{$steps.list.outputs.x}'", "expression-nowhere"),
    "no body": (
        "        requestBody:\n          contentType: application/json\n          payload:\n"
        "            price: {units: 500, currency: XOF}\n",
        "",
        "step-body",
    ),
    "a body too many": (
        "        operationId: readHealth\n",
        "        operationId: readHealth\n        requestBody: {payload: {a: 1}}\n",
        "step-body",
    ),
    "a value of another type": ("in: query, value: 5", "in: query, value: many", "step-value-invalid"),
    "a member that is missing": (
        "price: {units: 500, currency: XOF}",
        "price: {units: 500}",
        "step-value-invalid",
    ),
    "a parameter without a place": ("{name: limit, in: query,", "{name: limit,", "step-parameter-unknown"),
    "no regular expression": ("condition: ^Bearer$", "condition: ^Bearer($", "criterion-unreadable"),
    "one that never ends": ("condition: ^Bearer$", "condition: ^(a+)+$", "criterion-unreadable"),
    "no JSONPath": ("$[?length(@.passes) > 0]", "$[?length(@.passes) >]", "criterion-unreadable"),
    "a condition without an end": (
        "- condition: $statusCode == 429",
        "- condition: ($statusCode == 429",
        "criterion-unreadable",
    ),
    "an XPath": ("type: jsonpath", "type: xpath", "criterion-unreadable"),
    "no such component": (
        "components.parameters.authorization",
        "components.parameters.none",
        "reference-unresolved",
    ),
    "no such source": ("url: ./openapi.yaml", "url: ./absent.yaml", "source-unresolved"),
    "a source outside": ("url: ./openapi.yaml", "url: ../../../etc/passwd", "source-unresolved"),
    "a source of another kind": ("type: openapi", "type: arazzo", "source-unresolved"),
    "a source that is none": ("url: ./openapi.yaml", "url: ./workflows.arazzo.yaml", "source-unresolved"),
    "another version": ("arazzo: 1.0.1", "arazzo: 2.0.0", "document"),
    "no role": ("retryKey: fresh", "retryKey: stale", "workflows-invalid"),
    "two calls in one step": (
        "operationId: readPass",
        "operationId: readPass\n        workflowId: lookAround",
        "workflows-invalid",
    ),
    "a context too few": (
        "context: $response.body#/token_type\n            type",
        "type",
        "workflows-invalid",
    ),
    "no English": ("summary: Émettre et lire", "description: Émettre", "document"),
}


@pytest.mark.parametrize(("old", "new", "rule"), CHANGES.values(), ids=CHANGES)
def test_a_mistake_is_seen(old: str, new: str, rule: str, tmp_path: Path) -> None:
    assert old in WORKFLOWS
    path = Example(WORKFLOWS.replace(old, new), [], NAME).written(tmp_path)
    found = judge(path).findings
    assert rule in {finding.rule for finding in found}, found
    assert all(finding.at.line >= 1 and "\n" not in finding.message for finding in found)


def test_a_finding_is_allowed_with_a_reason(tmp_path: Path) -> None:
    allow = "x-cynod-allow: [{rule: criterion-status-unanswered, reason: Une passerelle le répond.}]"
    text = WORKFLOWS.replace("$statusCode == 429", "$statusCode == 409").replace(
        "      - stepId: issue\n", f"      - stepId: issue\n        {allow}\n"
    )
    assert judge(Example(text, [], NAME).written(tmp_path)).findings == ()
    text = WORKFLOWS.replace("      - stepId: issue\n", f"      - stepId: issue\n        {allow}\n")
    found = judge(Example(text, [], NAME).written(tmp_path)).findings
    assert [finding.rule for finding in found] == ["allow-unused"]
