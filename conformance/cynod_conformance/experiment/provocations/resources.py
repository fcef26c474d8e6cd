"""Provocations of the codes about what a request names: unknown, blocked, expired, in the wrong state."""

from __future__ import annotations

from cynod_conformance.base.outcomes import NotApplicable
from cynod_conformance.experiment.card_account import PAST_EXPIRY, CardAccount
from cynod_conformance.experiment.context import TestContext
from cynod_conformance.experiment.provocations.request_under_test import RequestUnderTest
from cynod_conformance.experiment.request_builder import UNKNOWN_ID
from cynod_spec.model import Operation

UNKNOWN_NUMBER = "0" * 16  # of a card: well formed, and issued to nobody


def names_card(context: TestContext, operation: Operation) -> bool:
    """Whether the body names a card, so that the request can have other provocations too."""
    return "card" in operation.request


def unknown_card(context: TestContext, request: RequestUnderTest) -> RequestUnderTest:
    """A card that does not exist, by its id or its number."""
    if "number" in request.draft.operation.request and request.draft.operation.resource != "card":
        return request.with_role("number", UNKNOWN_NUMBER)
    return with_card(request, UNKNOWN_ID)


def blocked_card(context: TestContext, request: RequestUnderTest) -> RequestUnderTest:
    """A card that the operator has blocked."""
    state = context.contract.resources["card"].state("blocked")
    if state is None:
        raise NotApplicable("not-here", what="blocked")
    account = CardAccount.open(context)
    account.make("set-state", "card", id=account.card["id"], state=state.value)
    return with_card(request, account.card["id"])


def expired_card(context: TestContext, request: RequestUnderTest) -> RequestUnderTest:
    """A card past its last day."""
    return with_card(request, CardAccount.open(context, expiry=PAST_EXPIRY).card["id"])


def with_card(request: RequestUnderTest, id: object) -> RequestUnderTest:
    """*request* for the card *id*, which it acts on or which it names."""
    return request.with_role("id" if request.draft.operation.resource == "card" else "card", id)


def unknown_top_up(context: TestContext, request: RequestUnderTest) -> RequestUnderTest:
    """A top-up that does not exist."""
    return request.with_role("id", UNKNOWN_ID)


def unknown_payment(context: TestContext, request: RequestUnderTest) -> RequestUnderTest:
    """A payment that does not exist."""
    return request.with_role("id" if request.draft.operation.resource == "payment" else "parent", UNKNOWN_ID)


def unknown_refund(context: TestContext, request: RequestUnderTest) -> RequestUnderTest:
    """A refund that does not exist, of a payment that does."""
    return request.with_role("id", UNKNOWN_ID)


def used_up(context: TestContext, request: RequestUnderTest) -> RequestUnderTest:
    """A cancellation of a top-up that is cancelled already, or a refund of a payment that is given back."""
    operation = request.draft.operation
    account = CardAccount.open(context)
    if operation.effect == "cancel":
        role, id = "id", account.make("credit", "top-up")["id"]
    else:
        role, id = "parent", account.make("debit", "payment")["id"]
    account.make(operation.effect, operation.resource, **{role: id})
    return request.with_role(role, id)
