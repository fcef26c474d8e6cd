"""Faults of deliveries that show under a condition alone: a text, an answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from standardwebhooks.webhooks import Webhook as Signer

from cynod_conformance.experiment.registry import fault
from cynod_conformance.faults.helpers import Proceed
from cynod_conformance.faults.webhooks import Headers, Make, having, on_headers
from cynod_sandbox._generated.contract import Webhook
from cynod_sandbox._generated.core import Application
from cynod_sandbox.app.hook_points import database, deliveries
from cynod_sandbox.webhooks.outbox import Event


@fault("WHK-1")
def webhooks_with_accents_are_signed_over_another_text(app: Application) -> None:
    """Only a body with letters beyond ASCII is signed as if they were escaped, and sent as they are."""

    @on_headers(app)
    def edit(made: Make, event: Event, names: Mapping[str, str], secret: str) -> Headers:
        headers = made(event)
        if event.body.isascii():
            return headers
        seconds = next(value for name, value in headers if name == names["timestamp"])
        escaped = json.dumps(json.loads(event.body), separators=(",", ":"))
        moment = datetime.fromtimestamp(int(seconds), UTC)
        return having(headers, names["signature"], Signer(secret).sign(event.id, moment, escaped))


@fault("WHK-3")
def a_receivers_404_is_final(app: Application) -> None:
    """Only what is answered with a 4xx status, of which 410 alone is final, is not tried again."""

    @deliveries(app).conclude.around
    def conclude(proceed: Proceed, event: Event, said: int | str) -> None:
        proceed(event, 410 if isinstance(said, int) and 400 <= said < 500 else said)


@fault("WHK-1")
def later_attempts_have_the_first_instant(app: Application) -> None:
    """Only what is sent again carries the instant of its first attempt, and is signed with its own."""
    first: dict[str, str] = {}

    @on_headers(app)
    def edit(made: Make, event: Event, names: Mapping[str, str], secret: str) -> Headers:
        headers = made(event)
        seconds = first.setdefault(event.id, dict(headers)[names["timestamp"]])
        return having(headers, names["timestamp"], seconds)


@fault("WHK-6")
def an_absent_label_is_told_as_null(app: Application) -> None:
    """Only what is told of an operation without a label has null in its place."""

    @database(app).hooks.compose_event.around
    def compose(proceed: Proceed, webhook: Webhook, resource: str, at: str, now: Mapping[str, Any]) -> str:
        path = app.contract.resources[resource].members["label"].path
        text: str = proceed(webhook, resource, at, {path[-1]: None, **now})
        return text
