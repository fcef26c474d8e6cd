"""Expressions that lead nowhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cynod_spec.base.location import SourceLocation
from cynod_spec.base.pointer import split
from cynod_spec.lint.registry import Found, rule
from cynod_spec.model import Operation, Response
from cynod_spec.schema.composition import branches
from cynod_spec.source.node import Node
from cynod_spec.workflows import criteria
from cynod_spec.workflows.conditions import ConditionError
from cynod_spec.workflows.expressions import ExpressionError, WorkflowExpression, expressions, parse
from cynod_spec.workflows.model import Step, Workflow
from cynod_spec.workflows.operations import operation_of, workflow_of
from cynod_spec.workflows.subject import WorkflowSubject, actions


@rule(
    "expression-nowhere",
    says="{expression} leads nowhere: {what}",
    hint="name an input of the workflow, an output of a step before this one, or a place in its answer",
    good="- {name: passId, in: path, value: $steps.issue.outputs.passId}",
    bad="- {name: passId, in: path, ⟦value⟧: $steps.issue.outputs.id}",
)
def expression_nowhere(subject: WorkflowSubject) -> Iterator[Found]:
    """An expression names what is there when its turn comes."""
    for workflow in subject.document.workflows:
        for step in workflow.steps:
            for at, source in _written(subject, workflow, step):
                what = _fault(subject, workflow, step, source)
                if what:
                    yield at, {"expression": source, "what": what}
        for name, source in workflow.outputs.items():
            what = _fault(subject, workflow, None, source)
            if what:
                yield subject.below(workflow.at, "outputs", name), {"expression": source, "what": what}


def _written(
    subject: WorkflowSubject, workflow: Workflow, step: Step
) -> Iterator[tuple[SourceLocation, str]]:
    """Every expression of *step* and the place where it stands."""
    for argument in workflow.given(step):
        for path, source in expressions(argument.value):
            yield subject.below(argument.at, "value", *path), source
    if step.payload is not None:
        for path, source in expressions(step.payload.value):
            yield subject.below(step.payload.at, "payload", *path), source
        for replacement in step.payload.replacements:
            for path, source in expressions(replacement.value):
                yield subject.below(replacement.at, "value", *path), source
    for name, source in step.outputs.items():
        yield subject.below(step.at, "outputs", name), source
    judged = [*step.criteria, *(c for action in actions(workflow, step) for c in action.criteria)]
    for criterion in judged:
        try:
            found = [each.source for each in criteria.expressions(criterion)]
        except ConditionError:
            continue  # another rule says so
        yield from ((subject.below(criterion.at, "condition"), source) for source in found)


def _fault(subject: WorkflowSubject, workflow: Workflow, step: Step | None, source: str) -> str:
    """What is wrong with the expression *source* of *step* (None: of the workflow); empty when nothing."""
    try:
        found = parse(source)
    except ExpressionError:
        return "it is no runtime expression"
    match found.root:
        case "inputs":
            known = {each.name for each in workflow.inputs}
            return "" if found.name in known else f"{workflow.id} has no such input"
        case "steps.outputs":
            return _step_fault(subject, workflow, step, found)
        case "workflows.outputs" | "workflows.inputs":
            return _workflow_fault(subject, found)
        case "outputs":
            called = workflow_of(subject.document, step.workflow) if step and step.workflow else None
            known = set(called.outputs) if called else set()
            return "" if found.name in known else "only a step that runs a workflow has its outputs"
        case "response":
            return _answer_fault(subject, step, found)
        case _:
            return ""


def _step_fault(
    subject: WorkflowSubject, workflow: Workflow, step: Step | None, found: WorkflowExpression
) -> str:
    named = workflow.step(found.name)
    if named is None:
        return f"{workflow.id} has no step {found.name}"
    called = workflow_of(subject.document, named.workflow) if named.workflow else None
    if found.member not in {*named.outputs, *(called.outputs if called else ())}:
        return f"the step {named.id} has no such output"
    order = [each.id for each in workflow.steps]
    jumps = any(action.kind == "goto" for each in workflow.steps for action in actions(workflow, each))
    if step is not None and not jumps and order.index(named.id) > order.index(step.id):
        return f"the step {named.id} comes later"
    return ""


def _workflow_fault(subject: WorkflowSubject, found: WorkflowExpression) -> str:
    named = subject.document.workflow(found.name)
    if named is None:
        return f"there is no workflow {found.name}"
    known = set(named.outputs) if found.root.endswith("outputs") else {each.name for each in named.inputs}
    return "" if found.member in known else f"{named.id} has none that is called so"


def _answer_fault(subject: WorkflowSubject, step: Step | None, found: WorkflowExpression) -> str:
    operation = operation_of(subject.contract, step) if step and not step.workflow else None
    if operation is None:
        return "" if step and not step.workflow else "there is no answer here"
    if found.name == "header":
        return "" if found.member.lower() in _headers(subject, operation) else "no answer has this header"
    if any(_has(subject, response, found.path) for response in operation.responses):
        return ""
    return f"no answer of {operation.key} has this member"


def _headers(subject: WorkflowSubject, operation: Operation) -> set[str]:
    """The headers of the operation's answers, and those that every answer has by HTTP itself."""
    declared = [header for response in operation.responses for header in response.headers]
    names = {header.name.lower() for header in (*declared, *subject.contract.general_headers)}
    return names | {"content-type", "content-length", "date"}


def _has(subject: WorkflowSubject, response: Response, path: Sequence[str]) -> bool:
    """Whether the body of *response* may have a member at *path*."""
    if response.schema is None:
        return False
    node = subject.contract_root.get(*split(response.schema.pointer))
    return node is not None and _may_have(node, path)


def _may_have(node: Node, path: Sequence[str]) -> bool:
    """A schema that describes neither members nor items leaves them open."""
    nodes = [node]
    for token in path:
        parts = [part for each in nodes for part in branches(each, alternatives=True)]
        nodes = [
            below
            for part in parts
            if (below := part.get("properties", token) or (part.get("items") if token.isdigit() else None))
        ]
        if not nodes:
            return not any(part.get("properties") or part.get("items") for part in parts)
    return True
