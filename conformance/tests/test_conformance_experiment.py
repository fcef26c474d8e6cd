"""What experiments are built from, tried on a sandbox in this process: each part on its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from cross_room.experiments import context_in_process

from cynod_conformance.base.identifiers import PREFIX
from cynod_conformance.base.outcomes import ControlFailed, NotApplicable, PreconditionMissing
from cynod_conformance.engine.data_binding import DataBinding
from cynod_conformance.experiment import pagination, token_lifecycle
from cynod_conformance.experiment.callers import Callers
from cynod_conformance.experiment.canaries import canary
from cynod_conformance.experiment.card_account import CardAccount, required_operation
from cynod_conformance.experiment.case_types import InputCase, ScopeCase
from cynod_conformance.experiment.context import TestContext
from cynod_conformance.experiment.fixtures import FixtureFactory
from cynod_conformance.experiment.idempotency import own_move, replay_header, takes_key
from cynod_conformance.experiment.inputs import inputs
from cynod_conformance.experiment.memo import Memo, MemoKey
from cynod_conformance.experiment.other_callers import bearer_of_other, identified_headers, token_without
from cynod_conformance.experiment.sending import RequestSender
from cynod_conformance.experiment.test_cases import each_identified, each_input, each_scope
from cynod_conformance.experiment.tokens import Tokens
from cynod_conformance.experiment.valid_inputs import filled_request
from cynod_conformance.observe.exchange import Exchange, Request, Response
from cynod_spec import load_contract
from cynod_spec.model import Operation

CONTRACT = load_contract()


@pytest.fixture(scope="module")
def context() -> Iterator[TestContext]:
    with context_in_process() as made:
        yield made


def operation(effect: str, resource: str | None = None) -> Operation:
    found = CONTRACT.find(effect, resource)
    assert found is not None
    return found


# Callers and tokens


@pytest.mark.slow
def test_the_caller_of_an_operation_holds_its_scopes(context: TestContext) -> None:
    assert isinstance(context, Callers)
    for chosen in CONTRACT.operations:
        if not chosen.public and not chosen.is_oauth:
            assert context.tokens.token(context.caller(chosen)).scopes >= set(chosen.scopes)


def test_a_token_is_asked_for_once_and_a_fresh_one_each_time(context: TestContext) -> None:
    assert isinstance(context.tokens, Tokens)
    first = context.tokens.token("primary")
    assert context.tokens.token("primary") == first
    assert context.tokens.fresh("primary").value != first.value
    assert first.value in context.redactor.secrets


def test_an_unknown_credential_is_a_missing_precondition(context: TestContext) -> None:
    with pytest.raises(PreconditionMissing):
        context.tokens.credential("nobody")


def test_a_caller_lacks_one_scope_only(context: TestContext) -> None:
    listing = operation("list", "payment")
    (scope,) = listing.scopes
    name, bearer = token_without(context, listing, scope)
    draft = context.control(listing)
    answer = context.call(draft, authorization=bearer, identity=name)
    assert answer.expect("insufficient-scope").status == CONTRACT.code("insufficient-scope").status


def test_the_other_partner_is_another_one(context: TestContext) -> None:
    own = context.bearer(context.simple())
    assert bearer_of_other(context, context.simple()) != own
    assert dict(identified_headers(context)) == {"Authorization": own}


def test_a_revoked_token_is_remembered_and_refused(context: TestContext) -> None:
    token = token_lifecycle.revoked_token(context)
    assert token == token_lifecycle.revoked_token(context)
    answer = context.call(context.control(context.simple()), authorization=f"Bearer {token}")
    answer.expect("token-revoked")


def test_a_canary_is_the_same_for_a_name_and_watched(context: TestContext) -> None:
    value = canary(context, "pair")
    assert canary(context, "pair") == value != canary(context, "token")
    assert value in context.redactor.secrets
    assert context.redactor.text(f"x {value} y") != f"x {value} y"


def test_a_request_is_sent_as_its_caller_unless_another_is_named(context: TestContext) -> None:
    assert isinstance(context, RequestSender)
    draft = context.control(context.simple())
    context.call(draft).expect_success()
    context.call(draft, authorization=None).expect("credentials-missing")
    context.call(draft, authorization="Bearer nonsense").expect("token-invalid")


def test_a_memo_makes_a_value_once_for_each_key() -> None:
    memo, key = Memo(), MemoKey[int]("number")
    made: list[int] = []

    def make() -> int:
        made.append(len(made))
        return made[-1]

    assert [memo.keep(key, make), memo.keep(key, make), memo.keep(key.of("another"), make)] == [0, 0, 1]
    memo.forget(key)
    assert memo.get(key) is None
    assert memo.put(key, 7) == memo.keep(key, make) == 7


# Values and requests


def test_fixtures_never_repeat_a_fresh_value(context: TestContext) -> None:
    assert isinstance(context.fixtures, FixtureFactory)
    made = [context.fixtures.fresh() for _ in range(50)]
    assert len(set(made)) == 50
    assert all(each.startswith(PREFIX) for each in made)


@pytest.mark.parametrize("chosen", [o for o in CONTRACT.operations if not o.is_oauth], ids=lambda o: o.id)
def test_the_draft_of_every_operation_is_accepted(context: TestContext, chosen: Operation) -> None:
    context.call(context.fixtures.draft(chosen), valid=True).must_succeed()


def test_an_input_is_filled_with_what_it_may_hold(context: TestContext) -> None:
    locations = {each.label: each for each in inputs(CONTRACT, operation("list", "payment"))}
    limit = next(each for label, each in locations.items() if each.place == "query")
    draft, value = filled_request(context, limit)
    assert draft.operation == limit.operation
    context.call(limit.set(draft, value), valid=True).must_succeed()


def test_an_account_moves_its_own_money(context: TestContext) -> None:
    account = CardAccount.open(context)
    before = account.balance()
    account.send("credit", "top-up", amount=account.small_amount).must_succeed()
    assert account.balance() == before + account.small_amount
    with pytest.raises(PreconditionMissing):
        required_operation(context, "no such effect", "card")


def test_the_engine_is_given_names_that_exist_every_second_time(context: TestContext) -> None:
    binding, debit = DataBinding(context), operation("debit", "payment")
    assert binding(debit, False, "fuzzing") == []
    changes = [binding(debit, True, "fuzzing") for _ in range(4)]
    assert [bool(each) for each in changes] == [False, True, False, True]
    assert {expression.name or expression.path for expression, _ in changes[1]}


# Keys and pages


def test_a_replay_says_that_it_is_one(context: TestContext) -> None:
    credit = operation("credit", "top-up")
    assert takes_key(credit)
    assert not takes_key(operation("list", "payment"))
    found = own_move(context, credit)
    assert found is not None
    account, draft = found
    before = account.balance()
    first, second = context.call(draft).must_succeed(), context.call(draft).must_succeed()
    assert replay_header(first) == ""
    assert replay_header(second) != ""
    assert account.balance() == before + account.small_amount
    assert own_move(context, context.simple()) is None


def test_a_walk_by_small_pages_meets_each_item_once(context: TestContext) -> None:
    account = CardAccount.open(context)
    made = [account.make("credit", "top-up")["id"] for _ in range(3)]
    listing = operation("list", "top-up")
    assert pagination.is_paged(listing)
    items, last = pagination.whole_list(context, context.control(listing), 2)
    found = pagination.identities(items)
    assert set(made) <= set(found)
    assert len(found) == len(set(found))
    assert pagination.next_cursor(last, listing) is None
    some, _ = pagination.walk(context, context.control(listing), 1, most=2)
    assert len(some) == 2


def test_an_instant_without_an_offset_is_none() -> None:
    assert pagination.creation_time({"date": "2026-11-24T09:30:00Z"}) == dt.datetime(
        2026, 11, 24, 9, 30, tzinfo=dt.UTC
    )
    for wrong in ("2026-11-24T09:30:00", "yesterday", None):
        with pytest.raises(NotApplicable):
            pagination.creation_time({"date": wrong})


# Cases


def test_cases_are_those_of_the_document() -> None:
    operations = list(CONTRACT.operations)
    identified = [case.operation for case in each_identified(CONTRACT, operations)]
    assert identified == [o for o in operations if not o.public and not o.is_oauth]
    scopes = [case.scope for case in each_scope(CONTRACT, operations)]
    assert set(scopes) <= set(CONTRACT.security.scopes)
    assert all(isinstance(case, ScopeCase) for case in each_scope(CONTRACT, operations))
    required = list(each_input(lambda location: location.required)(CONTRACT, operations))
    assert required
    assert all(isinstance(case, InputCase) and case.input.required for case in required)
    assert len({case.label for case in required}) == len(required)


@pytest.mark.parametrize("body", [b"[]", b'"x"', b"null", b"{", b'{"data": []}'])
def test_what_shows_no_resource_lacks_every_role(context: TestContext, body: bytes) -> None:
    reading = operation("read", "balance")
    exchange = Exchange("1", reading, Request("GET", "http://x/y"), Response(200, (), body))
    with pytest.raises(ControlFailed):
        context.fixtures.shown(exchange)["amount"]
