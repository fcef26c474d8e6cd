"""A card of an experiment's own and the moves of its money, by role."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from cynod_conformance.base.outcomes import ControlFailed, PreconditionMissing
from cynod_conformance.experiment.answer import Answer
from cynod_conformance.experiment.context import TestContext
from cynod_conformance.experiment.fixtures import RoleValues
from cynod_conformance.experiment.request_builder import NOTHING, RequestBuilder
from cynod_spec.model import Operation

PAST_EXPIRY = "2020-12-31"  # the last day of a card that is no longer good


@dataclass(frozen=True)
class CardAccount:
    """A card that one experiment has issued for itself, and requests about it.

    ::

        account = CardAccount.open(context, initial_amount=0)
        account.send("debit", "payment", amount=1).expect("balance-insufficient")
        top_up = account.make("credit", "top-up")      # a control: it must succeed
        account.send("cancel", "top-up", id=top_up["id"]).expect_success()
    """

    context: TestContext
    card: RoleValues

    @classmethod
    def open(cls, context: TestContext, **roles: Any) -> CardAccount:
        """Issue a card with the values *roles*. Raises PreconditionMissing without a core credential."""
        operation = required_operation(context, "issue", "card")
        context.credential("core")
        draft = context.fixtures.draft(operation)
        for role, value in roles.items():
            name = role.replace("_", "-")
            if name in operation.request:
                draft = draft.put(operation.request[name], value)
        answer = context.call(draft, valid=True).must_succeed()
        shown = context.fixtures.shown(answer.exchange)
        if "number" not in shown or "id" not in shown:
            raise ControlFailed("no-id", what=operation.key)
        context.fixtures.learn(str(shown["number"]))
        return cls(context, shown)

    def draft(self, effect: str, resource: str, **roles: Any) -> RequestBuilder:
        """A valid request with this effect on this card; *roles* change values (``_`` stands for ``-``)."""
        operation = required_operation(self.context, effect, resource)
        given = {role.replace("_", "-"): value for role, value in roles.items()}
        values: RoleValues = {
            "key": self.context.fixtures.fresh(),
            "reference": self.context.fixtures.fresh(),
            "card": self.card["id"],
            "number": self.card["number"],
            "currency": self.card.get("currency", NOTHING),
            "amount": self.small_amount,
            **given,
        }
        return request_by_role(self.context, operation, values, given)

    def send(self, effect: str, resource: str, **roles: Any) -> Answer:
        """Send the request of ``draft``."""
        return self.context.call(self.draft(effect, resource, **roles))

    def make(self, effect: str, resource: str, **roles: Any) -> RoleValues:
        """Send the request of ``draft`` as a control, and give what it shows, by role."""
        answer = self.context.call(self.draft(effect, resource, **roles), valid=True).must_succeed()
        return self.context.fixtures.shown(answer.exchange)

    @property
    def small_amount(self) -> int:
        """An amount within the limits of every move, large enough to be split, in minor units."""
        limits = self.context.fixtures.limits()
        found = [v for r in ("credit-min", "debit-min") if isinstance(v := limits.get(r), int)]
        return max([10, *found])

    @property
    def large_amount(self) -> int:
        """An amount that no partner's limit forbids, in minor units."""
        limits = self.context.fixtures.limits()
        found = [v for r in ("credit-max", "debit-max") if isinstance(v := limits.get(r), int)]
        return min([100_000, *found])

    def balance(self) -> int:
        """What the card holds, in minor units. Raises ControlFailed when the answer does not say."""
        shown = self.make("read", "balance")
        amount = shown.get("amount")
        if not isinstance(amount, int):
            raise ControlFailed("no-id", what="balance")
        return amount


def request_by_role(
    context: TestContext, operation: Operation, values: RoleValues, given: Collection[str] = ()
) -> RequestBuilder:
    """A request to *operation* with *values* by role; of optional parameters, only those *given*."""
    draft = context.fixtures.bare(operation)
    for role, expression in operation.request.items():
        if role in given and values[role] is NOTHING and expression.place == "body":
            draft = draft.with_member(expression.path, NOTHING)
        parameter = operation.parameter(role)
        optional = parameter is not None and not parameter.required and parameter.place != "path"
        if role in values and values[role] is not NOTHING and (not optional or role in given):
            draft = draft.put(expression, values[role])
    return draft


def required_operation(context: TestContext, effect: str, resource: str) -> Operation:
    """The operation with this effect. Raises PreconditionMissing when the document has none."""
    operation = context.contract.find(effect, resource)
    if operation is None:
        raise PreconditionMissing("no-operation", what=f"{effect} {resource}")
    return operation


def moves_reserved_to_owner(
    account: CardAccount, top_up: RoleValues, payment: RoleValues
) -> tuple[RequestBuilder, ...]:
    """A cancellation and refunds that only the owner of *top_up* and *payment* may make."""
    return (
        account.draft("cancel", "top-up", id=top_up["id"]),
        account.draft("refund", "refund", parent=payment["id"], amount=1),
        account.draft("refund", "refund", parent=payment["id"]),
    )


def another_currency(currency: Any) -> str:
    """A currency (ISO 4217) that is not *currency*."""
    return "EUR" if currency != "EUR" else "USD"
