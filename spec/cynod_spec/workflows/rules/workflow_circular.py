"""Workflows that wait for each other."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.registry import Found, rule
from cynod_spec.workflows.model import Workflow
from cynod_spec.workflows.operations import workflow_of
from cynod_spec.workflows.subject import WorkflowSubject


@rule(
    "workflow-circular",
    says="the workflow {workflow} {what}",
    hint="let one of them stand alone",
    good="dependsOn: [lookAround]",
    bad="⟦dependsOn⟧: [issueAndRead]",
)
def workflow_circular(subject: WorkflowSubject) -> Iterator[Found]:
    """What a workflow depends on, and what its steps run, exists and does not lead back to it."""
    for workflow in subject.document.workflows:
        for name in workflow.depends_on:
            if workflow_of(subject.document, name) is None:
                words = {"workflow": workflow.id, "what": f"depends on {name}, which does not exist"}
                yield subject.below(workflow.at, "dependsOn"), words
        if _leads_back(subject, workflow):
            key = "dependsOn" if workflow.depends_on else "steps"
            yield subject.below(workflow.at, key), {"workflow": workflow.id, "what": "leads back to itself"}


def _leads_back(subject: WorkflowSubject, workflow: Workflow) -> bool:
    seen: set[str] = set()
    waiting = list(_needed(workflow))
    while waiting:
        found = workflow_of(subject.document, waiting.pop())
        if found is None or found.id in seen:
            continue
        if found.id == workflow.id:
            return True
        seen.add(found.id)
        waiting.extend(_needed(found))
    return False


def _needed(workflow: Workflow) -> Iterator[str]:
    yield from workflow.depends_on
    yield from (step.workflow for step in workflow.steps if step.workflow)
