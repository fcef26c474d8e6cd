"""The order of refusal: of two codes that one request earns, the document's first is answered. AUZ-8."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import combinations

from cynod_conformance.base.outcomes import ControlFailed, NotApplicable
from cynod_conformance.experiment.answer import Answer
from cynod_conformance.experiment.case_types import CodePairCase
from cynod_conformance.experiment.context import TestContext
from cynod_conformance.experiment.memo import MemoKey
from cynod_conformance.experiment.provocations import (
    COMBINABLE,
    RequestUnderTest,
    add,
    are_compatible,
    rank,
    send,
)
from cynod_conformance.experiment.registry import probe
from cynod_conformance.experiment.test_cases import has_code, identified
from cynod_spec.model import Contract, Operation

CONTROL = MemoKey[None]("a provocation by itself is refused")


def each_pair(contract: Contract, operations: list[Operation]) -> Iterator[CodePairCase]:
    """One case for each operation and each two codes of different rank that one request can earn."""
    for operation in operations:
        if not identified(operation) or operation.body is None:
            continue
        ranks = {name: rank(contract, name) for name in COMBINABLE if has_code(operation, name)}
        for pair in combinations((name for name, place in ranks.items() if place >= 0), 2):
            first, second = sorted(pair, key=ranks.__getitem__)
            if ranks[first] < ranks[second] and are_compatible(pair):
                yield CodePairCase(f"{operation.key} × {first}, {second}", operation, pair)


@probe("AUZ-8", tier="write", cases=each_pair)
def first_code_answers(context: TestContext, case: CodePairCase) -> None:
    """Of two codes that one request earns, the one that comes first in the order of refusal is answered.

    Each provocation by itself is the control: what is not refused by itself is for other clauses to judge.
    """
    operation = case.operation
    for name in case.codes:
        context.memo.once(
            CONTROL.of(operation.id, name), partial(refused_by_itself, context, operation, name)
        )
    answer = refused(context, operation, case.codes)
    if answer is None:
        raise NotApplicable("not-here", what=case.label)
    answer.expect(min(case.codes, key=lambda name: rank(context.contract, name)))


def refused_by_itself(context: TestContext, operation: Operation, name: str) -> None:
    """The control: see *operation* refused with the code *name* when that is provoked by itself.

    Raises NotApplicable where it cannot be, ControlFailed where another answer comes.
    """
    answer = refused(context, operation, (name,))
    if answer is None:
        raise NotApplicable("not-here", what=f"{operation.key} ({name})")
    right = context.contract.code(name)
    if (answer.code, answer.status) != (right, right.status):
        raise ControlFailed("control", what=f"{operation.key} ({name})", status=answer.said)


def refused(context: TestContext, operation: Operation, names: tuple[str, ...]) -> Answer | None:
    """The answer to a request with the provocations *names*; None where it cannot have one of them."""
    request: RequestUnderTest | None = RequestUnderTest.of(context.control(operation))
    for name in names:
        request = add(context, request, name) if request is not None else None
    return None if request is None else send(context, request)
