"""Pages of partners: list, one partner, rotation of its secret, suspension."""

from __future__ import annotations

from urllib.parse import quote

from starlette.responses import Response

from . import fault_switches
from .context import RequestContext


def show(context: RequestContext) -> Response:
    """The list of all partners."""
    settings = context.services.switch_store.partners() if context.services.switch_store is not None else {}
    return context.page("partners.html.j2", listed=context.services.directory.every(), settings=settings)


def one(context: RequestContext) -> Response:
    """One partner: scopes, secrets, switches."""
    listed = context.services.directory.find(context.path["key"])
    if listed is None:
        return context.missing()
    return context.page(
        "partner.html.j2",
        listed=listed,
        partner=listed.partner,
        secret=context.session.take("secret"),
        scopes=context.services.judge.contract.security.scopes,
        **fault_switches.choices(context, listed.partner.key),
    )


def rotate(context: RequestContext) -> Response:
    """Add a new secret beside the current one; the next page shows it once."""
    key = context.path["key"]
    try:
        secret = context.services.directory.rotate(key)
    except LookupError:
        return context.missing()
    return context.to(_address(key), "said-rotated", secret)


def retire(context: RequestContext) -> Response:
    """End a rotation: only the newest secret stays valid."""
    key = context.path["key"]
    context.services.directory.retire(key)
    return context.to(_address(key), "said-retired")


def suspend(context: RequestContext) -> Response:
    """Suspend the partner or reinstate it, as the form says."""
    key, suspended = context.path["key"], context.form.get("suspended") == "1"
    context.services.directory.suspend(key, suspended)
    return context.to(_address(key), "said-suspended" if suspended else "said-reinstated")


def _address(key: str) -> str:
    return f"/partners/{quote(key, safe='')}"
