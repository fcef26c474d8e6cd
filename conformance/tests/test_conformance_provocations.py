"""What experiments work with: provocations, pages, the store of a run, the frozen context."""

from __future__ import annotations

import dataclasses
import json
from itertools import islice
from types import SimpleNamespace
from typing import Any, cast

import pytest

from cynod_conformance.base.outcomes import ControlFailed, NotApplicable
from cynod_conformance.config.settings import Config
from cynod_conformance.experiment.answer import Answer
from cynod_conformance.experiment.context import TestContext
from cynod_conformance.experiment.memo import Memo, MemoKey
from cynod_conformance.experiment.pagination import MAX_PAGES, is_paged, pages, whole_list
from cynod_conformance.experiment.provocations import (
    COMBINABLE,
    PROVOCATIONS,
    RequestUnderTest,
    add,
    are_compatible,
    provoked,
    without_conflicts,
)
from cynod_conformance.experiment.request_builder import NOTHING, UNKNOWN_ID, RequestBuilder
from cynod_conformance.http.target import Target
from cynod_conformance.observe.exchange import Exchange, Request, Response
from cynod_conformance.reproduction.redaction import Redactor
from cynod_conformance.stateful.driver import FORM_PROVOCATIONS
from cynod_spec import load_contract
from cynod_spec.model import Operation

CONTRACT = load_contract()
NUMBER = MemoKey[int]("number")


def operation(effect: str, resource: str) -> Operation:
    found = CONTRACT.find(effect, resource)
    assert found is not None
    return found


def context() -> TestContext:
    config = Config(base_url="http://127.0.0.1:9", credentials={})
    return TestContext(CONTRACT, config, Target(config.base_url), Redactor(), 1, "nonce")


# The store of a run


def test_a_value_is_made_once_under_a_key_and_what_it_is_about():
    memo, made = Memo(), iter(range(9))
    key = NUMBER.of("card")
    assert [memo.keep(key, made.__next__), memo.keep(key, made.__next__)] == [0, 0]
    assert memo.keep(NUMBER.of("payment"), made.__next__) == 1
    memo.forget(key)
    assert (memo.get(key), memo.keep(key, made.__next__)) == (None, 2)


def test_what_ends_the_making_of_a_value_is_kept_only_where_that_is_asked_for():
    memo, calls = Memo(), []

    def fail() -> int:
        calls.append(1)
        raise ControlFailed("no-id", what="x")

    for take, count in ((memo.keep, 2), (memo.once, 1)):
        calls.clear()
        for _ in range(2):
            with pytest.raises(ControlFailed):
                take(NUMBER, fail)
        assert len(calls) == count


# The test context


def test_a_context_cannot_be_changed_and_speaks_another_language_as_another_context():
    first = context()
    with pytest.raises(dataclasses.FrozenInstanceError):
        first.language = "en"  # type: ignore[misc]  # that it cannot be is what is tested
    second = first.speaking("en")
    assert (first.language, second.language) == ("", "en")
    assert (second.memo, second.tokens) == (first.memo, first.tokens)
    assert first.fixtures.fresh() != second.fixtures.fresh()


# Provocations


def valid(of: Operation) -> RequestUnderTest:
    return RequestUnderTest.of(context().fixtures.bare(of))


def test_every_provocation_is_of_a_code_that_the_contract_has():
    assert [CONTRACT.code(name).name for name in PROVOCATIONS] == [*PROVOCATIONS]


def test_provocations_of_single_members_come_before_those_that_replace_the_body():
    assert COMBINABLE.index("value-invalid") < COMBINABLE.index("json-malformed")
    assert [name for name in COMBINABLE if name in FORM_PROVOCATIONS] == list(FORM_PROVOCATIONS)


def test_one_request_has_no_two_provocations_of_one_place():
    assert are_compatible(("key-reused", "card-unknown", "json-malformed"))
    assert not are_compatible(("card-blocked", "card-expired"))
    assert without_conflicts(("insufficient-scope", "not-acceptable", "credentials-missing")) == (
        "insufficient-scope",
        "not-acceptable",
    )


