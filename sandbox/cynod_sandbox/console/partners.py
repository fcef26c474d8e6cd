"""Partners: who they are, their secrets, whether they may come in."""

from __future__ import annotations

from starlette.responses import Response

from .._generated.identity import Registration
from . import days
from .visit import Visit


def show(visit: Visit) -> Response:
    """Every partner."""
    settings = visit.desk.board.partners() if visit.desk.board is not None else {}
    return visit.page(
        "partners.html.j2", registrations=visit.desk.directory.registrations(), settings=settings
    )


def one(visit: Visit) -> Response:
    """One partner: what it may do, its secrets, its switches."""
    registration = _registration(visit)
    if registration is None:
        return visit.missing()
    return visit.page(
        "partner.html.j2",
        registration=registration,
        partner=registration.partner,
        secret=visit.session.take("secret"),
        scopes=visit.desk.judge.contract.security.scopes,
        **days.choices(visit, registration.partner.key),
    )


def rotate(visit: Visit) -> Response:
    """Give the partner a new secret beside the one it has; it is shown once."""
    if _registration(visit) is None:
        return visit.missing()
    key = visit.path["key"]
    return visit.to(f"/partners/{key}", "said-rotated", visit.desk.directory.rotate(key))


def retire(visit: Visit) -> Response:
    """End a rotation: the newest secret alone stays valid."""
    if _registration(visit) is None:
        return visit.missing()
    visit.desk.directory.retire(visit.path["key"])
    return visit.to(f"/partners/{visit.path['key']}", "said-retired")


def suspend(visit: Visit) -> Response:
    """Suspend the partner, or let it in again."""
    if _registration(visit) is None:
        return visit.missing()
    suspended = visit.form.get("suspended") == "1"
    visit.desk.directory.suspend(visit.path["key"], suspended)
    return visit.to(f"/partners/{visit.path['key']}", "said-suspended" if suspended else "said-reinstated")


def _registration(visit: Visit) -> Registration | None:
    known = visit.desk.directory.registrations()
    return next((each for each in known if each.partner.key == visit.path["key"]), None)
