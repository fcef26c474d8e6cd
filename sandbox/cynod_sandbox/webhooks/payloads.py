"""Bodies of webhooks, built from the places and constants that the contract gives."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from typing import Any

from .._generated import pointers
from .._generated.contract import Webhook


def compose(webhook: Webhook, resource: str, date: str, representation: Mapping[str, Any]) -> str:
    """The JSON body that tells the state of a *resource* at *date* (RFC 3339), the same for all attempts."""
    body: dict[str, Any] = {}
    for path, value in webhook.fill[resource]:
        pointers.put(body, path, copy.deepcopy(value))
    if webhook.date is not None:
        pointers.put(body, webhook.date, date)
    pointers.put(body, webhook.place, representation)
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))
