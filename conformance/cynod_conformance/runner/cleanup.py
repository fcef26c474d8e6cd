"""What a run made: given back at its end, on the living, as far as the contract allows; else listed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cynod_conformance.base.outcomes import Outcome
from cynod_conformance.experiment.answer import SUCCESS
from cynod_conformance.experiment.card_account import request_by_role
from cynod_conformance.experiment.context import TestContext
from cynod_conformance.observe.exchange import Exchange
from cynod_spec.model import Operation

MAKES = ("issue", "credit", "debit")
UNDONE_BY = {"credit": "cancel", "debit": "refund"}  # effect → the one that takes it back


@dataclass
class Leftover:
    """A resource that the run made. ``standing`` is the part of its amount that was not given back."""

    effect: str
    resource: str
    id: str
    credential: str  # whose it is
    currency: str
    standing: int


class Cleanup:
    """Watches what is made and taken back."""

    def __init__(self, context: TestContext) -> None:
        self._context = context
        self._made: dict[tuple[str, str], Leftover] = {}  # by resource and id: two kinds may count alike
        self._refundable = {
            o.resource for o in context.contract.operations if UNDONE_BY.get(o.effect) == "refund"
        }
        self._taken: set[str] = set()  # ids of the refunds that were counted: a replay is none

    def see(self, exchange: Exchange) -> None:
        """Take note of what *exchange* did."""
        operation = exchange.operation
        if operation is None or exchange.response.status not in SUCCESS:
            return
        shown = (
            self._context.fixtures.shown(exchange)
            if operation.effect in (*MAKES, *UNDONE_BY.values())
            else {}
        )
        id, amount = shown.get("id"), shown.get("amount", 0)
        if not isinstance(id, str) or not isinstance(amount, int):
            return
        if operation.effect in MAKES:
            made = Leftover(
                operation.effect,
                operation.resource,
                id,
                exchange.identity,
                str(shown.get("currency", "")),
                amount,
            )
            self._made.setdefault((operation.resource, id), made)
        elif operation.effect == "cancel" and (known := self._made.get((operation.resource, id))):
            known.standing = 0
        elif operation.effect == "refund" and id not in self._taken:
            self._taken.add(id)
            for resource in self._refundable:
                if paid := self._made.get((resource, str(shown.get("parent")))):
                    paid.standing -= amount

    def give_back(self) -> None:
        """Refund, then cancel, whatever still stands: a top-up's money may have been paid with."""
        for effect in ("debit", "credit"):
            undoing = self._undoing(effect)
            for made in list(self._made.values()):
                if undoing is not None and made.effect == effect and made.standing > 0:
                    self._undo(undoing, made)

    def listed(self) -> Iterator[Leftover]:
        """What is still there."""
        for made in self._made.values():
            if made.effect not in UNDONE_BY or made.standing > 0:
                yield made

    def _undoing(self, effect: str) -> Operation | None:
        found = (o for o in self._context.contract.operations if o.effect == UNDONE_BY[effect])
        return next(found, None)

    def _undo(self, operation: Operation, made: Leftover) -> None:
        values = {
            "id": made.id,
            "parent": made.id,
            "amount": made.standing,
            "currency": made.currency,
            "key": self._context.fixtures.fresh(),
        }
        try:
            token = self._context.tokens.token(made.credential)
            draft = request_by_role(self._context, operation, values)
            self._context.call(draft, authorization=f"Bearer {token.value}", identity=made.credential)
        except Outcome:
            return  # it stays in the list
