"""Pagination: newest first, with signed cursors bound to the list, its filters and its reader.

Rows are listed in the order in which they were committed: a transaction that adds one first locks the list
(``lengthen``) or the card of the row. So a reader who follows the pages meets every row that existed at the
first page exactly once; later rows come before that page.
"""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select

from .._generated.calls import Call
from .._generated.refusals import Fault, Refusal
from ..storage.key_value import cursor_key
from ..storage.locks import hold
from .common import caller

_FILTERS = ("reference", "card", "from", "until")


def page(
    connection: Connection, call: Call, query: Select[Any], seq: Any
) -> tuple[Sequence[Row[Any]], str | None]:
    """One page of *query*, by descending *seq*, and the cursor of the next page, or None after the last."""
    limit = int(call.role("limit"))
    cursor = call.role("cursor")
    if cursor is not None:
        query = query.where(seq < _position(connection, call, cursor))
    rows = connection.execute(query.order_by(seq.desc()).limit(limit + 1)).all()
    if len(rows) <= limit:
        return rows, None
    return rows[:limit], _cursor(connection, call, rows[limit - 1].seq)


def lengthen(connection: Connection, *name: str) -> None:
    """Lock the list *name* until the transaction ends, so that its rows are committed in order."""
    hold(connection, "list", *name)


def _scope(call: Call) -> list[Any]:
    operation = call.operation
    return [operation.effect, operation.resource, caller(call), *(call.role(name) for name in _FILTERS)]


def _cursor(connection: Connection, call: Call, position: int) -> str:
    payload = base64.urlsafe_b64encode(str(position).encode()).rstrip(b"=")
    return f"{payload.decode()}.{_signature(connection, call, payload)}"


def _signature(connection: Connection, call: Call, payload: bytes) -> str:
    signed = json.dumps(_scope(call)).encode() + b"\0" + payload
    return hmac.new(cursor_key(connection), signed, "sha256").hexdigest()[:32]


def _position(connection: Connection, call: Call, cursor: str) -> int:
    payload, _, signature = cursor.partition(".")
    raw = payload.encode("utf-8", "replace")
    right = _signature(connection, call, raw).encode()
    if not hmac.compare_digest(signature.encode("utf-8", "replace"), right):
        expression = call.operation.request["cursor"]
        raise Refusal("cursor-invalid", [Fault(expression.name, expression.place, "cursor-invalid")])
    return int(base64.urlsafe_b64decode(raw + b"=" * (-len(raw) % 4)))
