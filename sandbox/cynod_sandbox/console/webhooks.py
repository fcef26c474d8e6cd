"""What a partner is told: where, each delivery and its attempts, one more attempt, an event to try."""

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
from .context import Visit

_SHOWN = 50  # deliveries on a page
_TRIED = "test"  # the subject of an event that was asked for here


def show(visit: Visit) -> Response:
    """Where the partner is told, and its newest deliveries."""
    listed = visit.desk.directory.find(visit.path["key"])
    if listed is None:
        return visit.missing()
    key = listed.partner.key
    with visit.desk.database.reading() as connection:
        endpoint = endpoints.find(connection, key)
    return visit.page(
        "webhooks.html.j2",
        partner=listed.partner,
        endpoint=endpoint,
        deliveries=outbox.last(visit.desk.database, key, _SHOWN),
        tried=_TRIED,
        can_try=bool(visit.desk.contract.webhooks),
    )


def resend(visit: Visit) -> Response:
    """Send a delivery once more."""
    key = visit.path["key"]
    done = outbox.again(visit.desk.database, key, visit.path["id"])
    return visit.to(_address(key), "said-resent" if done else "said-not-resent")


def send_test(visit: Visit) -> Response:
    """Send the contract's example of an event, so that the partner can try what receives it."""
    key, webhooks = visit.path["key"], visit.desk.contract.webhooks
    with visit.desk.database.transaction() as connection:
        if not webhooks or endpoints.find(connection, key) is None:
            return visit.missing()
        body = _example(visit.desk.judge.contract, webhooks[0])
        outbox.write(
            connection,
            partner=key,
            resource=next(iter(webhooks[0].fill)),
            subject=_TRIED,
            body=json.dumps(body, ensure_ascii=False, separators=(",", ":")),
            created=now(),
        )
    return visit.to(_address(key), "said-tested")


def _example(contract: Contract, webhook: Webhook) -> Any:
    """The first example that the contract gives of the body, dated now; else the least that is valid."""
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
