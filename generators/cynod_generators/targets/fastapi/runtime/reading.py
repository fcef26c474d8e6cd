"""Parameters and bodies of a call: reading them, and every fault that the document's schemas see."""

from __future__ import annotations

from collections.abc import Sequence

from . import decoding
from .calls import Call
from .contract import Parameter
from .messages import RawRequest
from .refusals import Fault
from .validation import Validators

# RFC 9110 and OpenAPI 3.1 §4.8.12 settle these headers themselves: no parameter of theirs is judged.
_SETTLED = frozenset(("accept", "accept-language", "authorization", "content-type"))


def parameters(call: Call, request: RawRequest, path: dict[str, str]) -> list[str]:
    """Put the declared parameters that were sent into *call*.

    Returns the names of the query parameters sent more than once, lists aside.
    """
    repeated: list[str] = []
    query = decoding.query(request.query)
    cookies = decoding.cookies(request.header("cookie"))
    for name, value in request.headers:
        call.headers[name] = f"{call.headers[name]}, {value}" if name in call.headers else value
    for parameter in call.operation.parameters:
        name = parameter.name
        if parameter.place == "path" and name in path:
            call.path[name] = decoding.scalar(path[name], parameter.kind)
        elif parameter.place == "query" and name in query:
            values = query[name]
            if parameter.kind == "array":
                call.query[name] = values
                continue
            if len(values) > 1:
                repeated.append(name)
            call.query[name] = decoding.scalar(values[0], parameter.kind)
        elif parameter.place == "cookie" and name in cookies:
            call.cookies[name] = cookies[name]
    return repeated


def faults(
    validators: Validators,
    call: Call,
    raw: bytes,
    repeated: Sequence[str],
    request_id: tuple[str, str] | None,
) -> list[Fault]:
    """Every parameter and member at fault, in the document's order, the body's last."""
    found: list[Fault] = []
    for parameter in call.operation.parameters:
        if parameter.role == "key" or (parameter.place == "header" and _is_settled(parameter, request_id)):
            continue
        value = _value(call, parameter)
        if value is None:
            if parameter.required:
                found.append(_fault(parameter, "required-absent", "required"))
        elif parameter.name in repeated and parameter.place == "query":
            found.append(_fault(parameter, "value-invalid", "repeated"))
        else:
            for finding in validators.findings(parameter.schema, value)[:1]:
                code = "cursor-invalid" if parameter.role == "cursor" else "value-invalid"
                found.append(_fault(parameter, code, finding.keyword))
    return [*found, *_body_faults(validators, call, raw)]


def debug(found: Sequence[Fault]) -> str:
    """One technical sentence for the integrator: codes, places and keywords, never a value."""
    return "; ".join(
        f"{fault.code}: {fault.place} {fault.shown or fault.field or '/'}: {fault.keyword}"
        if fault.shown or fault.place != "body"
        else f"{fault.code}: body: {fault.keyword}"
        for fault in found[:20]
    )


def _body_faults(validators: Validators, call: Call, raw: bytes) -> list[Fault]:
    body = call.operation.body
    if body is None or (call.body is None and not raw):
        return []
    surrogates = decoding.lone_surrogates(raw, call.body)
    if surrogates:
        return [Fault(pointer, "body", "value-invalid", "unicode") for pointer in surrogates]
    if not isinstance(call.body, dict):
        return [Fault("", "body", "value-invalid", "type")]
    return [
        Fault(
            finding.pointer,
            "body",
            "required-absent" if finding.absent else "value-invalid",
            finding.keyword,
            finding.shown,
        )
        for finding in validators.findings(body.schema, call.body)
    ]


def _value(call: Call, parameter: Parameter) -> object:
    if parameter.place == "path":
        return call.path.get(parameter.name)
    if parameter.place == "query":
        return call.query.get(parameter.name)
    if parameter.place == "cookie":
        return call.cookies.get(parameter.name)
    text = call.headers.get(parameter.name.lower())
    return None if text is None else decoding.scalar(text, parameter.kind)


def _is_settled(parameter: Parameter, request_id: tuple[str, str] | None) -> bool:
    name = parameter.name.lower()
    return name in _SETTLED or (request_id is not None and name == request_id[0].lower())


def _fault(parameter: Parameter, code: str, keyword: str) -> Fault:
    return Fault(parameter.name, parameter.place, code, keyword)
