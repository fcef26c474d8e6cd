"""Pages of fault injection: every switch, the header that asks for it, and what is set for a partner."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from starlette.responses import Response

from cynod_spec.output.sample_variables import ACCESS_TOKEN

from ..fault_injection.switch_requests import HEADER
from ..fault_injection.switches import SWITCHES
from .context import RequestContext
from .queries import CardQueries

_MAX_CALLS = 999


def show(context: RequestContext) -> Response:
    """The page of all switches, trouble cards and partners' settings."""
    services = context.services
    triggers = services.switch_store.cards() if services.switch_store is not None else {}
    queries = CardQueries(services.database)
    return context.page(
        "days.html.j2",
        header=HEADER,
        switches=list(SWITCHES.values()),
        sample=f'curl -s -H "{HEADER}: latency=1500; cut=after" -H "Authorization: Bearer ${ACCESS_TOKEN}" …',
        triggers=[
            (card, switch_requests)
            for id, switch_requests in triggers.items()
            if (card := queries.card(id)) is not None
        ],
        settings=services.switch_store.partners() if services.switch_store is not None else {},
    )


def choices(context: RequestContext, key: str) -> dict[str, Any]:
    """Values for the form on a partner's page: what is set for *key*, and the codes that can be chosen."""
    switch_store = context.services.switch_store
    setting = switch_store.partners().get(key) if switch_store is not None else None
    values = (
        {
            switch_request.switch.name: switch_request.value or "1"
            for switch_request in setting.switch_requests
        }
        if setting
        else {}
    )
    codes = [code for code in context.services.judge.contract.codes if code.case != "success"]
    listed = {name for each in context.services.contract.operations if not each.public for name in each.codes}
    return {
        "setting": setting,
        "values": values,
        "codes": [code for code in codes if code.name in listed],
        "switches": SWITCHES,
    }


def set_partner(context: RequestContext) -> Response:
    """Set the switches that the form asks for; an empty form removes what was set."""
    key, switch_store = context.path["key"], context.services.switch_store
    if switch_store is None or context.services.directory.find(key) is None:
        return context.missing()
    calls = context.form.get("calls", "").strip()
    left = min(int(calls[:6]), _MAX_CALLS) if calls.isascii() and calls.isdigit() else None
    switch_requests = "" if "off" in context.form else "; ".join(_asked(context))
    here = f"/partners/{quote(key, safe='')}#days"
    try:
        switch_store.set_partner(key, switch_requests, left or None)
    except ValueError:
        return context.to(here, "said-not-understood")
    return context.to(here, "said-set" if switch_requests else "said-off")


def _asked(context: RequestContext) -> list[str]:
    asked = []
    for name, switch in SWITCHES.items():
        value = context.form.get(name, "").strip()
        if value:
            asked.append(f"{name}={value}" if switch.values else name)
    return asked
