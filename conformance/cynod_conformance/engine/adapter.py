"""Schemathesis as a source of requests: its phases run, and every exchange goes past our observers.

Facts measured on 4.32: OAuth 2.0 schemes must be rewritten to ``http``/``bearer``; caches and database
leave litter unless switched off; an error event or a stop for another reason than completion proves nothing.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Mapping
from typing import Any

import schemathesis
from schemathesis.engine import StopReason, events, from_schema
from schemathesis.hooks import GLOBAL_HOOK_DISPATCHER

from cynod_conformance.lab import Lab
from cynod_conformance.observe.exchange import Exchange, Request, Response
from cynod_conformance.problems import BudgetSpent, Outcome
from cynod_conformance.tally import ENGINE, Tally
from cynod_conformance.target import TIMEOUT
from cynod_spec.model import Operation

FUZZ_EXAMPLES = 20  # per operation, in the full profile
PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~-")


def explore(lab: Lab, operations: list[Operation], seed: int, tally: Tally, *, full: bool) -> None:
    """Run the examples and coverage phases, and a bounded fuzzing when *full*."""
    chosen = {o.id: o for o in operations if not o.is_oauth}
    callers = authorize(lab, chosen)
    chosen = {id: o for id, o in chosen.items() if id in callers}
    if not chosen:
        return
    schema: Any = schemathesis.openapi.from_dict(
        prepared(lab, set(chosen)), config=configuration(lab, seed, full)
    )

    def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
        lab.target.phase = "engine"
        headers = dict(case.headers or {})
        for name in [n for n in headers if n.lower() == "authorization"]:
            del headers[name]
        operation = chosen.get(identifier(case))
        if operation is not None and not operation.public:
            headers["Authorization"] = lab.bearer(operation)  # renewed when it nears its end
        case.headers = headers
        kwargs["max_redirects"] = 0

    def after_call(context: Any, case: Any, response: Any) -> None:
        show(lab, chosen, callers, case, response)

    hooks = ((before_call, "before_call"), (after_call, "after_call"))
    for hook, name in hooks:
        GLOBAL_HOOK_DISPATCHER.register_hook_with_name(hook, name)
    try:
        run(lab, schema, tally)
    finally:
        for hook, _ in hooks:
            GLOBAL_HOOK_DISPATCHER.unregister(hook)


def authorize(lab: Lab, chosen: Mapping[str, Operation]) -> dict[str, str]:
    """Operation id → the caller's name; operations that nobody may call are left out."""
    found = {}
    for id, operation in chosen.items():
        if operation.public:
            found[id] = ""
            continue
        try:
            found[id] = lab.caller(operation)
        except Outcome:
            continue
    return found


def prepared(lab: Lab, ids: set[str]) -> dict[str, Any]:
    """The document as Schemathesis reads it best: chosen operations alone, bearer instead of OAuth 2.0."""
    document: dict[str, Any] = copy.deepcopy(dict(lab.contract.document))
    for scheme in document.get("components", {}).get("securitySchemes", {}).values():
        if isinstance(scheme, dict) and scheme.get("type") == "oauth2":
            scheme.clear()
            scheme.update({"type": "http", "scheme": "bearer"})
    document.pop("webhooks", None)
    for item in document.get("paths", {}).values():
        for method in list(item):
            described = isinstance(item[method], dict) and "responses" in item[method]
            if described and item[method].get("operationId") not in ids:
                del item[method]
    document["servers"] = [{"url": lab.target.base_url}]
    return document


def configuration(lab: Lab, seed: int, full: bool) -> Any:
    """Deterministic, silent, without litter; none of its own checks, for our observers judge."""
    project: dict[str, Any] = {
        "base-url": lab.target.base_url,
        "seed": seed,
        "workers": 1,
        "request-timeout": TIMEOUT[1],
        "tls-verify": lab.config.ca_file or True,
        "continue-on-failure": True,
        "generation": {"database": "none", "max-examples": FUZZ_EXAMPLES},
        "phases": {
            "examples": {"enabled": True},
            "coverage": {"enabled": True, "unexpected-methods": []},  # they may be declared, and write
            "fuzzing": {"enabled": full},
            "stateful": {"enabled": False},
        },
        "checks": {"enabled": False},
        "cache": {"enabled": False},
    }
    return schemathesis.Config.from_dict(project)


def run(lab: Lab, schema: Any, tally: Tally) -> None:
    """Drive the engine to its end, the deadline, or its own mistake; the last two leave a gap."""
    stream = from_schema(schema).execute()
    whole = True
    for event in stream:
        if lab.target.deadline is not None and time.monotonic() > lab.target.deadline:
            stream.stop()
            tally.gap(ENGINE, "engine", "not_exercised", BudgetSpent("budget"))
            return
        why = ""
        if isinstance(event, events.NonFatalError):
            why = str(event.value)
        elif isinstance(event, events.FatalError):
            why = str(event.exception)
        elif isinstance(event, events.EngineFinished) and event.stop_reason != StopReason.COMPLETED:
            why = str(event.stop_reason)
        if why:
            whole = False
            tally.gap(ENGINE, "engine", "inconclusive", Outcome("engine", why=why[:200]))
    if whole:
        tally.exercised(ENGINE, "engine")


def identifier(case: Any) -> str:
    """The operationId that a case belongs to."""
    return str(case.operation.definition.raw.get("operationId", ""))


def show(
    lab: Lab,
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
    tags = {"fuzzed", *(["malformed"] if size > 8000 else []), *(["elsewhere"] if odd else [])}
    lab.target.sent += 1
    identity = callers.get(identifier(case), "")
    valid = operation is not None and not odd and is_valid(lab, operation, case)
    lab.target.on_exchange(
        Exchange(f"e{lab.target.sent}", operation, sent, came, "engine", identity, valid, frozenset(tags))
    )


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
