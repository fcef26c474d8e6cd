"""The order of refusal: of two faults in one request, the document's first is the answer. AUZ-8."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import combinations

from cynod_conformance.base.outcomes import ControlFailed, NotApplicable
from cynod_conformance.experiment.context import Answer, TestContext
from cynod_conformance.experiment.provocations import EXCLUSIVE, FAULTS, RequestUnderTest, rank
from cynod_conformance.experiment.registry import TestCase, probe
from cynod_conformance.experiment.test_cases import has_code, identified
from cynod_spec.model import Contract, Operation


def each_pair(contract: Contract, operations: list[Operation]) -> Iterator[TestCase]:
    """One case for each operation and each two faults of different rank that one request may have."""
    for operation in operations:
        if not identified(operation) or operation.body is None:
            continue
        ranks = {name: rank(contract, name) for name in FAULTS if has_code(operation, name)}
        for pair in combinations((name for name, place in ranks.items() if place >= 0), 2):
            first, second = sorted(pair, key=ranks.__getitem__)
            if ranks[first] < ranks[second] and not any(set(pair) <= place for place in EXCLUSIVE):
                yield TestCase(f"{operation.key} × {first}, {second}", operation, pair)


@probe("AUZ-8", tier="write", cases=each_pair)
def first_fault_answers(context: TestContext, case: TestCase) -> None:
    """Of two faults in one request, the one that comes first in the order of refusal is answered.

    Each fault by itself is the control: what is not refused alone is for other clauses to judge.
    """
    operation = case.operation
    assert operation is not None
    for name in case.part:
        context.once((alone, operation.id, name), partial(alone, context, operation, name))
    answer = refused(context, operation, case.part)
    if answer is None:
        raise NotApplicable("not-here", what=case.label)
    answer.expect(min(case.part, key=lambda name: rank(context.contract, name)))


def alone(context: TestContext, operation: Operation, name: str) -> None:
    """See the fault *name* alone refused as it must be. Raises Outcome."""
    answer = refused(context, operation, (name,))
    if answer is None:
        raise NotApplicable("not-here", what=f"{operation.key} ({name})")
    right = context.contract.code(name)
    if (answer.code, answer.status) != (right, right.status):
        raise ControlFailed("control", what=f"{operation.key} ({name})", status=answer.said)


def refused(context: TestContext, operation: Operation, names: tuple[str, ...]) -> Answer | None:
    """The answer to a request with the faults *names*; None when they cannot stand together."""
    sent: RequestUnderTest | None = RequestUnderTest(context.control(operation))
    for name in names:
        sent = FAULTS[name](context, sent) if sent is not None else None
    if sent is None:
        return None
    return context.call(sent.draft, authorization=sent.authorization, headers=sent.headers)
