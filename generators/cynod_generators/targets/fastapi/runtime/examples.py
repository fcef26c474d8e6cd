"""The answer of an operation without a handler: the document's example."""

from __future__ import annotations

import copy
from datetime import UTC, datetime
from typing import Any

from . import pointers
from .calls import Call, Result

ANSWERED = ("whoami", "health")  # effects whose answer holds facts of the server itself


def example(call: Call) -> Result:
    """The document's example of the operation's success.

    Members that the server knows, such as the caller or the contract's version, replace those of the example.
    """
    success = call.operation.success
    data = copy.deepcopy(success.example)
    header = success.header("Location")
    location = header.example if header is not None else None
    _know(call, data)
    if call.resource_id(data) is not None or not isinstance(location, str):
        return Result(data)
    return Result(data, location=location)


def _know(call: Call, data: Any) -> None:
    kind = call.contract.resources.get(call.operation.resource)
    if kind is None or not isinstance(data, dict) or "resource" not in call.operation.answer:
        return
    known: dict[str, Any] = {}
    if call.operation.effect == "whoami" and call.principal is not None:
        partner = call.principal.partner
        known = {"key": partner.key, "scopes": list(call.principal.scopes), "basic": partner.basic}
        known["name"] = partner.name or None
    elif call.operation.effect == "health":
        known = {"version": call.contract.version, "date": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"}
    for role, value in known.items():
        place = kind.members.get(role)
        if place is not None and value is not None:
            pointers.put(data, (*call.operation.answer["resource"], *place.path), value)
