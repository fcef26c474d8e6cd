"""A step and what is known so far → the request that it sends."""

from __future__ import annotations

import json
from typing import Any, Final
from urllib.parse import urlencode

from cynod_conformance.draft import NOTHING, Draft
from cynod_conformance.target import UNSENDABLE
from cynod_conformance.tokens import FORM
from cynod_spec import pointer as pointers
from cynod_spec.model import Contract, Operation
from cynod_spec.workflows.expressions import ExpressionError, Message, Scene, resolve, written
from cynod_spec.workflows.model import Payload, Step, Workflow
from cynod_spec.workflows.operations import operation_of

JSON: Final = "application/json"


def draft(contract: Contract, workflow: Workflow, step: Step, scene: Scene) -> Draft:
    """The request of *step*. Raises ExpressionError when a value that it needs is not there, or unfit."""
    operation = operation_of(contract, step)
    if operation is None:
        raise ExpressionError(f"the contract has no operation {step.operation or step.operation_path}")
    made = Draft(operation)
    for argument in workflow.given(step):
        value = written(resolve(argument.value, scene))
        if argument.place == "path":
            made = Draft(operation, {**made.path, argument.name: value}, made.query, made.headers)
        elif argument.place == "query":
            made = made.with_query(argument.name, value)
        elif argument.place == "cookie":
            made = made.with_header("Cookie", f"{argument.name}={value}")
        else:
            made = made.with_header(argument.name, value)
    for name, value in made.headers:
        if UNSENDABLE.search(value):
            raise ExpressionError(f"the header {name} cannot carry its value")
    return _with_body(made, operation, step.payload, scene) if step.payload else made


def message(sent: Draft) -> Message:
    """*sent* as expressions see it."""
    return Message(sent.headers, sent.body, dict(sent.query), sent.path)


def _with_body(made: Draft, operation: Operation, payload: Payload, scene: Scene) -> Draft:
    known = operation.body.media_types if operation.body else ()
    media_type = payload.media_type or next(iter(known), JSON)
    body = _replaced(payload, resolve(payload.value, scene), scene)
    raw = _encoded(body, media_type)
    return Draft(operation, made.path, made.query, made.headers, body, raw, media_type)


def _replaced(payload: Payload, body: Any, scene: Scene) -> Any:
    """*body* with what the replacements of *payload* put into it; both are new already."""
    for each in payload.replacements:
        tokens = pointers.split(each.target)
        value = resolve(each.value, scene)
        if not tokens:
            body = value
            continue
        try:
            holder = pointers.resolve(body, tokens[:-1])
            holder[int(tokens[-1]) if isinstance(holder, list) else tokens[-1]] = value
        except (LookupError, TypeError, ValueError):
            raise ExpressionError(f"the payload has no {each.target}") from None
    return body


def _encoded(body: Any, media_type: str) -> bytes:
    if body is None or body is NOTHING:
        return b""
    if media_type.partition(";")[0].strip().lower() == FORM and isinstance(body, dict):
        return urlencode([(name, written(value)) for name, value in body.items()]).encode()
    if isinstance(body, str):
        return body.encode("utf-8", "replace")
    return json.dumps(body, ensure_ascii=False).encode("utf-8", "surrogatepass")
