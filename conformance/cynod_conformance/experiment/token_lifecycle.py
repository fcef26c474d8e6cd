"""Tokens that were opened, revoked or are past their time."""

from __future__ import annotations

import time

from cynod_conformance.base.outcomes import ControlFailed, NotApplicable, PreconditionMissing
from cynod_conformance.experiment.context import TestContext
from cynod_conformance.text.phrase import phrase
from cynod_spec.model import Operation

PRIMARY = "primary"


def revoking(context: TestContext) -> Operation:
    """The revocation endpoint. Raises PreconditionMissing when the document has none."""
    found = context.contract.find("revoke")
    if found is None:
        raise PreconditionMissing("no-operation", what="revoke")
    return found


def opened(context: TestContext, name: str = PRIMARY) -> tuple[Operation, str]:
    """A simple operation, and a new token that was just seen to open it."""
    operation = context.simple_for(name)
    token = context.tokens.fresh(name).value
    context.call(context.control(operation), authorization=f"Bearer {token}", identity=name).must_succeed()
    return operation, token


def revoke(context: TestContext, token: str, *more: tuple[str, str]) -> None:
    """Revoke a token of the primary partner, whose pair goes in the header unless it is among *more*.

    Raises ControlFailed when that is refused.
    """
    credential = None if "client_secret" in dict(more) else context.credential(PRIMARY)
    gone = context.tokens.form(revoking(context), [("token", token), *more], credential, valid=True)
    if gone.response.status != 200:
        raise ControlFailed("control", what=gone.label, status=str(gone.response.status))


def revoked_token(context: TestContext) -> str:
    """A token that was revoked, once a run."""
    if context.revoked is None:
        _, token = opened(context)
        revoke(context, token)
        context.revoked = token
    return context.revoked


PATIENCE = 20.0  # seconds that a probe waits for a token to expire


def expired_token(context: TestContext) -> str:
    """A token past its life and the tolerance, waited for once a run.

    Raises ControlFailed when none is granted, NotApplicable when it would live too long to wait for.
    """
    if context.expired is None:
        tolerance = 60 if context.config.expiry_tolerance is None else context.config.expiry_tolerance
        exchange = context.tokens.grant(context.credential("primary"))
        granted = exchange.response.json.value
        life = granted.get("expires_in") if isinstance(granted, dict) else None
        if not isinstance(life, int) or isinstance(life, bool):
            why = phrase("no-integer", name="expires_in")
            raise ControlFailed("control", what=exchange.label, status=why)
        if life + tolerance > PATIENCE:
            raise NotApplicable("long-life")
        context.expired = opened(context)[1]
        time.sleep(life + tolerance + 0.5)
    return context.expired
