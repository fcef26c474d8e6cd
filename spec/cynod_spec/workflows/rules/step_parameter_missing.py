"""Parameters that an operation asks for."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.registry import Found, rule
from cynod_spec.workflows.operations import operation_of, workflow_of
from cynod_spec.workflows.subject import WorkflowSubject


@rule(
    "step-parameter-missing",
    says="the step {step} lacks {name}, which {by} requires",
    hint="give it a value, or an expression that finds one",
    good="- {name: Retry-Key, in: header, value: $inputs.retryKey}",
    bad="",
    reported_in="- ⟦stepId⟧: issue",
)
def step_parameter_missing(subject: WorkflowSubject) -> Iterator[Found]:
    """A step gives what its operation requires, and every required input of a workflow that it runs."""
    for workflow, step in subject.document.steps():
        given = {(each.name.lower(), each.place) for each in workflow.given(step)}
        names = {name for name, _ in given}
        operation = operation_of(subject.contract, step) if not step.workflow else None
        called = workflow_of(subject.document, step.workflow) if step.workflow else None
        for parameter in operation.parameters if operation else ():
            if parameter.required and (parameter.name.lower(), parameter.place) not in given:
                by = operation.key if operation else ""
                yield step.at, {"step": step.id, "name": parameter.name, "by": by}
        for each in called.inputs if called else ():
            if each.required and each.name.lower() not in names:
                yield step.at, {"step": step.id, "name": each.name, "by": step.workflow}
