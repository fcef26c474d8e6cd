"""Partners: who they are, their secrets, whether they may come in."""

from __future__ import annotations

from urllib.parse import quote

from starlette.responses import Response

from . import fault_switches
from .context import Visit


def show(visit: Visit) -> Response:
    """Every partner."""
    settings = visit.desk.board.partners() if visit.desk.board is not None else {}
    return visit.page("partners.html.j2", listed=visit.desk.directory.every(), settings=settings)


def one(visit: Visit) -> Response:
    """One partner: what it may do, its secrets, its switches."""
    listed = visit.desk.directory.find(visit.path["key"])
    if listed is None:
        return visit.missing()
    return visit.page(
        "partner.html.j2",
        listed=listed,
        partner=listed.partner,
        secret=visit.session.take("secret"),
        scopes=visit.desk.judge.contract.security.scopes,
        **fault_switches.choices(visit, listed.partner.key),
    )


def rotate(visit: Visit) -> Response:
    """Give the partner a new secret beside the one it has; it is shown once."""
    key = visit.path["key"]
    try:
        secret = visit.desk.directory.rotate(key)
    except LookupError:
        return visit.missing()
    return visit.to(_address(key), "said-rotated", secret)


def retire(visit: Visit) -> Response:
    """End a rotation: the newest secret alone stays valid."""
    key = visit.path["key"]
    visit.desk.directory.retire(key)
    return visit.to(_address(key), "said-retired")


def suspend(visit: Visit) -> Response:
    """Suspend the partner, or let it in again."""
    key, suspended = visit.path["key"], visit.form.get("suspended") == "1"
    visit.desk.directory.suspend(key, suspended)
    return visit.to(_address(key), "said-suspended" if suspended else "said-reinstated")


def _address(key: str) -> str:
    return f"/partners/{quote(key, safe='')}"
