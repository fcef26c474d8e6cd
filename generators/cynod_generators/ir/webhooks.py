"""Builds what a server needs to send the webhooks of a contract: headers, places, constants."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cynod_generators.ir.schemas import SchemaQueries
from cynod_spec.model import Contract, Webhook
from cynod_spec.schema.directions import schema_in

_HEADERS = ("id", "timestamp", "signature")


def notices(contract: Contract, schemas: SchemaQueries) -> list[dict[str, Any]]:
    """The webhooks that state, by role, how they are signed and where the changed resource stands.

    *contract* has the schemas as they hold for responses; *schemas* queries them.
    """
    return [
        _notice(webhook, contract, schemas)
        for webhook in contract.webhooks
        if webhook.body is not None and webhook.request.keys() >= {*_HEADERS, "resource"}
    ]


def _notice(webhook: Webhook, contract: Contract, schemas: SchemaQueries) -> dict[str, Any]:
    assert webhook.body is not None
    date = webhook.request.get("date")
    return {
        "name": webhook.name,
        "method": webhook.method,
        "media_type": next(iter(webhook.body.media_types), "application/json"),
        "headers": {role: webhook.request[role].name for role in _HEADERS},
        "date": list(date.path) if date else None,
        "place": list(webhook.request["resource"].path),
        "fill": dict(_fills(webhook, contract, schemas)),
    }


def _fills(
    webhook: Webhook, contract: Contract, schemas: SchemaQueries
) -> Iterator[tuple[str, list[tuple[list[str], Any]]]]:
    """Each resource that the webhook may carry, with the other members that its body then requires."""
    assert webhook.body is not None
    body = schema_in(contract, webhook.body.schema)
    known = {resource.schema.pointer: resource.name for resource in contract.resources.values()}
    named = [webhook.request[role].path for role in ("resource", "date") if role in webhook.request]
    for member_path in schemas.member_paths(body, webhook.request["resource"].path):
        name = next((known[pointer] for pointer in member_path.ends if pointer in known), None)
        if name is not None:
            yield name, schemas.unnamed_along(body, member_path, named)
