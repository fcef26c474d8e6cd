"""What a generated case is as an exchange: its marks, and what our own validators say of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from cynod_conformance.lab import Lab
from cynod_conformance.observe.exchange import Exchange, Request, Response
from cynod_conformance.phases import Phase
from cynod_spec.model import Operation

PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~-")
ADDED = 200  # octets of headers that any client adds
LONG = 8000  # octets of URI and headers beyond which a request counts as malformed (clause ERR-1)


def identifier(case: Any) -> str:
    """The operationId that a case of the engine belongs to."""
    return str(case.operation.definition.raw.get("operationId", ""))


def show(
    lab: Lab, chosen: Mapping[str, Operation], callers: Mapping[str, str], case: Any, response: Any
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
        and is_valid(lab, operation, case.query or {}, case.headers or {}, case.media_type, case.body)
    )
    identity, marks = callers.get(identifier(case), ""), tags(url, headers, elsewhere)
    lab.target.show(Exchange(lab.target.name(), operation, sent, came, phase(case), identity, valid, marks))


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
    size = len(url) + ADDED + sum(len(n) + len(v) + 4 for n, v in headers)
    return frozenset(
        {"fuzzed", *(["malformed"] if size > LONG else []), *(["elsewhere"] if elsewhere else [])}
    )


def text(value: Any) -> str:
    """A header's value as text."""
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def is_valid(
    lab: Lab,
    operation: Operation,
    query: Mapping[str, Any] | None,
    headers: Mapping[str, str],
    media_type: str | None,
    body: Any,
) -> bool:
    """Whether our own validator, too, takes a request: what the engine calls positive is not always valid."""
    if query is None:
        return False
    given = {"query": query, "header": {name.lower(): value for name, value in headers.items()}}
    for parameter in operation.parameters:
        if parameter.place not in given:
            continue
        name = parameter.name.lower() if parameter.place == "header" else parameter.name
        if name not in given[parameter.place]:
            if parameter.required:
                return False
            continue
        value = given[parameter.place][name]
        if parameter.role == "cursor" or not takes(lab, parameter.schema.pointer, value):
            return False
    if operation.body is None:
        return True
    if media_type not in operation.body.media_types:
        return False
    return isinstance(body, dict | list) and lab.validators.is_valid(operation.body.schema, body)


def takes(lab: Lab, pointer: str, value: Any) -> bool:
    """Whether the schema takes *value*, as text or as the number that the text writes."""
    if not isinstance(value, str | int) or isinstance(value, bool):
        return False
    if (
        isinstance(value, str)
        and value.lstrip("-").isdigit()
        and lab.validators.is_valid(pointer, int(value))
    ):
        return True
    plain = isinstance(value, int) or (value.isprintable() and value == value.strip() and value != "")
    return plain and lab.validators.is_valid(pointer, value)
