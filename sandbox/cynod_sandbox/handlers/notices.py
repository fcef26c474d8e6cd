"""Writes the webhook events of operations, in the transaction of the change itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from .._generated.calls import Call
from ..storage.database import now
from ..storage.hooks import hooks_of
from ..storage.timestamps import instant
from ..webhooks import endpoints, outbox
from ..webhooks.delivery_faults import FAULT_KEY, LATE, LATE_BY_S
from ..webhooks.payloads import compose
from .common import caller


def notify(
    connection: Connection, call: Call, resource: str, id: str, representation: Mapping[str, Any]
) -> None:
    """Write an event with the *representation* of the caller's *resource*, if it has an endpoint."""
    webhook, partner = call.contract.webhook(resource), caller(call)
    if webhook is None or endpoints.find(connection, partner) is None:
        return
    created = now()
    hooks, mishap = hooks_of(connection), call.headers.get(FAULT_KEY)

    def record(resource: str, body: str) -> None:
        outbox.write(
            connection,
            partner=partner,
            resource=resource,
            subject=id,
            body=body,
            created=created,
            delay=LATE_BY_S if mishap == LATE else 0.0,
            mishap=mishap,
        )

    body = hooks.compose_event.run(compose, webhook, resource, instant(created), representation)
    hooks.record_event.run(record, resource, body)
