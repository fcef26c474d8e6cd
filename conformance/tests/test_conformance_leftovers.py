"""What a run made, told from the answers that it saw."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

from cynod_conformance.experiment.context import TestContext
from cynod_conformance.observe.exchange import Exchange, Request, Response
from cynod_conformance.runner.cleanup import Cleanup
from cynod_spec import load_contract

CONTRACT = load_contract()


class Told:
    """Cleanup that are told answers by the roles of their members."""

    def __init__(self) -> None:
        self._shown: dict[str, Any] = {}
        fixtures = SimpleNamespace(shown=lambda exchange: self._shown)
        self.kept = Cleanup(cast(TestContext, SimpleNamespace(contract=CONTRACT, fixtures=fixtures)))

    def tell(self, effect: str, status: int = 201, **shown: Any) -> None:
        (operation,) = CONTRACT.all(effect)
        self._shown = shown
        asked = Request(operation.method, "http://127.0.0.1" + operation.path, (), b"")
        self.kept.see(Exchange("probe", operation, asked, Response(status)))

    @property
    def standing(self) -> dict[tuple[str, str], int]:
        return {(left.effect, left.id): left.standing for left in self.kept.listed()}


def test_ids_are_those_of_a_kind() -> None:
    """Where every kind is numbered from one, a refund is of the payment that has the number."""
    told = Told()
    told.tell("credit", id="1", amount=100)
    told.tell("debit", id="1", amount=70)
    told.tell("refund", id="1", parent="1", amount=30)
    assert told.standing == {("credit", "1"): 100, ("debit", "1"): 40}
    told.tell("cancel", id="1", amount=100)
    assert told.standing == {("debit", "1"): 40}


def test_a_refund_is_counted_once() -> None:
    told = Told()
    told.tell("debit", id="7", amount=70)
    told.tell("refund", id="1", parent="7", amount=30)
    told.tell("refund", 200, id="1", parent="7", amount=30)  # the same again, by its key
    told.tell("refund", 422, id="2", parent="7", amount=40)
    assert told.standing == {("debit", "7"): 40}
    told.tell("refund", id="3", parent="7", amount=40)
    assert told.standing == {}
