"""The right code: each code that can be provoked, provoked in each operation that lists it. CAT-4."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from cynod_conformance.base.outcomes import NotApplicable, PreconditionMissing
from cynod_conformance.experiment.callers import without
from cynod_conformance.experiment.canaries import canary
from cynod_conformance.experiment.card_account import CardAccount
from cynod_conformance.experiment.context import SUCCESS, Answer, TestContext
from cynod_conformance.experiment.inputs import InputLocation, inputs
from cynod_conformance.experiment.registry import TestCase, probe
from cynod_conformance.experiment.request_builder import NOTHING, UNKNOWN, RequestBuilder
from cynod_conformance.experiment.token_lifecycle import expired_token, revoked_token
from cynod_conformance.http.authorization import basic
from cynod_spec.model import Contract, Operation

SAFE = 2**53 - 1  # the greatest whole number that every JSON reader keeps (RFC 8259 §6)
Provoke = Callable[[TestContext, Operation], Answer]
PROVOKED: dict[str, Provoke] = {}


def provokes(*names: str) -> Callable[[Provoke], Provoke]:
    """Declare how the codes with these stable names are provoked in any operation that lists them."""

    def declare(function: Provoke) -> Provoke:
        PROVOKED.update(dict.fromkeys(names, function))
        return function

    return declare


def each_code(contract: Contract, operations: list[Operation]) -> list[TestCase]:
    """One case for each operation and each code that it lists and that a tester can provoke there."""
    return [
        TestCase(f"{o.key} × {code.value}", o, code.name)
        for o in operations
        if not o.is_oauth
        for code in o.codes
        if code.name in PROVOKED
    ]


@probe("CAT-4", tier="write", cases=each_code, last=True)
def the_right_code(context: TestContext, case: TestCase) -> None:
    """A provocation is answered with its code and no other, once in each language."""
    operation = case.operation
    assert operation is not None
    PROVOKED[case.part](context, operation).expect(case.part)
    if operation != first_to_list(context.contract, case.part):
        return
    for language in context.contract.languages[1:]:
        with context.speaking(language):
            PROVOKED[case.part](context, operation).expect(case.part)


def first_to_list(contract: Contract, name: str) -> Operation | None:
    """The first operation that lists the code *name*."""
    listing = (o for o in contract.operations if not o.is_oauth and name in {code.name for code in o.codes})
    return next(listing, None)


def identified_as(
    context: TestContext, operation: Operation, authorization: str | None, name: str = ""
) -> Answer:
    """A valid request with another Authorization."""
    return context.call(context.control(operation), authorization=authorization, identity=name)


@provokes("credentials-missing")
def nobody(context: TestContext, operation: Operation) -> Answer:
    """No Authorization."""
    return identified_as(context, operation, None)


@provokes("token-invalid")
def invented_token(context: TestContext, operation: Operation) -> Answer:
    """A token that was never granted."""
    return identified_as(context, operation, f"Bearer {canary(context, 'token')}")


@provokes("token-revoked")
def revoked(context: TestContext, operation: Operation) -> Answer:
    """A token that its partner revoked."""
    return identified_as(context, operation, f"Bearer {revoked_token(context)}")


@provokes("token-expired")
def expired(context: TestContext, operation: Operation) -> Answer:
    """A token past its time and the tolerance."""
    return identified_as(context, operation, f"Bearer {expired_token(context)}")


@provokes("basic-pair-wrong")
def wrong_pair(context: TestContext, operation: Operation) -> Answer:
    """A partner with Basic, and another secret."""
    return identified_as(
        context, operation, basic(context.credential("basic").key, canary(context, "secret"))
    )


@provokes("basic-not-enabled")
def pair_without_basic(context: TestContext, operation: Operation) -> Answer:
    """The right pair of a partner to whom Basic is not open."""
    for name in ("primary", "other", "limited"):
        answer = identified_as(context, operation, context.pair(name), name)
        has_basic = answer.status < 300 or (answer.code and answer.code.name == "insufficient-scope")
        if not has_basic:
            return answer
    raise PreconditionMissing("no-credential", name="other")


@provokes("scheme-unsupported")
def unknown_scheme(context: TestContext, operation: Operation) -> Answer:
    """A scheme that nobody knows."""
    return identified_as(context, operation, "Cf-Unknown x")


@provokes("address-refused")
def elsewhere(context: TestContext, operation: Operation) -> Answer:
    """A partner that may call from another address alone, by its pair where it gets no token."""
    granted = context.tokens.grant(context.credential("elsewhere")).response
    if granted.status == 200:
        return identified_as(
            context, operation, f"Bearer {context.tokens.token('elsewhere').value}", "elsewhere"
        )
    answer = identified_as(context, operation, context.pair("elsewhere"), "elsewhere")
    if answer.code is not None and answer.code.name == "basic-not-enabled":
        raise NotApplicable("not-here", what="Basic (elsewhere)")
    return answer


@provokes("partner-suspended")
def suspended(context: TestContext, operation: Operation) -> Answer:
    """A partner that the operator has suspended."""
    answer = identified_as(context, operation, context.pair("suspended"), "suspended")
    if answer.code is not None and answer.code.name == "basic-not-enabled":
        raise NotApplicable("not-here", what="Basic (suspended)")
    return answer


@provokes("insufficient-scope")
def narrow(context: TestContext, operation: Operation) -> Answer:
    """A token without the scope."""
    if not operation.scopes:
        raise NotApplicable("not-here", what=operation.key)
    name, value = without(context, operation, operation.scopes[0])
    return identified_as(context, operation, value, name)


@provokes("not-acceptable")
def refusing_json(context: TestContext, operation: Operation) -> Answer:
    """An Accept that rules JSON out."""
    return context.call(context.control(operation), headers=[("Accept", "text/html")])


@provokes("media-type-unsupported")
def plain_text(context: TestContext, operation: Operation) -> Answer:
    """A body that is announced as text."""
    return context.call(replace(context.control(operation), media_type="text/plain"))


@provokes("json-malformed")
def half_an_object(context: TestContext, operation: Operation) -> Answer:
    """A body that ends too early."""
    return context.call(context.control(operation).with_raw(b"{"))


def input_with(
    context: TestContext, operation: Operation, holds: Callable[[InputLocation], bool]
) -> InputLocation:
    """The first place of a request for which *holds*. Raises NotApplicable."""
    for slot in inputs(context.contract, operation):
        if holds(slot):
            return slot
    raise NotApplicable("not-here", what=operation.key)


@provokes("idempotency-key-invalid")
def no_key(context: TestContext, operation: Operation) -> Answer:
    """No idempotency key."""
    slot = input_with(context, operation, lambda s: s.role == "key")
    return context.call(slot.set(context.control(operation), NOTHING))


@provokes("required-absent")
def something_absent(context: TestContext, operation: Operation) -> Answer:
    """A required member or parameter left out."""
    slot = input_with(context, operation, lambda s: s.required and s.role != "key")
    return context.call(slot.set(context.control(operation), NOTHING))


@provokes("value-invalid")
def something_invalid(context: TestContext, operation: Operation) -> Answer:
    """A body that is no object; where there is none, a parameter beyond its bounds."""
    draft = context.control(operation)
    if operation.body is not None:
        return context.call(draft.with_member((), []))
    if (limit := operation.request.get("limit")) is not None:
        return context.call(draft.put(limit, 0))
    if (number := operation.request.get("number")) is not None:
        return context.call(draft.put(number, "x"))
    raise NotApplicable("not-here", what=operation.key)


@provokes("cursor-invalid")
def invented_cursor(context: TestContext, operation: Operation) -> Answer:
    """A cursor that nobody gave."""
    return context.call(put(context.control(operation), "cursor", "cf-invented"))


@provokes("card-unknown")
def unknown_card(context: TestContext, operation: Operation) -> Answer:
    """A card that does not exist, by its id or its number."""
    draft = context.control(operation)
    if operation.resource == "card":
        return context.call(put(draft, "id", UNKNOWN))
    if "number" in operation.request:
        return context.call(put(draft, "number", "0" * 16))
    return context.call(put(draft, "card", UNKNOWN))


@provokes("top-up-unknown")
def unknown_top_up(context: TestContext, operation: Operation) -> Answer:
    """A top-up that does not exist."""
    return context.call(put(context.control(operation), "id", UNKNOWN))


@provokes("payment-unknown")
def unknown_payment(context: TestContext, operation: Operation) -> Answer:
    """A payment that does not exist."""
    return context.call(
        put(context.control(operation), "id" if operation.resource == "payment" else "parent", UNKNOWN)
    )


@provokes("refund-unknown")
def unknown_refund(context: TestContext, operation: Operation) -> Answer:
    """A refund that does not exist, of a payment that does, or that is another payment's."""
    draft = context.control(operation)
    answer = context.call(put(draft, "parent", context.fixtures.make("payment")["id"]))
    return context.call(put(draft, "id", UNKNOWN)) if answer.status not in SUCCESS else answer


