"""Parameters that an operation does not have."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.registry import Found, rule
from cynod_spec.model import Operation
from cynod_spec.workflows.model import Argument, Step
from cynod_spec.workflows.operations import operation_of, workflow_of
from cynod_spec.workflows.subject import WorkflowSubject


@rule(
    "step-parameter-unknown",
    says="the step {step} gives {name}, which {what}",
    hint="give what the operation declares; `in` says where it goes",
    good="- {name: limit, in: query, value: 5}",
    bad="- ⟦{name: size, in: query, value: 5}⟧",
)
def step_parameter_unknown(subject: WorkflowSubject) -> Iterator[Found]:
    """A step gives parameters that its operation has, in the place where it has them.

    ``Authorization`` is given by every step that identifies itself, and declared by the security schemes.
    """
    for workflow, step in subject.document.steps():
        operation = operation_of(subject.contract, step) if not step.workflow else None
        for argument in workflow.given(step):
            what = _fault(argument, operation) if operation else _unfit(subject, step, argument)
            if what:
                yield argument.at, {"step": step.id, "name": argument.name, "what": what}


def _fault(argument: Argument, operation: Operation) -> str:
    if argument.place is None:
        return "does not say where it goes"
    name = argument.name.lower() if argument.place == "header" else argument.name
    if (argument.place, name) == ("header", "authorization") and operation.schemes:
        return ""
    known = {
        parameter.name.lower() if parameter.place == "header" else parameter.name
        for parameter in operation.parameters
        if parameter.place == argument.place
    }
    return "" if name in known else f"{operation.key} does not have in {argument.place}"


def _unfit(subject: WorkflowSubject, step: Step, argument: Argument) -> str:
    called = workflow_of(subject.document, step.workflow) if step.workflow else None
    if called is None or argument.name in {each.name for each in called.inputs}:
        return ""
    return f"{called.id} does not take"
