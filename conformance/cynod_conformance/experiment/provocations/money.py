"""Provocations of the codes about money: currencies, limits, balances, refunds, keys that moved some."""

from __future__ import annotations

from cynod_conformance.base.outcomes import NotApplicable
from cynod_conformance.experiment.card_account import CardAccount, another_currency
from cynod_conformance.experiment.context import TestContext
from cynod_conformance.experiment.provocations.request_under_test import RequestUnderTest
from cynod_spec.model import Operation


def moves_money(context: TestContext, operation: Operation) -> bool:
    """Whether the operation moves money onto a card or from it."""
    return operation.effect in ("credit", "debit", "refund")


def takes_amount(context: TestContext, operation: Operation) -> bool:
    """Whether a request to the operation says how much money it moves."""
    return "amount" in operation.request


def other_currency(context: TestContext, request: RequestUnderTest) -> RequestUnderTest:
    """A currency that is not the card's."""
    expression = request.draft.operation.request.get("currency")
    if expression is None:
        raise NotApplicable("not-here", what=request.draft.operation.key)
    return request.with_role("currency", another_currency(request.draft.get(expression)))


def beyond_the_limit(context: TestContext, request: RequestUnderTest) -> RequestUnderTest:
    """One minor unit more than the partner may move. Raises NotApplicable where no limit is known."""
    operation = request.draft.operation
    limit = greatest_amount(context, operation)
    if limit is None:
        raise NotApplicable("not-here", what=f"{operation.key} {operation.effect}-max")
    return request.with_role("amount", limit + 1)


def greatest_amount(context: TestContext, operation: Operation) -> int | None:
    """The most that the caller may move by *operation*, in minor units; None where it is not said."""
    limit = context.fixtures.limits().get(f"{operation.effect}-max")
    return limit if isinstance(limit, int) else None


def uncovered(context: TestContext, request: RequestUnderTest) -> RequestUnderTest:
    """A payment from an empty card, or the cancellation of a top-up whose money is spent."""
    account = CardAccount.open(context, initial_amount=0)
    if request.draft.operation.effect != "cancel":
        return request.with_role("card", account.card["id"])
    top_up = account.make("credit", "top-up")
    account.make("debit", "payment", amount=top_up["amount"])
    return request.with_role("id", top_up["id"])


def more_than_was_paid(context: TestContext, request: RequestUnderTest) -> RequestUnderTest:
    """A refund of one minor unit more than its payment."""
    payment = CardAccount.open(context).make("debit", "payment")
    return request.with_role("parent", payment["id"]).with_role("amount", payment["amount"] + 1)


def used_key(context: TestContext, request: RequestUnderTest) -> RequestUnderTest:
    """A key that has served the valid request, for one of another amount."""
    operation = request.draft.operation
    for role in ("amount", "initial-amount"):
        if role in operation.request:
            context.call(request.valid, valid=True).must_succeed()
            return request.with_role(role, request.draft.get(operation.request[role]) + 1)
    raise NotApplicable("not-here", what=operation.key)
