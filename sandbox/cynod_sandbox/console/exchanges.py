"""What lists and pages of exchanges need to show them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cynod_conformance.observe import parse_json

from ..traffic.record import Record
from .context import Visit
from .queries import Books
from .redaction import Redactor


def redactor(visit: Visit) -> Redactor:
    """What hides secrets and this sandbox's card numbers."""
    return Redactor(Books(visit.desk.database).numbers())


def listed(visit: Visit, records: Sequence[Record]) -> dict[str, Any]:
    """The targets of *records* as they may be shown, what is found of each, and ``named``."""
    shown, judge = redactor(visit), visit.desk.judge
    return {
        "targets": {record.id: shown.target(record) for record in records},
        "findings": {record.id: judge.findings(record) for record in records},
        **named(visit),
    }


def named(visit: Visit) -> dict[str, Any]:
    """How templates look up codes and operations, and the tone of a status."""
    contract = visit.desk.judge.contract
    codes = {code.name: code for code in contract.codes}
    operations = {operation.id: operation for operation in contract.operations}
    return {"code_of": codes.get, "operation_of": operations.get, "tone": tone, "error_of": error}


def tone(record: Record) -> str:
    """The class of an exchange's status: ``s2`` for 2xx and so on, ``cut`` without one."""
    return "cut" if record.status is None else f"s{record.status // 100}"


def error(record: Record) -> str:
    """The word by which RFC 6749 §5.2 refuses, or nothing."""
    if record.code or record.status not in (400, 401):
        return ""
    value = parse_json(bytes(record.answer_body)).value
    found = value.get("error") if isinstance(value, dict) else None
    return found if isinstance(found, str) else ""
