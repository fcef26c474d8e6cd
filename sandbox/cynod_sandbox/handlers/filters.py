"""Filters shared by lists: reference and period."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Select, Table

from .._generated.calls import Call
from ..storage.hooks import hooks_of
from ..storage.timestamps import microseconds


def filtered(connection: Connection, call: Call, query: Select[Any], table: Table) -> Select[Any]:
    """*query* on *table*, restricted to the given reference and period (from ≤ date < until)."""
    reference, since, until = call.role("reference"), call.role("from"), call.role("until")
    read_bound = hooks_of(connection).read_bound
    if reference is not None:
        query = query.where(table.c.reference == reference)
    if since is not None:
        query = query.where(table.c.created >= read_bound.run(microseconds, since))
    if until is not None:
        query = query.where(table.c.created < read_bound.run(microseconds, until))
    return query
