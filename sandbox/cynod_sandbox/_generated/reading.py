"""Reads the parameters and the body of a call, and finds every fault by the document's schemas."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import quote

from . import decoding, pointers
from .calls import Call
from .contract import Parameter
from .messages import RawRequest
from .refusals import Fault
from .serialization import Reading, Serialization, read_cookies, read_header, read_path, read_query
from .validation import Validators

# RFC 9110 and OpenAPI 3.1 §4.8.12 settle these headers themselves: no parameter of theirs is judged.
_SETTLED = frozenset(("accept", "accept-language", "authorization", "content-type"))
_VARIABLE = re.compile(r"\{[^{}]*\}")
_DELIMITERS = ",;=."  # between the parts of a path parameter


def parameters(call: Call, request: RawRequest, path: dict[str, str], validators: Validators) -> list[str]:
    """Store in *call* the declared parameters that were sent, and which of them cannot be read.

    Returns the names of the query parameters sent more than once, lists aside; the first one counts.
    """
    for name, value in request.headers:
        call.headers[name] = f"{call.headers[name]}, {value}" if name in call.headers else value
    repeated: list[str] = []
    declared = call.operation.parameters
    segments = _raw_segments(call.operation.path, request.path)
    read: dict[tuple[str, str], Reading] = {}
    query = read_query(_forms(declared, "query"), request.query, decoding.parse_text)
    read |= {("query", name): found for name, found in query.items()}
    if forms := _forms(declared, "cookie"):
        cookies = read_cookies(forms, request.header("cookie"), decoding.parse_text)
        read |= {("cookie", name): found for name, found in cookies.items()}
    for parameter in declared:
        form, name = parameter.serialization, parameter.name
        if parameter.place == "path" and name in path:
            segment = quote(path[name], safe="" if form.is_plain else _DELIMITERS)
            if not form.is_plain:
                segment = segments.get(name, segment)
            read["path", name] = read_path(form, segment, decoding.parse_text)
        elif parameter.place == "header" and name.lower() in call.headers and not _is_settled(name):
            read["header", name] = read_header(form, call.headers[name.lower()], decoding.parse_header)
    for parameter in declared:
        found = read.get((parameter.place, parameter.name))
        if found is not None:
            _put(call, parameter, found, validators)
            if found.fault == "repeated" and parameter.place == "query":
                repeated.append(parameter.name)
    return repeated


def _put(call: Call, parameter: Parameter, found: Reading, validators: Validators) -> None:
    """Store what was *found* of *parameter* in *call*: the first reading that its schema accepts."""
    if found.fault and (not found.values or parameter.place != "query"):
        call.malformed.add((parameter.place, parameter.name))
        return
    value = found.values[0]
    if len(found.values) > 1:
        taken = (each for each in found.values if validators.is_valid(parameter.schema, each))
        value = next(taken, value)
    call.values_at(parameter.place)[_key(parameter)] = value


def _forms(parameters: Sequence[Parameter], place: str) -> list[Serialization]:
    return [parameter.serialization for parameter in parameters if parameter.place == place]


def _key(parameter: Parameter) -> str:
    return parameter.name.lower() if parameter.place == "header" else parameter.name


def _raw_segments(template: str, path: str) -> dict[str, str]:
    """The segments of the raw *path* that are a variable of *template*, by its name.

    Both are counted from their ends, so that a prefix added by a proxy makes no difference.
    """
    pairs = zip(reversed(template.split("/")), reversed(path.split("/")), strict=False)
    return {wanted[1:-1]: given for wanted, given in pairs if _VARIABLE.fullmatch(wanted)}


def faults(
    validators: Validators,
    call: Call,
    raw: bytes,
    repeated: Sequence[str],
    request_id: tuple[str, str] | None,
) -> list[Fault]:
    """Every faulty parameter and member, in the document's order, those of the body last."""
    found: list[Fault] = []
    for parameter in call.operation.parameters:
        if parameter.role == "key" or _is_left_alone(parameter, request_id):
            continue
        value = call.values_at(parameter.place).get(_key(parameter), pointers.MISSING)
        if (parameter.place, parameter.name) in call.malformed:
            found.append(_fault(parameter, "value-invalid", "malformed"))
        elif value is pointers.MISSING:
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
    """A technical sentence for the integrator: codes, places and keywords, never a value."""
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


def _is_left_alone(parameter: Parameter, request_id: tuple[str, str] | None) -> bool:
    if parameter.place != "header":
        return False
    is_request_id = request_id is not None and parameter.name.lower() == request_id[0].lower()
    return is_request_id or _is_settled(parameter.name)


def _is_settled(header: str) -> bool:
    return header.lower() in _SETTLED


def _fault(parameter: Parameter, code: str, keyword: str) -> Fault:
    return Fault(parameter.name, parameter.place, code, keyword)
