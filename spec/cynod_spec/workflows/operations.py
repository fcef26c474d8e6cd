"""The operation that a step calls, and what its steps do to the target."""

from __future__ import annotations

from typing import Final

from cynod_spec.base import pointer as pointers
from cynod_spec.model import Contract, Operation
from cynod_spec.workflows.model import Step, Workflow, Workflows

_SOURCES: Final = "$sourceDescriptions."


def operation_of(contract: Contract, step: Step) -> Operation | None:
    """The operation of *step*: by its id, bare or behind its source's name, or by its place."""
    if step.operation:
        id = step.operation
        if id.startswith(_SOURCES):
            id = id.removeprefix(_SOURCES).partition(".")[2]
        return next((each for each in contract.operations if each.id == id), None)
    try:
        tokens = pointers.split(step.operation_path.partition("#")[2])
    except ValueError:
        return None
    if len(tokens) != 3 or tokens[0] != "paths":
        return None
    place = (tokens[2].upper(), tokens[1])
    return next((each for each in contract.operations if (each.method, each.path) == place), None)


def workflow_of(document: Workflows, name: str) -> Workflow | None:
    """The workflow of *document* that is called *name*, bare or behind ``$workflows.``."""
    return document.workflow(name.removeprefix("$workflows."))


def writes(contract: Contract, document: Workflows, workflow: Workflow) -> bool:
    """Whether a step of *workflow*, or of one that it runs, may change what another caller sees."""
    seen: set[str] = set()
    waiting = [workflow]
    while waiting:
        each = waiting.pop()
        if each.id in seen:
            continue
        seen.add(each.id)
        operations = [operation_of(contract, step) for step in each.steps]
        if any(operation is not None and operation.writes for operation in operations):
            return True
        actions = [action for step in each.steps for action in (*each.successes(step), *each.failures(step))]
        names = [*(step.workflow for step in each.steps), *(action.workflow for action in actions)]
        waiting.extend(found for name in names if name and (found := workflow_of(document, name)))
    return False


def in_order(document: Workflows) -> list[Workflow]:
    """The workflows, each after those that it depends on; a circle is left in the document's order."""
    ordered: list[Workflow] = []
    open_: set[str] = set()

    def visit(workflow: Workflow) -> None:
        if workflow in ordered or workflow.id in open_:
            return
        open_.add(workflow.id)
        for name in workflow.depends_on:
            if (needed := workflow_of(document, name)) is not None:
                visit(needed)
        ordered.append(workflow)

    for workflow in document.workflows:
        visit(workflow)
    return ordered
