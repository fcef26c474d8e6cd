"""Values that a schema of the contract rejects, as far as they are known before the workflow runs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from cynod_spec.base import pointer as pointers
from cynod_spec.base.pointer import split
from cynod_spec.lint.registry import Found, rule
from cynod_spec.model import Schema
from cynod_spec.schema.validation import Problem
from cynod_spec.workflows.expressions import has_expression
from cynod_spec.workflows.model import Step
from cynod_spec.workflows.operations import operation_of
from cynod_spec.workflows.subject import WorkflowSubject

_STRUCTURAL: Final = frozenset(("required", "additionalProperties", "type", "minProperties", "maxProperties"))
"""Keywords whose verdict on an object or a list stands whatever its members turn out to be."""


@rule(
    "step-value-invalid",
    says="the step {step} sends what {what} rejects: {problem}",
    hint="correct the value, or the schema",
    good="price: {units: 500, currency: XOF}",
    bad="price: {units: 500, ⟦currency⟧: francs}",
)
def step_value_invalid(subject: WorkflowSubject) -> Iterator[Found]:
    """What a step sends is what the contract accepts; expressions are known later and pass."""
    for workflow, step in subject.document.steps():
        operation = operation_of(subject.contract, step) if not step.workflow else None
        if operation is None:
            continue
        schemas = {(each.name.lower(), each.place): each.schema for each in operation.parameters}
        for argument in workflow.given(step):
            schema = schemas.get((argument.name.lower(), argument.place or "body"))
            if schema is not None and not has_expression(argument.value):
                problem = _refused(subject, schema, argument.value)
                if problem:
                    yield argument.at, {"step": step.id, "what": argument.name, "problem": problem}
        if operation.body is not None:
            yield from _body(subject, step, operation.body.schema, operation.key)


def _refused(subject: WorkflowSubject, schema: Schema, value: Any) -> str:
    """Why *schema* rejects a parameter, which travels as text; empty when it does not."""
    found = subject.validators.errors(schema, value)
    if found and isinstance(value, str):
        try:
            read = json.loads(value)
        except ValueError:
            return found[0].message
        return "" if subject.validators.is_valid(schema, read) else found[0].message
    return found[0].message if found else ""


def _body(subject: WorkflowSubject, step: Step, schema: Schema, key: str) -> Iterator[Found]:
    payload = step.payload
    if payload is None or payload.replacements or isinstance(payload.value, str):
        return
    for problem in subject.validators.errors(schema, payload.value):
        if _is_known(payload.value, problem):
            place = (*split(payload.at.pointer), "payload", *problem.path)
            yield subject.source.place(place), {"step": step.id, "what": key, "problem": problem.message}


def _is_known(value: Any, problem: Problem) -> bool:
    """Whether *problem* stands before any expression is resolved."""
    try:
        part = pointers.resolve(value, problem.path)
    except LookupError:
        return False
    return not has_expression(part) or (isinstance(part, dict | list) and problem.keyword in _STRUCTURAL)
