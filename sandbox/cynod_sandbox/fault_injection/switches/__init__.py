"""The switches, one module for each. They act in the order of this list."""

from __future__ import annotations

from . import code, cut, expire_token, latency, unavailable, webhook
from .switch import Switch

SWITCHES: dict[str, Switch] = {
    each.name: each
    for each in (
        latency.Latency(),
        expire_token.ExpireToken(),
        webhook.Webhook(),
        cut.Cut(),
        unavailable.Unavailable(),
        code.Code(),
    )
}
