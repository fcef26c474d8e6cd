"""Which answer of the document an exchange should be held against."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cynod_conformance.observe.declare import Context
from cynod_conformance.observe.exchange import Exchange
from cynod_spec.model import Code, Contract, Envelope, Operation, Response


def has_body(exchange: Exchange) -> bool:
    """Whether HTTP lets this answer carry a body."""
    return exchange.request.method not in ("HEAD", "OPTIONS") and exchange.response.status not in (204, 304)


def value_at(value: Any, path: Sequence[str]) -> Any:
    """What stands at *path* in a JSON value; None when nothing does."""
    for token in path:
        if isinstance(value, dict):
            value = value.get(token)
        elif isinstance(value, list) and token.isdigit() and int(token) < len(value):
            value = value[int(token)]
        else:
            return None
    return value


def declared(contract: Contract, exchange: Exchange) -> Response | None:
    """The answer that the document gives for this operation and status, or the general one; or None."""
    status = exchange.response.status
    if exchange.operation is not None:
        found = exchange.operation.response(status)
        if found is not None:
            return found
    return next((r for r in contract.general if r.status == status), None)


def envelope(contract: Contract, exchange: Exchange) -> Envelope | None:
    """The envelope this answer should wear; None outside the envelopes (OAuth 2.0, no body)."""
    if not has_body(exchange):
        return None
    operation, status = exchange.operation, exchange.response.status
    found = declared(contract, exchange)
    if found is not None:
        return contract.envelopes.get(found.case) if found.case else None
    if operation is not None and operation.is_oauth and status < 400:
        return None
    case = next((c.case for c in contract.codes if c.status == status), None)
    if case is None:
        case = "success" if status < 400 else "functional" if status < 500 else "system"
    return contract.envelopes.get(case)


def member_value(context: Context, exchange: Exchange, role: str) -> Any:
    """The value of the envelope's member with *role* in this answer; None when absent."""
    worn = envelope(context.contract, exchange)
    member = worn.member(role) if worn else None
    return value_at(exchange.response.json.value, member.path) if member else None


def code_in(contract: Contract, exchange: Exchange) -> Code | None:
    """The internal code of an answer, wherever one of the contract's envelopes has it; None without any."""
    for worn in contract.envelopes.values():
        member = worn.member("code")
        if member and (code := contract.code_of(value_at(exchange.response.json.value, member.path))):
            return code
    return None


def status_and_code(contract: Contract, exchange: Exchange) -> str:
    """Status and code or OAuth error (RFC 6749 §5.2) of an answer, as reports write them."""
    status, value = exchange.response.status, exchange.response.json.value
    if code := code_in(contract, exchange):
        return f"{status} {code.value} ({code.name})"
    error = value.get("error") if isinstance(value, dict) else None
    return f"{status} {error}" if isinstance(error, str) and error else f"{status}"


def enveloped_success(contract: Contract, operations: Sequence[Operation]) -> list[str]:
    """One case for each operation whose success wears the envelope."""
    return [o.key for o in operations if success_case(o) == "success"]


def enveloped_error(contract: Contract, operations: Sequence[Operation]) -> list[str]:
    """One case for each operation that may be refused in an envelope of the document."""
    return [o.key for o in operations if not o.public and not o.is_oauth]


def success_case(operation: Operation) -> str | None:
    """The case of the operation's success, or None."""
    return next((r.case for r in operation.responses if 200 <= r.status < 300), None)
