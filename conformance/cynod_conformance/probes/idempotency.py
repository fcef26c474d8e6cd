"""One key, one effect: IDE clauses."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

from cynod_conformance.base.outcomes import ControlFailed, NotApplicable
from cynod_conformance.experiment.answer import SUCCESS, Answer
from cynod_conformance.experiment.card_account import CardAccount
from cynod_conformance.experiment.case_types import OperationCase
from cynod_conformance.experiment.context import TestContext
from cynod_conformance.experiment.idempotency import own_move, replay_header, takes_key
from cynod_conformance.experiment.inputs import schema_at, stretch
from cynod_conformance.experiment.registry import probe
from cynod_conformance.experiment.request_builder import RequestBuilder
from cynod_conformance.experiment.test_cases import each
from cynod_conformance.text.phrase import phrase
from cynod_spec.model import Operation


def first_and_again(context: TestContext, operation: Operation) -> tuple[RequestBuilder, Answer, Answer]:
    """A request, its first answer, and the answer to the same request again."""
    draft = context.control(operation)
    first = context.call(draft, valid=True).must_succeed()
    return draft, first, context.call(draft)


def must_replay(first: Answer, again: Answer) -> None:
    """Raises ControlFailed where *again* is no replay of *first* at all, which IDE-1 tells."""
    if (again.status, data(again)) != (first.status, data(first)):
        raise ControlFailed("no-replay", what=again.exchange.label, said=again.said)


def data(answer: Answer) -> Any:
    """What the envelope of a success holds."""
    return answer.member("data")


@probe("IDE-1", tier="write", cases=each(takes_key))
def replay_is_the_same(context: TestContext, case: OperationCase) -> None:
    """The same key and body give the same status, data and Location, and have one effect.

    By whatever token of the partner, in whatever language, and whatever else was tried with the key.
    """
    operation = case.operation
    draft, first, again = first_and_again(context, operation)
    expect_same(first, again)
    for other in islice(variants(context, draft), 1):
        context.call(other)
    expect_same(
        first,
        context.call(draft, authorization=f"Bearer {context.tokens.fresh(context.caller(operation)).value}"),
    )
    for language in context.contract.languages[1:]:
        expect_same(first, context.call(draft, headers=[("Accept-Language", language)]))
    move = own_move(context, operation)
    if move is None:
        return
    account, draft = move
    before = account.balance()
    first = context.call(draft, valid=True).must_succeed()
    after = account.balance()
    change_created(account, first)
    settled = account.balance()
    expect_same(first, context.call(draft))
    for name in ("blocked", "active"):
        if set_card_state(account, name):
            expect_same(first, context.call(draft))
    last = account.send("read", "balance").must_succeed()
    if after == before or context.fixtures.shown(last.exchange).get("amount") != settled:
        wanted = phrase("is", what=phrase("one-effect"), value=settled)
        last.fail(wanted, str(context.fixtures.shown(last.exchange).get("amount")))


def expect_same(first: Answer, again: Answer) -> None:
    """The second answer is the first one over again."""
    again.expect_status(first.status)
    if data(again) != data(first):
        again.fail(phrase("same-data"), phrase("other-data"))
    one, two = (a.exchange.response.header("Location") for a in (first, again))
    if one != two:
        again.fail(f"Location {one}", f"Location {two}")


def set_card_state(account: CardAccount, name: str) -> bool:
    """Whether the card could be put into the state *name*."""
    contract = account.context.contract
    state = contract.resources["card"].state(name)
    if state is None or contract.find("set-state", "card") is None:
        return False
    return account.send("set-state", "card", id=account.card["id"], state=state.value).status in SUCCESS


def change_created(account: CardAccount, made: Answer) -> None:
    """Change what was just made, as far as that can be: a top-up is cancelled, a payment refunded in part."""
    shown = account.context.fixtures.shown(made.exchange)
    resource = made.exchange.operation.resource if made.exchange.operation else ""
    if resource == "top-up":
        account.make("cancel", "top-up", id=shown["id"])
    elif resource == "payment":
        account.make("refund", "refund", parent=shown["id"], amount=1)


@probe("IDE-2", tier="write", cases=each(takes_key))
def key_reused(context: TestContext, case: OperationCase) -> None:
    """A key used by an effect is refused for another body, whatever its difference, and for another path.

    A key that differs from it by case alone, or by the last character that a key may have, was not used.
    """
    operation = case.operation
    draft = context.control(operation)
    context.call(draft, valid=True).must_succeed()
    for other in variants(context, draft):
        context.call(other).expect("key-reused")
    key = operation.request["key"]
    for other in islice(variants(context, draft), 1):
        context.call(other.put(key, str(draft.get(key)).swapcase())).noting(
            phrase("key-differs-by-case")
        ).expect_not(["key-reused"])
    parameter = operation.parameter("key")
    most = schema_at(context.contract, parameter.schema.pointer).get("maxLength") if parameter else None
    if isinstance(most, int):
        stem = stretch(context.fixtures.fresh(), most - 1, "0")
        draft = context.control(operation).put(key, stem + "1")
        context.call(draft, valid=True).must_succeed()
        for other in islice(variants(context, draft), 1):
            answer = context.call(other.put(key, stem + "2"))
            answer.noting(phrase("key-differs-at-end", most=most)).expect_not(["key-reused"])


def variants(context: TestContext, draft: RequestBuilder) -> Iterator[RequestBuilder]:
    """*draft* with one member of its body, or what its path names, changed to another valid value."""
    request, body = draft.operation.request, draft.operation.body
    for role in ("amount", "initial-amount"):
        if role in request and isinstance(value := draft.get(request[role]), int):
            yield draft.put(request[role], value + 1)
    if "reference" in request:
        yield draft.put(request["reference"], context.fixtures.fresh())
    for role in ("label", "holder"):
        if role in request and isinstance(value := draft.get(request[role]), str):
            yield draft.put(request[role], value[:-1] + ("a" if value[-1:] != "a" else "b"))
    for role in ("reference", "label", "holder"):
        if role in request and isinstance(value := draft.get(request[role]), str):
            other = draft.put(request[role], value.swapcase())
            if other != draft and body and context.validators.is_valid(body.schema, other.body):
                yield other
    if "parent" in request:
        yield draft.put(request["parent"], context.fixtures.make("payment")["id"])


@probe("IDE-7", tier="write", cases=each(takes_key))
def replay_says_so(context: TestContext, case: OperationCase) -> None:
    """A replay carries the header that says so; the first answer does not say true."""
    header = next((h for h in case.operation.success.headers if h.role == "replayed"), None)
    if header is None:
        raise NotApplicable("not-here", what="replayed")
    name = header.name
    _, first, again = first_and_again(context, case.operation)
    must_replay(first, again)
    again.expect_header(name, lambda v: v.strip().lower() == "true", "true")
    if replay_header(first):
        first.fail(phrase("without", what=f"{name}: true"), phrase("at-first", header=f"{name}: true"))


@probe("IDE-9", tier="write", cases=each(lambda o: takes_key(o) and o.body is not None))
def body_is_compared_as_json(context: TestContext, case: OperationCase) -> None:
    """Member order, spacing, escapes and ways to write a number do not matter, each by itself."""
    _, first, again = first_and_again(context, case.operation)
    must_replay(first, again)
    draft = context.control(case.operation)
    first = context.call(draft, valid=True).must_succeed()
    for text in (
        re.sub(r"(?<=: )(\d+)(?=[,}])", r"\1.0", json.dumps(draft.body)),
        json.dumps(draft.body, ensure_ascii=False, separators=(",", ":")),
        json.dumps(draft.body, ensure_ascii=False, indent=3),
        json.dumps(draft.body),
        json.dumps(reordered(draft.body), ensure_ascii=False),
        json.dumps(reordered(draft.body), indent=1),
    ):
        again = context.call(replace(draft, raw=text.encode())).expect_status(first.status)
        if data(again) != data(first):
            again.fail(phrase("same-data"), phrase("other-data"))


def reordered(value: Any) -> Any:
    """*value* with the members of its objects in the opposite order."""
    if isinstance(value, dict):
        return {name: reordered(member) for name, member in reversed(value.items())}
    return [reordered(item) for item in value] if isinstance(value, list) else value
