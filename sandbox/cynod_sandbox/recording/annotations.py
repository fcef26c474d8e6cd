"""Adds to the record of an exchange what the application learns: caller, operation, code, money moved."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from .._generated import credentials, pointers
from .._generated.calls import Call, Result
from .._generated.core import Application
from .._generated.messages import RawAnswer, RawRequest
from .._generated.refusals import Refusal
from .record import Record, current

_EFFECTS = frozenset(("issue", "credit", "cancel", "debit", "refund", "set-state"))


def annotate_records(application: Application) -> None:
    """Let *application* annotate the record of each exchange."""
    stages = application.stages
    stages.succeed.before(_note_success)
    stages.refuse.before(_note_refusal)
    stages.leave.after(_note_answer)


def _note_success(_request: RawRequest, call: Call, result: Result) -> None:
    record = current.get()
    if record is not None:
        codes = call.operation.success.codes
        record.code = result.code or (codes[0] if codes else "")
        if not result.replayed:
            _note_effect(record, call, result)


def _note_refusal(_request: RawRequest, refusal: Refusal) -> None:
    record = current.get()
    if record is not None:
        record.code = refusal.code


def _note_answer(answer: RawAnswer, request: RawRequest, _unchanged: RawAnswer) -> RawAnswer:
    annotate_request(request)
    if request.operation is not None and request.operation.is_oauth and answer.status < 300:
        _note_client(request)
    return answer


def annotate_request(request: RawRequest) -> None:
    """Record the caller and the operation of *request*, as far as they are known."""
    record = current.get()
    if record is not None:
        record.operation = request.operation.id if request.operation else ""
        record.partner = request.principal.partner.key if request.principal else ""


def _note_client(request: RawRequest) -> None:
    """Record the partner whose pair the token or revocation endpoint accepted."""
    record = current.get()
    if record is None:
        return
    scheme, rest = credentials.scheme_of(request.header("authorization") or "")
    pair = credentials.basic_pair(rest, form_encoded=True) if scheme == "basic" else None
    form = dict(parse_qsl(bytes(record.body).decode("utf-8", "replace")))
    record.partner = pair[0] if pair is not None else form.get("client_id", "")


def _note_effect(record: Record, call: Call, result: Result) -> None:
    effect = call.operation.effect
    if effect not in _EFFECTS:
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
