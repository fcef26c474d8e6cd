"""The overview page: address, first calls to paste, health, counters."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import quote

from starlette.responses import Response

from cynod_spec.output.bash import variable
from cynod_spec.output.curl import Call, one_line
from cynod_spec.output.sample_variables import (
    ACCESS_TOKEN,
    CONSUMER_KEY,
    CONSUMER_SECRET,
    shell_name,
)

from .._generated.contract import Contract
from .context import RequestContext
from .exchanges import listed
from .queries import CardQueries


def show(context: RequestContext) -> Response:
    """The page."""
    services = context.services
    recent = services.recent.newest()
    found = listed(context, recent)
    return context.page(
        "overview.html.j2",
        calls=calls(services.contract, services.base_url),
        up=int((datetime.now(UTC) - services.started).total_seconds()),
        cards=CardQueries(services.database).count(),
        partners=len(services.directory.every()),
        recent=recent[:6],
        answered=sum(record.status is not None and record.status < 400 for record in recent),
        refused=sum(record.status is not None and record.status >= 400 for record in recent),
        broken=sum(map(bool, found["findings"].values())),
        **found,
    )


def calls(contract: Contract, base_url: str) -> list[tuple[str, str]]:
    """The first calls of a partner: the key of their caption in the catalogue, and a line of curl."""
    token, balance = contract.find("token"), contract.find("read", "balance")
    found = []
    if token is not None:
        pair = (variable(CONSUMER_KEY), ":", variable(CONSUMER_SECRET))
        form = ("grant_type=client_credentials",)
        asking = Call((f"{base_url}{token.path}",), token.method, user=pair, body=form)
        found.append(("first-token", one_line(asking)))
    if balance is not None and "number" in balance.request:
        name = balance.request["number"].name
        target = f"{balance.path}?{quote(name, safe='')}="
        bearer = [("Authorization", ("Bearer ", variable(ACCESS_TOKEN)))]
        reading = Call((f"{base_url}{target}", variable(shell_name(name))), balance.method, bearer)
        found.append(("first-balance", one_line(reading)))
    return found
