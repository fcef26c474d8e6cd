"""Tokens in each state of their life: proven, revoked, expired."""

from __future__ import annotations

import time
from functools import partial

from cynod_conformance.base.outcomes import ControlFailed, NotApplicable, PreconditionMissing
from cynod_conformance.experiment.context import TestContext
from cynod_conformance.experiment.memo import MemoKey
from cynod_conformance.text.phrase import phrase
from cynod_spec.model import Operation

PRIMARY = "primary"
DEFAULT_TOLERANCE_S = 60  # for which a token may be taken after its end, where nobody says how long
MAX_EXPIRY_WAIT_S = 20.0  # for a token to expire
EXPIRY_MARGIN_S = 0.5  # after its end, so that clocks may differ a little
REVOKED_TOKEN = MemoKey[str]("revoked token")
EXPIRED_TOKEN = MemoKey[str]("expired token")


def revocation_endpoint(context: TestContext) -> Operation:
    """The revocation endpoint. Raises PreconditionMissing when the document has none."""
    found = context.contract.find("revoke")
    if found is None:
        raise PreconditionMissing("no-operation", what="revoke")
    return found


def proven_token(context: TestContext, name: str = PRIMARY) -> tuple[Operation, str]:
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
    gone = context.tokens.form(
        revocation_endpoint(context), [("token", token), *more], credential, valid=True
    )
    if gone.response.status != 200:
        raise ControlFailed("control", what=gone.label, status=str(gone.response.status))


def revoked_token(context: TestContext) -> str:
    """A token that was revoked, once a run."""
    return context.memo.keep(REVOKED_TOKEN, partial(new_revoked_token, context))


def new_revoked_token(context: TestContext) -> str:
    """A token of the primary partner that was proven, and then revoked."""
    _, token = proven_token(context)
    revoke(context, token)
    return token


def expired_token(context: TestContext) -> str:
    """A token past its life and the tolerance, waited for once a run.

    Raises ControlFailed when none is granted, NotApplicable when it would live too long to wait for.
    """
    return context.memo.keep(EXPIRED_TOKEN, partial(new_expired_token, context))


def new_expired_token(context: TestContext) -> str:
    """A token of the primary partner that was proven before its life ended. Raises as ``expired_token``."""
    tolerance = context.config.expiry_tolerance
    tolerance = DEFAULT_TOLERANCE_S if tolerance is None else tolerance
    exchange = context.tokens.grant(context.credential(PRIMARY))
    granted = exchange.response.json.value
    life = granted.get("expires_in") if isinstance(granted, dict) else None
    if not isinstance(life, int) or isinstance(life, bool):
        why = phrase("no-integer", name="expires_in")
        raise ControlFailed("control", what=exchange.label, status=why)
    if life + tolerance > MAX_EXPIRY_WAIT_S:
        raise NotApplicable("long-life")
    token = proven_token(context)[1]
    time.sleep(life + tolerance + EXPIRY_MARGIN_S)
    return token