@provokes("card-blocked")
def blocked_card(context: TestContext, operation: Operation) -> Answer:
    """A card that the operator has blocked."""
    account = CardAccount.open(context)
    state = context.contract.resources["card"].state("blocked")
    if state is None:
        raise NotApplicable("not-here", what="blocked")
    account.made("set-state", "card", id=account.card["id"], state=state.value)
    return account.do(operation.effect, operation.resource)


@provokes("card-expired")
def expired_card(context: TestContext, operation: Operation) -> Answer:
    """A card past its date."""
    account = CardAccount.open(context, expiry="2020-12-31")
    return account.do(operation.effect, operation.resource, **own_state(account, operation))


def own_state(account: CardAccount, operation: Operation) -> dict[str, object]:
    """What a change of the card's own state is sent."""
    if operation.effect != "set-state":
        return {}
    return {"id": account.card["id"], "state": account.context.contract.resources["card"].states[0].value}


@provokes("state-forbids")
def twice(context: TestContext, operation: Operation) -> Answer:
    """A second cancellation, or a refund of what is wholly given back."""
    account = CardAccount.open(context)
    if operation.effect == "cancel":
        roles = {"id": account.made("credit", "top-up")["id"]}
    else:
        roles = {"parent": account.made("debit", "payment")["id"]}
    account.made(operation.effect, operation.resource, **roles)
    return account.do(operation.effect, operation.resource, **roles)


