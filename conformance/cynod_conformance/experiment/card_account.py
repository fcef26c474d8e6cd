"""Moves of money by role, for the experiments of the business layer."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from cynod_conformance.base.outcomes import ControlFailed, Missing
from cynod_conformance.experiment.context import Answer, Lab
from cynod_conformance.experiment.fixtures import Roles
from cynod_conformance.experiment.request_builder import NOTHING, Draft
from cynod_spec.model import Operation


@dataclass(frozen=True)
class Bank:
    """A card of one experiment's own, and what can be done with it."""

    lab: Lab
    card: Roles

    @classmethod
    def open(cls, lab: Lab, **roles: Any) -> Bank:
        """Issue a card; *roles* change what it is issued with. Raises Missing without a core credential."""
        operation = needed(lab, "issue", "card")
        lab.credential("core")
        draft = lab.world.draft(operation)
        for role, value in roles.items():
            name = role.replace("_", "-")
            if name in operation.request:
                draft = draft.put(operation.request[name], value)
        answer = lab.call(draft, valid=True).must_succeed()
        shown = lab.world.shown(answer.exchange)
        if "number" not in shown or "id" not in shown:
            raise ControlFailed("no-id", what=operation.key)
        lab.world.learn(str(shown["number"]))
        return cls(lab, shown)

    def draft(self, effect: str, resource: str, **roles: Any) -> Draft:
        """A valid request with this effect on this card; *roles* change values (``_`` stands for ``-``)."""
        operation = needed(self.lab, effect, resource)
        given = {role.replace("_", "-"): value for role, value in roles.items()}
        values: Roles = {
            "key": self.lab.world.fresh(),
            "reference": self.lab.world.fresh(),
            "card": self.card["id"],
            "number": self.card["number"],
            "currency": self.card.get("currency", NOTHING),
            "amount": self.least,
            **given,
        }
        return drafted(self.lab, operation, values, given)

    def do(self, effect: str, resource: str, **roles: Any) -> Answer:
        """Send that request."""
        return self.lab.call(self.draft(effect, resource, **roles))

    def made(self, effect: str, resource: str, **roles: Any) -> Roles:
        """Send it as a control, and give what it made by role."""
        answer = self.lab.call(self.draft(effect, resource, **roles), valid=True).must_succeed()
        return self.lab.world.shown(answer.exchange)

    @property
    def least(self) -> int:
        """An amount within the limits of every move, and large enough to be split."""
        limits = self.lab.world.limits()
        found = [v for r in ("credit-min", "debit-min") if isinstance(v := limits.get(r), int)]
        return max([10, *found])

    @property
    def most(self) -> int:
        """An amount that no partner's limit forbids, in minor units."""
        limits = self.lab.world.limits()
        found = [v for r in ("credit-max", "debit-max") if isinstance(v := limits.get(r), int)]
        return min([100_000, *found])

    def balance(self) -> int:
        """What the card holds now."""
        shown = self.made("read", "balance")
        amount = shown.get("amount")
        if not isinstance(amount, int):
            raise ControlFailed("no-id", what="balance")
        return amount


def drafted(lab: Lab, operation: Operation, values: Roles, given: Collection[str] = ()) -> Draft:
    """A request to *operation* with *values* by role, of optional parameters the *given* ones alone."""
    draft = lab.world.bare(operation)
    for role, expression in operation.request.items():
        if role in given and values[role] is NOTHING and expression.place == "body":
            draft = draft.with_member(expression.path, NOTHING)
        parameter = operation.parameter(role)
        optional = parameter is not None and not parameter.required and parameter.place != "path"
        if role in values and values[role] is not NOTHING and (not optional or role in given):
            draft = draft.put(expression, values[role])
    return draft


def needed(lab: Lab, effect: str, resource: str) -> Operation:
    """The operation with this effect. Raises Missing when the document has none."""
    operation = lab.contract.find(effect, resource)
    if operation is None:
        raise Missing("no-operation", what=f"{effect} {resource}")
    return operation


def moves_of_another(bank: Bank, top_up: Roles, payment: Roles) -> tuple[Draft, ...]:
    """A cancellation and refunds that are their owner's alone to make."""
    return (
        bank.draft("cancel", "top-up", id=top_up["id"]),
        bank.draft("refund", "refund", parent=payment["id"], amount=1),
        bank.draft("refund", "refund", parent=payment["id"]),
    )
