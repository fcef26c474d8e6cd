"""What a generated case is as an exchange: its marks, and what our own validators say of it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from cynod_conformance.base.phases import Phase
from cynod_conformance.experiment.context import TestContext
from cynod_conformance.observe.exchange import Exchange, Request, Response
from cynod_spec.model import Operation, Parameter
from cynod_spec.model.serialization import Reading, read_cookies, read_header, read_query

PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~-")
CLIENT_HEADER_OCTETS = 200  # octets of headers that any client adds
MAX_WELL_FORMED_OCTETS = 8000  # of URI and headers; a longer request counts as malformed (clause ERR-1)


def identifier(case: Any) -> str:
    """The operationId that a case of the engine belongs to."""
    return str(case.operation.definition.raw.get("operationId", ""))


def show(
    context: TestContext,
    chosen: Mapping[str, Operation],
    callers: Mapping[str, str],
    case: Any,
    response: Any,
) -> None:
    """Turn one call of the engine into an Exchange and pass it on."""
    operation: Operation | None = chosen.get(identifier(case))
    request = response.request
    if operation is not None and request.method != operation.method:
        operation = None
    body = request.body or b""
    url = str(request.url)
    headers = tuple((str(n), text(v)) for n, v in request.headers.items())
    sent = Request(str(request.method), url, headers, body.encode() if isinstance(body, str) else bytes(body))
    pairs = tuple((str(n), text(v)) for n, values in response.headers.items() for v in values)
    came = Response(int(response.status_code), pairs, bytes(response.content or b""), float(response.elapsed))
    elsewhere = is_elsewhere(case.path_parameters or {})
    valid = (
        operation is not None
        and not elsewhere
        and is_positive(case)
        and is_valid(
            context, operation, case.query or {}, urlsplit(url).query, headers, case.media_type, case.body
        )
    )
    identity, marks = callers.get(identifier(case), ""), tags(url, headers, elsewhere)
    context.target.show(
        Exchange(context.target.name(), operation, sent, came, phase(case), identity, valid, marks)
    )


def phase(case: Any) -> Phase:
    """The engine's phase that made a case."""
    found: Phase = case.meta.phase.name.value
    return found


def is_positive(case: Any) -> bool:
    """Whether the engine meant the schemas to take a case."""
    return case.meta is not None and case.meta.generation.mode.value == "positive"


def is_elsewhere(path_parameters: Mapping[str, Any]) -> bool:
    """Whether a path parameter is such that the path may lead elsewhere than to its operation."""
    return any(set(str(value)) - PLAIN or not value for value in path_parameters.values())


def tags(url: str, headers: Collection[tuple[str, str]], elsewhere: bool) -> frozenset[str]:
    """The marks of a generated request, which is malformed when it is too long."""
    size = len(url) + CLIENT_HEADER_OCTETS + sum(len(n) + len(v) + 4 for n, v in headers)
    return frozenset(
        {
            "fuzzed",
            *(["malformed"] if size > MAX_WELL_FORMED_OCTETS else []),
            *(["elsewhere"] if elsewhere else []),
        }
    )


def text(value: Any) -> str:
    """A header's value as text."""
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def is_valid(
    context: TestContext,
    operation: Operation,
    query: Mapping[str, Any] | None,
    raw_query: str,
    headers: Iterable[tuple[str, str]],
    media_type: str | None,
    body: Any,
) -> bool:
    """Whether our own validator, too, takes a request: what the engine calls positive is not always valid.

    *query* holds its parameters by name, *raw_query* the same as it is sent.
    """
    if query is None:
        return False
    sent = {name.lower(): value for name, value in headers}
    if not all(is_read(context, operation, each, raw_query, sent) for each in structured(operation)):
        return False
    given = {"query": query, "header": sent}
    for parameter in operation.parameters:
        if parameter.place not in given or not parameter.serialization.is_plain:
            continue
        name = parameter.name.lower() if parameter.place == "header" else parameter.name
        if name not in given[parameter.place]:
            if parameter.required:
                return False
            continue
        value = given[parameter.place][name]
        if parameter.role == "cursor" or not takes(context, parameter.schema.pointer, value):
            return False
    if operation.body is None:
        return True
    if media_type not in operation.body.media_types:
        return False
    return isinstance(body, dict | list) and context.validators.is_valid(operation.body.schema, body)


def structured(operation: Operation) -> Iterator[Parameter]:
    """The parameters of *operation* that are more than a text in its query or a header."""
    for parameter in operation.parameters:
        is_plain = parameter.serialization.is_plain and parameter.place != "cookie"
        if parameter.place != "path" and not is_plain:
            yield parameter


def is_read(
    context: TestContext, operation: Operation, parameter: Parameter, query: str, headers: Mapping[str, str]
) -> bool:
    """Whether every way to read *parameter* from the request gives a value that its schema takes."""
    form, name = parameter.serialization, parameter.name
    found: Reading | None = None
    if parameter.place == "query":
        forms = [each.serialization for each in operation.parameters if each.place == "query"]
        found = read_query(forms, query, json.loads).get(name)
    elif parameter.place == "cookie":
        found = read_cookies([form], headers.get("cookie"), json.loads).get(name)
    elif name.lower() in headers:
        found = read_header(form, headers[name.lower()], json.loads)
    if found is None:
        return not parameter.required
    return not found.fault and all(
        context.validators.is_valid(parameter.schema.pointer, value) for value in found.values
    )


def takes(context: TestContext, pointer: str, value: Any) -> bool:
    """Whether the schema takes *value*, as text or as the number that the text writes."""
    if not isinstance(value, str | int) or isinstance(value, bool):
        return False
    if (
        isinstance(value, str)
        and value.lstrip("-").isdigit()
        and context.validators.is_valid(pointer, int(value))
    ):
        return True
    plain = isinstance(value, int) or (value.isprintable() and value == value.strip() and value != "")
    return plain and context.validators.is_valid(pointer, value)
