"""Filters shared by lists: reference and period."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, Table

from .._generated.calls import Call
from .common import microseconds


def filtered(call: Call, query: Select[Any], table: Table) -> Select[Any]:
    """*query* on *table*, restricted to the given reference and period (from ≤ date < until)."""
    reference, since, until = call.role("reference"), call.role("from"), call.role("until")
    if reference is not None:
        query = query.where(table.c.reference == reference)
    if since is not None:
        query = query.where(table.c.created >= microseconds(since))
    if until is not None:
        query = query.where(table.c.created < microseconds(until))
    return query
