"""The right code: each code that can be provoked, provoked in each operation that lists it. CAT-4."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cynod_conformance.base.outcomes import NotApplicable
from cynod_conformance.experiment.answer import SUCCESS
from cynod_conformance.experiment.card_account import CardAccount
from cynod_conformance.experiment.case_types import CodeCase
from cynod_conformance.experiment.context import TestContext
from cynod_conformance.experiment.provocations import PROVOCATIONS, RequestUnderTest, provoked, send
from cynod_conformance.experiment.registry import probe
from cynod_spec.model import Contract, Operation

MAX_SAFE_INTEGER = 2**53 - 1  # the greatest whole number that every JSON reader keeps (RFC 8259 §6)
BASIC_CLOSED = "basic-not-enabled"


def each_code(contract: Contract, operations: list[Operation]) -> list[CodeCase]:
    """One case for each operation and each code that it lists and that a tester can provoke there."""
    return [
        CodeCase(f"{o.key} × {code.value}", o, code.name)
        for o in operations
        if not o.is_oauth
        for code in o.codes
        if code.name in PROVOCATIONS
    ]


@probe("CAT-4", tier="write", cases=each_code, last=True)
def the_right_code(context: TestContext, case: CodeCase) -> None:
    """A provocation is answered with its code and no other, once in each language."""
    operation = case.operation
    provoke(context, operation, case.code)
    if operation != first_to_list(context.contract, case.code):
        return
    for language in context.contract.languages[1:]:
        provoke(context.speaking(language), operation, case.code)


def first_to_list(contract: Contract, name: str) -> Operation | None:
    """The first operation that lists the code *name*."""
    listing = (o for o in contract.operations if not o.is_oauth and name in {code.name for code in o.codes})
    return next(listing, None)


def provoke(context: TestContext, operation: Operation, name: str) -> None:
    """Provoke the code *name* in *operation*, whose answer must be that code."""
    request = provoked(context, operation, name)
    if (neighbour := NEIGHBOURS.get(name)) is not None:
        neighbour(context, request)
    answer = send(context, request)
    if request.needs_basic and answer.code is not None and answer.code.name == BASIC_CLOSED:
        raise NotApplicable("not-here", what=f"Basic ({request.identity})")
    answer.expect(name)


def at_the_limits(context: TestContext, request: RequestUnderTest) -> None:
    """The last amount within the partner's limit is none beyond it; what no card can hold is."""
    operation = request.draft.operation
    limit = context.fixtures.limits()[f"{operation.effect}-max"]
    account = CardAccount.open(context)
    account.send(operation.effect, operation.resource, amount=limit).expect_not(["amount-out-of-limits"])
    if operation.effect == "credit":
        full = CardAccount.open(context, initial_amount=MAX_SAFE_INTEGER)
        full.send(operation.effect, operation.resource).expect("amount-out-of-limits")


def under_another_payment(context: TestContext, request: RequestUnderTest) -> None:
    """A refund that exists is unknown under a payment that is not its own."""
    misplaced = RequestUnderTest.of(request.valid).with_role("parent", context.fixtures.make("payment")["id"])
    answer = send(context, misplaced)
    if answer.status in SUCCESS:
        answer.expect("refund-unknown")


Neighbour = Callable[[TestContext, RequestUnderTest], None]
# What stands beside a provocation, and must be told apart from it or counted to it.
NEIGHBOURS: Mapping[str, Neighbour] = {
    "amount-out-of-limits": at_the_limits,
    "refund-unknown": under_another_payment,
}
