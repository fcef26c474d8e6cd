"""From the webhooks of a contract to what a server needs to send them: headers, places, constants."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cynod_generators.ir.schemas import Schemas
from cynod_spec.model import Contract, Webhook
from cynod_spec.schema.directions import schema_in

_HEADERS = ("id", "timestamp", "signature")


def notices(contract: Contract, schemas: Schemas) -> list[dict[str, Any]]:
    """Each webhook that says, by role, how it is signed and where the resource that changed stands.

    The schemas of *contract* are as they hold for responses, and *schemas* asks them.
    """
    return [
        _notice(webhook, contract, schemas)
        for webhook in contract.webhooks
        if webhook.body is not None and webhook.request.keys() >= {*_HEADERS, "resource"}
    ]


def _notice(webhook: Webhook, contract: Contract, schemas: Schemas) -> dict[str, Any]:
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
    webhook: Webhook, contract: Contract, schemas: Schemas
) -> Iterator[tuple[str, list[tuple[list[str], Any]]]]:
    """The resources that the webhook may tell of, and what else its body then requires."""
    assert webhook.body is not None
    body = schema_in(contract, webhook.body.schema)
    known = {resource.schema.pointer: resource.name for resource in contract.resources.values()}
    named = [webhook.request[role].path for role in ("resource", "date") if role in webhook.request]
    for way in schemas.ways(body, webhook.request["resource"].path):
        name = next((known[pointer] for pointer in way.ends if pointer in known), None)
        if name is not None:
            yield name, schemas.unnamed_along(body, way, named)
