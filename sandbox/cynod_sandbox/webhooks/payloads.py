"""The body of an event, at the places and with the constants that the contract gives."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from typing import Any

from .._generated import pointers
from .._generated.contract import Webhook


def compose(webhook: Webhook, resource: str, date: str, representation: Mapping[str, Any]) -> str:
    """The JSON text that says what a *resource* has become at *date*: the same text at each attempt."""
    body: dict[str, Any] = {}
    for path, value in webhook.fill[resource]:
        pointers.put(body, path, copy.deepcopy(value))
    if webhook.date is not None:
        pointers.put(body, webhook.date, date)
    pointers.put(body, webhook.place, representation)
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))
