"""Actions that lead nowhere."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.registry import Found, rule
from cynod_spec.workflows.model import Action, Workflow
from cynod_spec.workflows.operations import workflow_of
from cynod_spec.workflows.subject import WorkflowSubject, actions


@rule(
    "action-nowhere",
    says="the action {action} of the step {step} leads nowhere: {what}",
    hint="a goto names one step of this workflow or one workflow of this document",
    good="- {name: again, type: goto, stepId: token, criteria: [{condition: $statusCode == 401}]}",
    bad="- ⟦{name: again, type: goto, stepId: login, criteria: [{condition: $statusCode == 401}]}⟧",
)
def action_nowhere(subject: WorkflowSubject) -> Iterator[Found]:
    """A ``goto`` leads to a step or to a workflow, and so does what a ``retry`` takes first."""
    for workflow, step in subject.document.steps():
        for action in actions(workflow, step):
            what = _fault(subject, workflow, action)
            if what:
                yield action.at, {"action": action.name, "step": step.id, "what": what}


def _fault(subject: WorkflowSubject, workflow: Workflow, action: Action) -> str:
    if action.step and action.workflow:
        return "it names a step and a workflow"
    if action.kind == "goto" and not (action.step or action.workflow):
        return "it names neither a step nor a workflow"
    if action.step and workflow.step(action.step) is None:
        return f"{workflow.id} has no step {action.step}"
    if action.workflow and workflow_of(subject.document, action.workflow) is None:
        return f"there is no workflow {action.workflow}"
    return ""
