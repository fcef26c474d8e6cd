"""What the core finds out on its way, noted in the record of the exchange: who, which operation, what moved."""

from __future__ import annotations

from typing import Any

from .._generated import pointers
from .._generated.calls import Call, Result
from .._generated.core import Application
from .._generated.messages import RawAnswer, RawRequest
from .._generated.refusals import Refusal
from .record import Record, current

_MOVES = frozenset(("issue", "credit", "cancel", "debit", "refund"))


def take_notes(application: Application) -> None:
    """Have *application* note in each record what it knows."""
    succeed, refuse = application.succeed, application.refuse

    def succeeded(request: RawRequest, call: Call, result: Result) -> RawAnswer:
        record = current.get()
        if record is not None:
            codes = call.operation.success.codes
            record.code = result.code or (codes[0] if codes else "")
            if not result.replayed:
                _note_effect(record, call, result)
        return succeed(request, call, result)

    def refused(request: RawRequest, refusal: Refusal) -> RawAnswer:
        record = current.get()
        if record is not None:
            record.code = refusal.code
        return refuse(request, refusal)

    def seen(request: RawRequest, answer: RawAnswer) -> RawAnswer:
        note(request)
        return answer

    application.succeed = succeeded  # type: ignore[method-assign]
    application.refuse = refused  # type: ignore[method-assign]
    application.filters.append(seen)


def note(request: RawRequest) -> None:
    """Note who sent *request* and which operation it asks for, as far as known."""
    record = current.get()
    if record is not None:
        record.operation = request.operation.id if request.operation else ""
        record.partner = request.principal.partner.key if request.principal else ""


def _note_effect(record: Record, call: Call, result: Result) -> None:
    effect = call.operation.effect
    if effect not in _MOVES:
        return
    record.effect = effect
    amount = call.role("amount", call.role("initial-amount", _made(call, result, "amount")))
    currency = call.role("currency", _made(call, result, "currency"))
    record.amount = amount if isinstance(amount, int) else 0
    record.currency = currency if isinstance(currency, str) else ""


def _made(call: Call, result: Result, role: str) -> Any:
    """The member with that *role* of the resource in *result*, or None."""
    kind = call.contract.resources.get(call.operation.resource)
    place = kind.members.get(role) if kind else None
    if place is None or "resource" not in call.operation.answer:
        return None
    return pointers.get(result.data, (*call.operation.answer["resource"], *place.path))
