"""Bodies where there should be none, or none where one is asked for."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.registry import Found, rule
from cynod_spec.model import Operation
from cynod_spec.workflows.model import Step
from cynod_spec.workflows.operations import operation_of
from cynod_spec.workflows.subject import WorkflowSubject


@rule(
    "step-body",
    says="the step {step} {what}",
    hint="see the requestBody of the operation",
    good="contentType: application/json",
    bad="⟦contentType⟧: text/plain",
)
def step_body(subject: WorkflowSubject) -> Iterator[Found]:
    """A step sends a body when its operation takes one, in a media type that it accepts."""
    for _, step in subject.document.steps():
        operation = operation_of(subject.contract, step) if not step.workflow else None
        what = _fault(step, operation) if operation else ""
        if what:
            at = subject.below(step.payload.at, "contentType") if step.payload else step.at
            yield at, {"step": step.id, "what": what}


def _fault(step: Step, operation: Operation) -> str:
    if step.payload is None:
        asked = operation.body is not None and operation.body.required
        return f"lacks the body that {operation.key} requires" if asked else ""
    if operation.body is None:
        return f"sends a body, and {operation.key} takes none"
    said = step.payload.media_type
    if said and said.partition(";")[0].strip().lower() not in operation.body.media_types:
        return f"sends {said}, and {operation.key} takes {', '.join(operation.body.media_types)}"
    return ""
