"""Values shared by the pages that show exchanges."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cynod_conformance.observe import parse_json

from ..recording.record import Record
from .context import RequestContext
from .queries import CardQueries
from .redaction import Redactor


def redactor(context: RequestContext) -> Redactor:
    """A redactor for secrets and for the card numbers of this sandbox."""
    return Redactor(CardQueries(context.services.database).numbers())


def listed(context: RequestContext, records: Sequence[Record]) -> dict[str, Any]:
    """Template values for *records*: their redacted targets, their findings, and those of ``named``."""
    shown, judge = redactor(context), context.services.judge
    return {
        "targets": {record.id: shown.target(record) for record in records},
        "findings": {record.id: judge.findings(record) for record in records},
        **named(context),
    }


def named(context: RequestContext) -> dict[str, Any]:
    """Template functions that look up a code, an operation, the class of a status and an OAuth error."""
    contract = context.services.judge.contract
    codes = {code.name: code for code in contract.codes}
    operations = {operation.id: operation for operation in contract.operations}
    return {"code_of": codes.get, "operation_of": operations.get, "tone": tone, "error_of": error}


def tone(record: Record) -> str:
    """The CSS class of an exchange: ``s2`` for 2xx and so on, ``cut`` without a status."""
    return "cut" if record.status is None else f"s{record.status // 100}"


def error(record: Record) -> str:
    """The ``error`` of an RFC 6749 §5.2 response, or an empty text."""
    if record.code or record.status not in (400, 401):
        return ""
    value = parse_json(bytes(record.answer_body)).value
    found = value.get("error") if isinstance(value, dict) else None
    return found if isinstance(found, str) else ""
