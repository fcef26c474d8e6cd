"""Pages of a partner's webhooks: endpoint, deliveries, resending, a test event."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from starlette.responses import Response

from cynod_spec.model import Contract
from cynod_spec.schema.sample import sample

from .._generated import pointers
from .._generated.contract import Webhook
from ..storage.database import now
from ..webhooks import endpoints, outbox
from .context import RequestContext

_MAX_ROWS = 50  # deliveries on a page
_TEST_SUBJECT = "test"  # subject of events sent from this page


def show(context: RequestContext) -> Response:
    """The partner's endpoint and its newest deliveries."""
    listed = context.services.directory.find(context.path["key"])
    if listed is None:
        return context.missing()
    key = listed.partner.key
    with context.services.database.reading() as connection:
        endpoint = endpoints.find(connection, key)
    return context.page(
        "webhooks.html.j2",
        partner=listed.partner,
        endpoint=endpoint,
        deliveries=outbox.last(context.services.database, key, _MAX_ROWS),
        tried=_TEST_SUBJECT,
        can_try=bool(context.services.contract.webhooks),
    )


def resend(context: RequestContext) -> Response:
    """Put a delivery into the outbox again."""
    key = context.path["key"]
    done = outbox.again(context.services.database, key, context.path["id"])
    return context.to(_address(key), "said-resent" if done else "said-not-resent")


def send_test(context: RequestContext) -> Response:
    """Send the contract's example of an event, so that the partner can test its receiver."""
    key, webhooks = context.path["key"], context.services.contract.webhooks
    with context.services.database.transaction() as connection:
        if not webhooks or endpoints.find(connection, key) is None:
            return context.missing()
        body = _example(context.services.judge.contract, webhooks[0])
        outbox.write(
            connection,
            partner=key,
            resource=next(iter(webhooks[0].fill)),
            subject=_TEST_SUBJECT,
            body=json.dumps(body, ensure_ascii=False, separators=(",", ":")),
            created=now(),
        )
    return context.to(_address(key), "said-tested")


def _example(contract: Contract, webhook: Webhook) -> Any:
    """The contract's first example of the body, dated now; without one, a minimal valid body."""
    described = next(each for each in contract.webhooks if each.name == webhook.name)
    if described.body is None:
        return {}
    given = next(iter(described.body.examples.values()), None)
    body = copy.deepcopy(given) if given is not None else sample(contract, described.body.schema)
    if webhook.date is not None:
        pointers.put(body, webhook.date, f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}")
    return body


def _address(key: str) -> str:
    return f"/partners/{quote(key, safe='')}/webhooks"
