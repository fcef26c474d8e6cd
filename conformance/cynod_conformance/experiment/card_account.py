"""Moves of money by role, for the experiments of the business layer."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from cynod_conformance.base.outcomes import ControlFailed, PreconditionMissing
from cynod_conformance.experiment.answer import Answer
from cynod_conformance.experiment.context import TestContext
from cynod_conformance.experiment.fixtures import Roles
from cynod_conformance.experiment.request_builder import NOTHING, RequestBuilder
from cynod_spec.model import Operation


@dataclass(frozen=True)
class CardAccount:
    """A card of one experiment's own, and what can be done with it."""

    context: TestContext
    card: Roles

    @classmethod
    def open(cls, context: TestContext, **roles: Any) -> CardAccount:
        """Issue a card with the values *roles*. Raises PreconditionMissing without a core credential."""
        operation = needed(context, "issue", "card")
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
        operation = needed(self.context, effect, resource)
        given = {role.replace("_", "-"): value for role, value in roles.items()}
        values: Roles = {
            "key": self.context.fixtures.fresh(),
            "reference": self.context.fixtures.fresh(),
            "card": self.card["id"],
            "number": self.card["number"],
            "currency": self.card.get("currency", NOTHING),
            "amount": self.least,
            **given,
        }
        return drafted(self.context, operation, values, given)

    def do(self, effect: str, resource: str, **roles: Any) -> Answer:
        """Send that request."""
        return self.context.call(self.draft(effect, resource, **roles))

    def made(self, effect: str, resource: str, **roles: Any) -> Roles:
        """Send it as a control, and give what it made by role."""
        answer = self.context.call(self.draft(effect, resource, **roles), valid=True).must_succeed()
        return self.context.fixtures.shown(answer.exchange)

    @property
    def least(self) -> int:
        """An amount within the limits of every move, and large enough to be split."""
        limits = self.context.fixtures.limits()
        found = [v for r in ("credit-min", "debit-min") if isinstance(v := limits.get(r), int)]
        return max([10, *found])

    @property
    def most(self) -> int:
        """An amount that no partner's limit forbids, in minor units."""
        limits = self.context.fixtures.limits()
        found = [v for r in ("credit-max", "debit-max") if isinstance(v := limits.get(r), int)]
        return min([100_000, *found])

    def balance(self) -> int:
        """What the card holds now."""
        shown = self.made("read", "balance")
        amount = shown.get("amount")
        if not isinstance(amount, int):
            raise ControlFailed("no-id", what="balance")
        return amount


def drafted(
    context: TestContext, operation: Operation, values: Roles, given: Collection[str] = ()
) -> RequestBuilder:
    """A request to *operation* with *values* by role, of optional parameters the *given* ones alone."""
    draft = context.fixtures.bare(operation)
    for role, expression in operation.request.items():
        if role in given and values[role] is NOTHING and expression.place == "body":
            draft = draft.with_member(expression.path, NOTHING)
        parameter = operation.parameter(role)
        optional = parameter is not None and not parameter.required and parameter.place != "path"
        if role in values and values[role] is not NOTHING and (not optional or role in given):
            draft = draft.put(expression, values[role])
    return draft


def needed(context: TestContext, effect: str, resource: str) -> Operation:
    """The operation with this effect. Raises PreconditionMissing when the document has none."""
    operation = context.contract.find(effect, resource)
    if operation is None:
        raise PreconditionMissing("no-operation", what=f"{effect} {resource}")
    return operation


def moves_of_another(account: CardAccount, top_up: Roles, payment: Roles) -> tuple[RequestBuilder, ...]:
    """A cancellation and refunds that are their owner's alone to make."""
    return (
        account.draft("cancel", "top-up", id=top_up["id"]),
        account.draft("refund", "refund", parent=payment["id"], amount=1),
        account.draft("refund", "refund", parent=payment["id"]),
    )
