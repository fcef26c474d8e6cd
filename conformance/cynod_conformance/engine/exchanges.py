"""One call of the engine as an Exchange, with what our own validators say of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cynod_conformance.lab import Lab
from cynod_conformance.observe.exchange import Exchange, Request, Response
from cynod_spec.model import Operation

PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~-")
LONG = 8000  # octets of URI and headers beyond which a request counts as malformed (clause ERR-1)


def identifier(case: Any) -> str:
    """The operationId that a case belongs to."""
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
    sent = Request(
        str(request.method),
        str(request.url),
        tuple((str(n), text(v)) for n, v in request.headers.items()),
        body.encode() if isinstance(body, str) else bytes(body),
    )
    pairs = tuple((str(n), text(v)) for n, values in response.headers.items() for v in values)
    came = Response(int(response.status_code), pairs, bytes(response.content or b""), float(response.elapsed))
    odd = any(set(str(value)) - PLAIN or not value for value in (case.path_parameters or {}).values())
    size = len(sent.url) + sum(len(n) + len(v) + 4 for n, v in sent.headers)
    tags = {"fuzzed", *(["malformed"] if size > LONG else []), *(["elsewhere"] if odd else [])}
    identity = callers.get(identifier(case), "")
    valid = operation is not None and not odd and is_valid(lab, operation, case)
    lab.target.on_exchange(
        Exchange(f"e{lab.target.sent}", operation, sent, came, phase(case), identity, valid, frozenset(tags))
    )


def phase(case: Any) -> str:
    """The engine's phase that made a case."""
    return str(case.meta.phase.name.value) if case.meta is not None else "engine"


def text(value: Any) -> str:
    """A header's value as text."""
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def is_valid(lab: Lab, operation: Operation, case: Any) -> bool:
    """Whether our own validator, too, takes the case: what the engine calls positive is not always valid."""
    meta = case.meta
    if meta is None or meta.generation.mode.value != "positive":
        return False
    given = {
        "query": dict(case.query or {}),
        "header": {n.lower(): v for n, v in (case.headers or {}).items()},
    }
    for parameter in operation.parameters:
        if parameter.place not in given:
            continue
        name = parameter.name.lower() if parameter.place == "header" else parameter.name
        if name not in given[parameter.place]:
            if parameter.required:
                return False
            continue
        if parameter.role == "cursor" or not takes(
            lab, parameter.schema.pointer, given[parameter.place][name]
        ):
            return False
    if operation.body is None:
        return True
    if case.media_type not in operation.body.media_types:
        return False
    body = case.body
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
