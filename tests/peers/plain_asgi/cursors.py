"""Opaque cursors: a position, sealed together with its list, its filters and its partner."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from typing import Any

from .refusal import Fault, Refusal

_SECRET = secrets.token_bytes(48)


def _seal(payload: str, scope: tuple[Any, ...]) -> str:
    """Seal a payload for one list, with its filters, of one partner."""
    bound = json.dumps([payload, *scope]).encode()
    return base64.urlsafe_b64encode(hmac.new(_SECRET, bound, hashlib.sha384).digest()).decode()


def write(position: int, scope: tuple[Any, ...]) -> str:
    """Write the cursor of what comes after a position."""
    payload = base64.urlsafe_b64encode(json.dumps({"avant": position, "v": 3}).encode()).decode()
    return f"{payload}.{_seal(payload, scope)}"


def read(cursor: str, scope: tuple[Any, ...]) -> int:
    """Return a cursor's position, or refuse it with 1005."""
    payload, _, seal = cursor.partition(".")
    if not hmac.compare_digest(_seal(payload, scope).encode(), seal.encode("utf-8", "surrogatepass")):
        raise Refusal("1005", [Fault("curseur", "query", "cursor")])
    position: int = json.loads(base64.urlsafe_b64decode(payload))["avant"]
    return position