def test_provocations_are_put_one_upon_the_other():
    credit = operation("credit", "top-up")
    request: RequestUnderTest | None = valid(credit)
    for name in ("card-unknown", "value-invalid", "idempotency-key-invalid", "not-acceptable"):
        assert request is not None
        request = add(context(), request, name)
    assert request is not None
    assert request.draft.get(credit.request["card"]) == UNKNOWN_ID
    assert request.draft.get(credit.request["key"]) is NOTHING
    assert len(request.draft.body) == len(request.valid.body) + 1
    assert request.headers == (("Accept", "image/png"),)
    assert request.valid == valid(credit).valid


def test_a_provocation_without_a_place_in_the_operation_is_left_out():
    state = valid(operation("set-state", "card"))
    assert add(context(), state, "card-unknown") is None  # the path names the card
    assert add(context(), state, "key-reused") is None
    assert add(context(), state, "top-up-unknown") is None  # never beside others


def test_a_code_that_cannot_be_provoked_in_an_operation_is_not_applicable(monkeypatch: pytest.MonkeyPatch):
    reading = operation("read", "payment")
    monkeypatch.setattr(TestContext, "control", lambda self, of: self.fixtures.bare(of))
    with pytest.raises(NotApplicable):
        provoked(context(), reading, "cursor-invalid")


# Pages


class List:
    """A list of *size* items, each page of which has as many as it is asked for."""

    def __init__(self, size: int) -> None:
        self.operation = next(o for o in CONTRACT.operations if is_paged(o) and o.resource == "top-up")
        self.size, self.asked = size, list[int]()
        self.context = context()

    def send(self, draft: RequestBuilder) -> Answer:
        limit, cursor = (draft.get(self.operation.request[role]) for role in ("limit", "cursor"))
        first, count = int(cursor or 0), int(limit)
        self.asked.append(count)
        members = CONTRACT.resources[self.operation.resource].members
        items = [nested(members["id"], str(n)) for n in range(first, min(first + count, self.size))]
        following = str(first + count) if first + count < self.size else None
        body: dict[str, Any] = {}
        put(body, self.operation.answer["resources"].path, items)
        put(body, self.operation.answer["next"].path, following)
        request = Request("GET", "http://127.0.0.1:9/", (), b"")
        content = json.dumps(body).encode()
        response = Response(200, (("Content-Type", "application/json"),), content)
        return Answer(CONTRACT, Exchange("1", self.operation, request, response))


def nested(path: tuple[str, ...], value: Any) -> Any:
    made: dict[str, Any] = {}
    put(made, path, value)
    return made


def put(body: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    for token in path[:-1]:
        body = body.setdefault(token, {})
    body[path[-1]] = value


def test_a_walk_gives_every_item_with_the_limits_in_turn():
    there = List(7)
    items, last = whole_list(there.context, RequestBuilder(there.operation), 1, 3, send=there.send)
    assert [item["id"] for item in items] == [str(n) for n in range(7)]
    assert there.asked == [1, 3, 1, 3]
    assert last.status == 200


def test_no_page_is_asked_for_after_the_one_where_the_caller_stops():
    there = List(50)
    found = pages(there.context, RequestBuilder(there.operation), 2, send=there.send)
    assert [page.cursor for page in islice(found, 3)] == ["2", "4", "6"]
    assert there.asked == [2, 2, 2]


def test_a_list_without_an_end_is_given_up():
    there = List(MAX_PAGES + 1)
    with pytest.raises(ControlFailed):
        whole_list(there.context, RequestBuilder(there.operation), 1, send=there.send)
    assert len(there.asked) == MAX_PAGES


def test_the_requests_of_a_walk_go_as_the_operations_own_caller_by_default():
    there = List(2)
    sent = cast(Any, SimpleNamespace(call=there.send, fixtures=there.context.fixtures))
    assert len(whole_list(sent, RequestBuilder(there.operation), 2)[0]) == 2