@provokes("currency-mismatch")
def other_currency(context: TestContext, operation: Operation) -> Answer:
    """A currency that is not the card's."""
    draft = context.control(operation)
    expression = operation.request.get("currency")
    if expression is None:
        raise NotApplicable("not-here", what=operation.key)
    return context.call(draft.put(expression, "EUR" if draft.get(expression) != "EUR" else "USD"))


@provokes("amount-out-of-limits")
def beyond_the_limits(context: TestContext, operation: Operation) -> Answer:
    """An amount above what the partner may move, the last one within it being none."""
    limit = context.fixtures.limits().get(f"{operation.effect}-max")
    if not isinstance(limit, int):
        raise NotApplicable("not-here", what=f"{operation.key} {operation.effect}-max")
    account = CardAccount.open(context)
    account.do(operation.effect, operation.resource, amount=limit).expect_not(["amount-out-of-limits"])
    if operation.effect == "credit":
        full = CardAccount.open(context, initial_amount=SAFE)
        full.do(operation.effect, operation.resource).expect("amount-out-of-limits")
    return account.do(operation.effect, operation.resource, amount=limit + 1)


@provokes("balance-insufficient")
def more_than_there_is(context: TestContext, operation: Operation) -> Answer:
    """A payment that the card cannot pay, or a cancellation of what is spent."""
    account = CardAccount.open(context, initial_amount=0)
    if operation.effect != "cancel":
        return account.do(operation.effect, operation.resource)
    top_up = account.made("credit", "top-up")
    account.made("debit", "payment", amount=top_up["amount"])
    return account.do("cancel", "top-up", id=top_up["id"])


@provokes("refund-exceeds")
def more_than_was_paid(context: TestContext, operation: Operation) -> Answer:
    """A refund of more than the payment."""
    account = CardAccount.open(context)
    payment = account.made("debit", "payment")
    return account.do(
        operation.effect, operation.resource, parent=payment["id"], amount=payment["amount"] + 1
    )


@provokes("key-reused")
def key_reused(context: TestContext, operation: Operation) -> Answer:
    """A key that has served another body."""
    draft = context.control(operation)
    context.call(draft, valid=True).must_succeed()
    for role in ("amount", "initial-amount"):
        if role in operation.request:
            expression = operation.request[role]
            return context.call(draft.put(expression, draft.get(expression) + 1))
    raise NotApplicable("not-here", what=operation.key)


def put(draft: RequestBuilder, role: str, value: object) -> RequestBuilder:
    """*draft* with *value* in the place of *role*. Raises NotApplicable where it has no such place."""
    expression = draft.operation.request.get(role)
    if expression is None:
        raise NotApplicable("not-here", what=f"{draft.operation.key} {role}")
    return draft.put(expression, value)
