"""What a key is worth when calls meet, fail or are cut off: IDE-3, IDE-4, IDE-6 and IDE-8."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial

from cynod_conformance.base.outcomes import ControlFailed
from cynod_conformance.experiment.answer import Answer
from cynod_conformance.experiment.card_account import CardAccount, another_currency
from cynod_conformance.experiment.case_types import OperationCase
from cynod_conformance.experiment.context import TestContext
from cynod_conformance.experiment.idempotency import own_move, replay_header, takes_key
from cynod_conformance.experiment.other_callers import bearer_of_other
from cynod_conformance.experiment.registry import probe
from cynod_conformance.experiment.request_builder import UNKNOWN_ID, RequestBuilder
from cynod_conformance.experiment.test_cases import each
from cynod_conformance.text.phrase import phrase
from cynod_spec.model import Operation

MAX_RETRIES = 5  # times that a refusal for being busy is tried again
RETRY_PAUSE_S = 0.2  # seconds before it is
HANG_UP_AFTER_S = (0.0, 0.1)  # seconds after which a caller leaves, or as soon as its answer begins
PROCESSING_TIME_S = 0.05  # seconds that the target has for what nobody waits for


@probe("IDE-3", tier="write", cases=each(takes_key))
def ten_at_once(context: TestContext, case: OperationCase) -> None:
    """Ten requests of one key at once have one effect."""
    move = own_move(context, case.operation)
    account, draft = move or (None, context.control(case.operation))
    before = account.balance() if account else 0
    answers = context.at_once([lambda: context.call(draft, tags={"load"})] * 10)
    ids = {context.fixtures.shown(settled(context, draft, each).exchange).get("id") for each in answers}
    if len(ids) != 1:
        answers[-1].fail(phrase("one-effect"), phrase("ids", count=len(ids)))
    if account and (gone := abs(account.balance() - before)) != draft.get(case.operation.request["amount"]):
        answers[-1].fail(phrase("one-effect"), phrase("moved", amount=gone))


def settled(context: TestContext, draft: RequestBuilder, answer: Answer) -> Answer:
    """*answer*, or the one that *draft* gets later if the target was busy; it must be a success."""
    for _ in range(MAX_RETRIES):
        busy = answer.code is not None and answer.code.name == "key-in-progress"
        if not busy and answer.status not in (429, 503):
            break
        time.sleep(RETRY_PAUSE_S)
        answer = context.call(draft)
    return answer.expect_success()


@probe("IDE-6", tier="write", cases=each(takes_key))
def lost_answer_is_found_again(context: TestContext, case: OperationCase) -> None:
    """After an answer that the caller did not wait for, a retry with the same key gets it: one effect."""
    left = []
    for after in HANG_UP_AFTER_S:
        move = own_move(context, case.operation)
        account, draft = move or (None, context.control(case.operation))
        before = account.balance() if account else 0
        context.leave(draft, after)
        left.append((draft, account, before))
    time.sleep(PROCESSING_TIME_S)
    for draft, account, before in left:
        first = settled(context, draft, context.call(draft)).expect_status(case.operation.success.status)
        again = context.call(draft)
        one, two = (context.fixtures.shown(each.exchange).get("id") for each in (first, again))
        if one != two:
            again.fail(phrase("one-effect"), phrase("ids", count=2))
        if account and (gone := abs(account.balance() - before)) != draft.get(
            case.operation.request["amount"]
        ):
            again.fail(phrase("one-effect"), phrase("moved", amount=gone))


@probe("IDE-4", tier="write", cases=each(takes_key))
def key_belongs_to_one(context: TestContext, case: OperationCase) -> None:
    """Another operation, and another partner, may use the same key."""
    key, own = context.fixtures.fresh(), case.operation
    first = context.call(context.control(own).put(own.request["key"], key), valid=True).must_succeed()
    for other in context.contract.operations:
        if takes_key(other) and other != own:
            context.call(context.control(other).put(other.request["key"], key)).expect_success()
    if own.effect == "debit":
        account = CardAccount.open(context)
        payment = account.make("debit", "payment", key=key + "-2")
        account.send("refund", "refund", parent=payment["id"], key=key + "-2").expect_success()
    if own.effect not in ("credit", "debit"):
        return  # what the second partner may do alike is a move on a card that is opened to both
    account = CardAccount.open(context, partners=[context.credential(n).key for n in ("primary", "other")])
    draft = account.draft(own.effect, own.resource, key=key)
    answer = context.call(
        draft, authorization=bearer_of_other(context, own), identity="other"
    ).expect_success()
    if context.fixtures.shown(answer.exchange).get("id") == context.fixtures.shown(first.exchange).get("id"):
        answer.fail(phrase("own-effect"), phrase("first-partners"))


@probe("IDE-8", tier="write", cases=each(lambda o: takes_key(o) and o.body is not None))
def refusal_leaves_the_key_free(context: TestContext, case: OperationCase) -> None:
    """A first try that validation or the money rules refused does not burn the key."""
    key = case.operation.request["key"]
    for refused, mend, accepted in refusals(context, case.operation):
        if context.call(refused.put(key, accepted.get(key))).status < 400:
            raise ControlFailed("not-refused", what=case.operation.key)
        mend()
        answer = context.call(accepted, valid=True).expect_success()
        if header := replay_header(answer):
            answer.fail(phrase("first-effect", header=f"{header}: true"), phrase("a-replay"))


def refusals(
    context: TestContext, operation: Operation
) -> Iterator[tuple[RequestBuilder, Callable[[], object], RequestBuilder]]:
    """A request that is refused, what to do then, and the request that is right after that."""
    request = operation.request
    control = context.control(operation)
    spoiled = [control.with_member((), {})]
    for role in ("amount", "initial-amount"):
        if role in request:
            spoiled.append(control.put(request[role], -1))
    for role in ("card", "parent"):
        if role in request:
            spoiled.append(control.put(request[role], UNKNOWN_ID))
    if operation.effect in ("credit", "debit", "refund"):
        own = control.get(request["currency"])
        spoiled.append(control.put(request["currency"], another_currency(own)))
    if operation.effect in ("credit", "debit"):
        spoiled.append(control.put(request["amount"], 2**53 - 1))
    for refused in spoiled:
        yield refused, nothing, context.control(operation)
    yield from refused_by_the_state(context, operation)


def refused_by_the_state(
    context: TestContext, operation: Operation
) -> Iterator[tuple[RequestBuilder, Callable[[], object], RequestBuilder]]:
    """Refusals for want of money, for a blocked card, for too large a refund."""
    effect, resource = operation.effect, operation.resource
    if effect == "debit":
        poor = CardAccount.open(context, initial_amount=0)
        draft = poor.draft(effect, resource)
        yield draft, partial(poor.make, "credit", "top-up"), draft
        yield (
            poor.draft(effect, resource),
            partial(poor.make, "credit", "top-up"),
            poor.draft(effect, resource),
        )
    if effect in ("credit", "debit"):
        account = CardAccount.open(context)
        draft = account.draft(effect, resource)
        change = partial(account.make, "set-state", "card", id=account.card["id"])
        states = context.contract.resources["card"].states
        if blocked := context.contract.resources["card"].state("blocked"):
            change(state=blocked.value)

            def unblock() -> None:
                change(state=states[0].value)
                account.make(effect, resource)  # the control: the card is usable again, whatever the key

            yield draft, unblock, draft
    if effect == "refund":
        account = CardAccount.open(context)
        payment = account.make("debit", "payment")
        refund = partial(account.draft, effect, resource, parent=payment["id"])
        yield refund(amount=payment["amount"] + 1), nothing, refund(amount=1)


def nothing() -> None:
    """What there is to do where the request alone was at fault."""
