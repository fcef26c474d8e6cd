"""Operations that take an idempotency key, and what shows a replay."""

from __future__ import annotations

from cynod_conformance.experiment.answer import Answer
from cynod_conformance.experiment.card_account import CardAccount
from cynod_conformance.experiment.context import TestContext
from cynod_conformance.experiment.request_builder import RequestBuilder
from cynod_conformance.experiment.test_cases import identified
from cynod_spec.model import Operation


def takes_key(operation: Operation) -> bool:
    """Whether the operation takes an idempotency key."""
    return identified(operation) and "key" in operation.request


def own_move(context: TestContext, operation: Operation) -> tuple[CardAccount, RequestBuilder] | None:
    """A card of our own and a move of its money by *operation*; None when it moves none."""
    if operation.effect not in ("credit", "debit", "refund"):
        return None
    account = CardAccount.open(context)
    roles = {"parent": account.make("debit", "payment")["id"]} if operation.effect == "refund" else {}
    return account, account.draft(operation.effect, operation.resource, **roles)


def replay_header(answer: Answer) -> str:
    """The name of the header by which *answer* says that it is a replay; empty when it does not."""
    operation = answer.exchange.operation
    headers = operation.success.headers if operation else ()
    header = next((h for h in headers if h.role == "replayed"), None)
    said = answer.exchange.response.header(header.name) if header else None
    return header.name if header and (said or "").strip().lower() == "true" else ""
