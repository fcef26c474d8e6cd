"""Each provocation earns its code from a correct sandbox, and none that was not asked for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from cross_room.experiments import context_in_process

from cynod_conformance.base.outcomes import NotApplicable, Outcome
from cynod_conformance.experiment.context import TestContext
from cynod_conformance.experiment.provocations import form, identity, money, resources
from cynod_conformance.experiment.provocations.request_under_test import RequestUnderTest
from cynod_conformance.experiment.provocations.table import (
    COMBINABLE,
    EXCLUSIVE,
    PROVOCATIONS,
    add,
    are_compatible,
    provoked,
    rank,
    send,
    without_conflicts,
)
from cynod_conformance.experiment.test_cases import has_code
from cynod_spec import load_contract

CONTRACT = load_contract()
WAITING = ("token-expired",)  # its provocation waits for the end of a token


@pytest.fixture(scope="module")
def context() -> Iterator[TestContext]:
    with context_in_process() as made:
        yield made


@pytest.mark.parametrize("name", [name for name in PROVOCATIONS if name not in WAITING])
def test_a_provocation_earns_its_code(context: TestContext, name: str) -> None:
    found = [o for o in CONTRACT.operations if has_code(o, name) and not o.is_oauth and not o.public]
    assert found, "no operation lists the code"
    ended: list[Outcome] = []
    for operation in found:
        try:
            request = provoked(context, operation, name)
        except NotApplicable as outcome:
            ended.append(outcome)
            continue
        without_basic = ["basic-not-enabled"] if request.needs_basic else []
        send(context, request).expect(name, *without_basic)
        return
    pytest.fail(f"no operation has a place for it: {ended}")


def test_a_valid_request_stays_as_it_was(context: TestContext) -> None:
    operation = CONTRACT.find("debit", "payment")
    assert operation is not None
    valid = RequestUnderTest.of(context.control(operation))
    changed = add(context, valid, "value-invalid")
    assert changed is not None
    assert changed.draft != valid.draft
    assert changed.valid == valid.valid
    send(context, valid).expect_success()


def test_a_condition_tells_where_a_provocation_has_a_place(context: TestContext) -> None:
    debit, listing = CONTRACT.find("debit", "payment"), CONTRACT.find("list", "payment")
    assert debit is not None
    assert listing is not None
    for condition in (money.moves_money, money.takes_amount, form.has_body, resources.names_card):
        assert condition(context, debit)
        assert not condition(context, listing)
    assert identity.can_lack_scope(context, debit)
    assert add(context, RequestUnderTest.of(context.control(listing)), "json-malformed") is None


def test_what_changes_the_same_place_is_not_combined() -> None:
    for place in EXCLUSIVE:
        assert place <= set(COMBINABLE) | set(PROVOCATIONS)
        assert not are_compatible(place)
        assert all(are_compatible([name]) for name in place)
    assert without_conflicts(("card-blocked", "card-expired", "value-invalid")) == (
        "card-blocked",
        "value-invalid",
    )


def test_the_order_of_refusal_is_the_documents() -> None:
    ranks = {name: rank(CONTRACT, name) for name in PROVOCATIONS}
    assert ranks["credentials-missing"] < ranks["insufficient-scope"] < ranks["balance-insufficient"]
    assert rank(CONTRACT, "no such code") == -1
