"""A step and what is known so far → the request that it sends."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlencode

from cynod_conformance.experiment.request_builder import NOTHING, RequestBuilder
from cynod_conformance.http.authorization import FORM
from cynod_conformance.http.target import UNSENDABLE
from cynod_spec.base import pointer as pointers
from cynod_spec.model import Contract, Operation
from cynod_spec.model.serialization import Unwritable
from cynod_spec.workflows.expressions import ExpressionError, Message, Scene, resolve, written
from cynod_spec.workflows.model import Argument, Payload, Step, Workflow
from cynod_spec.workflows.operations import operation_of

JSON: Final = "application/json"


def draft(contract: Contract, workflow: Workflow, step: Step, scene: Scene) -> RequestBuilder:
    """The request of *step*. Raises ExpressionError when a value that it needs is not there, or unfit."""
    operation = operation_of(contract, step)
    if operation is None:
        raise ExpressionError(f"the contract has no operation {step.operation or step.operation_path}")
    made = RequestBuilder(operation)
    for argument in workflow.given(step):
        made = _with_argument(made, argument, resolve(argument.value, scene))
    for name, value in made.headers:
        if UNSENDABLE.search(value):
            raise ExpressionError(f"the header {name} cannot carry its value")
    return _with_body(made, operation, step.payload, scene) if step.payload else made


def _with_argument(made: RequestBuilder, argument: Argument, value: Any) -> RequestBuilder:
    found = (each for each in made.operation.parameters if each.is_at(argument.place or "", argument.name))
    parameter = next(found, None)
    if parameter is not None and (argument.place == "cookie" or not parameter.serialization.is_plain):
        try:
            return made.with_parameter(parameter, value)
        except Unwritable as error:
            raise ExpressionError(f"the parameter {argument.name} cannot carry its value: {error}") from None
    text = written(value)
    if argument.place == "path":
        return replace(made, path={**made.path, argument.name: text})
    if argument.place == "query":
        return made.with_query(argument.name, text)
    if argument.place == "cookie":
        return made.with_header("Cookie", f"{argument.name}={text}")
    return made.with_header(argument.name, text)


def message(sent: RequestBuilder) -> Message:
    """*sent* as expressions see it."""
    return Message(sent.headers, sent.body, dict(sent.query), sent.path)


def _with_body(made: RequestBuilder, operation: Operation, payload: Payload, scene: Scene) -> RequestBuilder:
    known = operation.body.media_types if operation.body else ()
    media_type = payload.media_type or next(iter(known), JSON)
    body = _replaced(payload, resolve(payload.value, scene), scene)
    raw = _encoded(body, media_type)
    return replace(made, body=body, raw=raw, media_type=media_type)


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
