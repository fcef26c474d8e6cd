"""Steps that call nothing."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.registry import Found, rule
from cynod_spec.workflows.operations import operation_of, workflow_of
from cynod_spec.workflows.subject import WorkflowSubject


@rule(
    "step-operation-unknown",
    says="the step {step} calls {name}, which does not exist",
    hint="name an operationId of the contract, or a workflowId of this document",
    good="operationId: readPass",
    bad="⟦operationId⟧: showPass",
)
def step_operation_unknown(subject: WorkflowSubject) -> Iterator[Found]:
    """A step calls an operation of the contract, or another workflow."""
    for _, step in subject.document.steps():
        if step.workflow:
            if workflow_of(subject.document, step.workflow) is None:
                words = {"step": step.id, "name": step.workflow}
                yield subject.below(step.at, "workflowId"), words
        elif operation_of(subject.contract, step) is None:
            key = "operationId" if step.operation else "operationPath"
            name = step.operation or step.operation_path
            yield subject.below(step.at, key), {"step": step.id, "name": name}
