"""``cynod spec workflows``: the business scenarios, and whether the contract bears them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from cynod_spec.cli.options import lang_option
from cynod_spec.environment.provenance import announce
from cynod_spec.output.terminal import echo_written

if TYPE_CHECKING:
    from cynod_spec.model import Contract
    from cynod_spec.workflows.model import Step, Workflows


@click.command()
@click.argument("file", required=False)
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
@lang_option
@click.pass_context
def workflows(ctx: click.Context, file: str | None, form: str, lang: str) -> None:
    """List the scenarios of the Arazzo document FILE, or of the default one, and check them.

    What is wrong with them is told on the standard error, as `cynod spec lint FILE` tells it. Exit 1 when
    a rule finds an error.

    \b
    Examples:
      cynod spec workflows
      cynod spec workflows spec/workflows.arazzo.yaml --format json
    """
    from cynod_spec.base.errors import DocumentError
    from cynod_spec.cli.commands import listing
    from cynod_spec.environment.locating import default_workflows
    from cynod_spec.lint.formats import render
    from cynod_spec.source.reading import read_workflows
    from cynod_spec.workflows.lint import judge, workflow_rules
    from cynod_spec.workflows.subject import WorkflowSubject

    file = file or default_workflows()
    report = judge(file)
    findings = report.findings
    announce(*report.documents)
    broken = any(finding.level == "error" for finding in findings)
    try:
        subject = WorkflowSubject(read_workflows(file))
        rows = _rows(subject.document, subject.contract) if not broken else []
    except DocumentError:
        rows = []  # the findings say why
    if form == "table":
        shown = ("workflow", "steps", "writes", lang)
        rows = [{name: row[name] for name in shown} | {"steps": len(row["steps"])} for row in rows]
    listing.show(rows, "json" if form == "json" else "table")
    if findings:
        echo_written(render(findings, "text", file, workflow_rules()), err=True)
    if broken:
        ctx.exit(1)


def _rows(document: Workflows, contract: Contract) -> list[dict[str, Any]]:
    from cynod_spec.workflows.operations import writes

    return [
        {
            "workflow": workflow.id,
            "steps": [_step(step, contract) for step in workflow.steps],
            "writes": writes(contract, document, workflow),
            "inputs": [each.name for each in workflow.inputs],
            "fr": workflow.summary.fr,
            "en": workflow.summary.en,
        }
        for workflow in document.workflows
    ]


def _step(step: Step, contract: Contract) -> dict[str, Any]:
    from cynod_spec.workflows.operations import operation_of

    operation = operation_of(contract, step)
    called = operation.key if operation else step.workflow
    return {"step": step.id, "calls": called, "fr": step.description.fr, "en": step.description.en}
