"""The catalogue of internal codes: CAT clauses."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_conformance.observe.answers import declared, envelope, enveloped_error, member_value
from cynod_conformance.observe.declare import Context, Operations, Seen, observe
from cynod_conformance.observe.exchange import Exchange
from cynod_conformance.text.phrase import phrase
from cynod_spec.model import Contract


def carries_code(context: Context, exchange: Exchange) -> bool:
    """Whether the answer should carry an internal code and is JSON at all."""
    worn = envelope(context.contract, exchange)
    return worn is not None and not exchange.response.json.problem and "malformed" not in exchange.tags


@observe("CAT-1", enveloped_error)
def code_is_catalogued(context: Context, exchange: Exchange) -> Iterator[Seen]:
    """Every code seen stands in the catalogue."""
    if carries_code(context, exchange):
        value = member_value(context, exchange, "code")
        known = context.contract.code_of(value) is not None
        yield Seen(exchange.label, "" if known else f"code {value!r}", phrase("code-of-catalogue"))


@observe("CAT-2", enveloped_error)
def code_has_its_status(context: Context, exchange: Exchange) -> Iterator[Seen]:
    """A code comes with its one status."""
    if not carries_code(context, exchange):
        return
    code = context.contract.code_of(member_value(context, exchange, "code"))
    if code is None or code.status == 0:
        return
    status = exchange.response.status
    yield Seen(exchange.label, "" if status == code.status else f"{status} {code.value}", f"{code.status}")


@observe("CAT-3", enveloped_error)
def code_is_allowed_here(context: Context, exchange: Exchange) -> Iterator[Seen]:
    """A code is one that the operation lists for that status, or a general answer's."""
    if not carries_code(context, exchange):
        return
    contract, operation = context.contract, exchange.operation
    code = contract.code_of(member_value(context, exchange, "code"))
    if code is None or "elsewhere" in exchange.tags:
        return
    listed = [*(operation.responses if operation else ()), *contract.general]
    allowed = [each for r in listed if r.status == exchange.response.status for each in r.codes]
    if operation is None and code.status in (401, 403, 413, 429, 500, 503):
        return  # identity, size, throttling and faults may come before the path is looked at
    yield Seen(exchange.label, "" if code in allowed else f"code {code.value}", phrase("code-of-operation"))


def whenever(contract: Contract, operations: Operations) -> list[str]:
    """No case: such answers cannot be provoked, so the clause is judged when they come."""
    return []


@observe("CAT-5", whenever)
def retry_after_where_declared(context: Context, exchange: Exchange) -> Iterator[Seen]:
    """Retry-After stands where the document declares it."""
    answer = declared(context.contract, exchange)
    if answer is None or not any(h.name.lower() == "retry-after" and h.required for h in answer.headers):
        return
    value = exchange.response.header("Retry-After")
    yield Seen("seen", "" if value else phrase("without", what="Retry-After"), "Retry-After")
