"""Tokens that were opened, revoked or are past their time."""

from __future__ import annotations

import time

from cynod_conformance.base.outcomes import ControlFailed, Missing, NotApplicable
from cynod_conformance.experiment.context import Lab
from cynod_conformance.text.phrase import phrase
from cynod_spec.model import Operation

PRIMARY = "primary"


def revoking(lab: Lab) -> Operation:
    """The revocation endpoint. Raises Missing when the document has none."""
    found = lab.contract.find("revoke")
    if found is None:
        raise Missing("no-operation", what="revoke")
    return found


def opened(lab: Lab, name: str = PRIMARY) -> tuple[Operation, str]:
    """A simple operation, and a new token that was just seen to open it."""
    operation = lab.simple_for(name)
    token = lab.tokens.fresh(name).value
    lab.call(lab.control(operation), authorization=f"Bearer {token}", identity=name).must_succeed()
    return operation, token


def revoke(lab: Lab, token: str, *more: tuple[str, str]) -> None:
    """Revoke a token of the primary partner, whose pair goes in the header unless it is among *more*.

    Raises ControlFailed when that is refused.
    """
    credential = None if "client_secret" in dict(more) else lab.credential(PRIMARY)
    gone = lab.tokens.form(revoking(lab), [("token", token), *more], credential, valid=True)
    if gone.response.status != 200:
        raise ControlFailed("control", what=gone.label, status=str(gone.response.status))


def revoked_token(lab: Lab) -> str:
    """A token that was revoked, once a run."""
    if lab.revoked is None:
        _, token = opened(lab)
        revoke(lab, token)
        lab.revoked = token
    return lab.revoked


PATIENCE = 20.0  # seconds that a probe waits for a token to expire


def expired_token(lab: Lab) -> str:
    """A token past its life and the tolerance, waited for once a run.

    Raises ControlFailed when none is granted, NotApplicable when it would live too long to wait for.
    """
    if lab.expired is None:
        tolerance = 60 if lab.config.expiry_tolerance is None else lab.config.expiry_tolerance
        exchange = lab.tokens.grant(lab.credential("primary"))
        granted = exchange.response.json.value
        life = granted.get("expires_in") if isinstance(granted, dict) else None
        if not isinstance(life, int) or isinstance(life, bool):
            why = phrase("no-integer", name="expires_in")
            raise ControlFailed("control", what=exchange.label, status=why)
        if life + tolerance > PATIENCE:
            raise NotApplicable("long-life")
        lab.expired = opened(lab)[1]
        time.sleep(life + tolerance + 0.5)
    return lab.expired
