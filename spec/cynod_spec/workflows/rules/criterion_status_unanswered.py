"""Statuses that an operation never answers."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.registry import Found, rule
from cynod_spec.workflows import conditions
from cynod_spec.workflows.conditions import Compared, ConditionError, Literally
from cynod_spec.workflows.expressions import WorkflowExpression
from cynod_spec.workflows.model import Criterion
from cynod_spec.workflows.operations import operation_of
from cynod_spec.workflows.subject import WorkflowSubject


@rule(
    "criterion-status-unanswered",
    says="the step {step} waits for {status}, which {operation} does not answer",
    hint="the document lists {known} for it",
    good="- condition: $statusCode == 429",
    bad="- ⟦condition⟧: $statusCode == 409",
)
def criterion_status_unanswered(subject: WorkflowSubject) -> Iterator[Found]:
    """A criterion asks for a status that the document lists for the operation."""
    for _, step, criterion in subject.criteria():
        operation = operation_of(subject.contract, step) if not step.workflow else None
        known = [response.status for response in operation.responses] if operation else []
        for status in _statuses(criterion) if operation else ():
            if operation and status not in known:
                listed = ", ".join(map(str, sorted(known)))
                words = {"step": step.id, "status": status, "operation": operation.key, "known": listed}
                yield subject.below(criterion.at, "condition"), words


def _statuses(criterion: Criterion) -> Iterator[object]:
    """The statuses that a simple criterion waits for."""
    if criterion.kind != "simple":
        return
    try:
        condition = conditions.read(criterion.condition)
    except ConditionError:
        return  # another rule says so
    for compared in conditions.comparisons(condition):
        if compared.sign == "==":
            yield from _waited_for(compared)


def _waited_for(compared: Compared) -> Iterator[object]:
    for one, other in ((compared.left, compared.right), (compared.right, compared.left)):
        if isinstance(one, WorkflowExpression) and one.root == "status" and isinstance(other, Literally):
            yield other.value
