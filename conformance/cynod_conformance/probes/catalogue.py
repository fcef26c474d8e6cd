"""The right code: each code that can be provoked, provoked in each operation that lists it. CAT-4."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from cynod_conformance.base.outcomes import Missing, NotApplicable
from cynod_conformance.experiment.callers import without
from cynod_conformance.experiment.canaries import canary
from cynod_conformance.experiment.card_account import Bank
from cynod_conformance.experiment.context import SUCCESS, Answer, Lab
from cynod_conformance.experiment.inputs import Slot, slots
from cynod_conformance.experiment.registry import Cell, probe
from cynod_conformance.experiment.request_builder import NOTHING, UNKNOWN, Draft
from cynod_conformance.experiment.token_lifecycle import expired_token, revoked_token
from cynod_conformance.http.authorization import basic
from cynod_spec.model import Contract, Operation

SAFE = 2**53 - 1  # the greatest whole number that every JSON reader keeps (RFC 8259 §6)
Provoke = Callable[[Lab, Operation], Answer]
PROVOKED: dict[str, Provoke] = {}


def provokes(*names: str) -> Callable[[Provoke], Provoke]:
    """Declare how the codes with these stable names are provoked in any operation that lists them."""

    def declare(function: Provoke) -> Provoke:
        PROVOKED.update(dict.fromkeys(names, function))
        return function

    return declare


def each_code(contract: Contract, operations: list[Operation]) -> list[Cell]:
    """One cell for each operation and each code that it lists and that a tester can provoke there."""
    return [
        Cell(f"{o.key} × {code.value}", o, code.name)
        for o in operations
        if not o.is_oauth
        for code in o.codes
        if code.name in PROVOKED
    ]


@probe("CAT-4", tier="write", over=each_code, last=True)
def the_right_code(lab: Lab, cell: Cell) -> None:
    """A provocation is answered with its code and no other, once in each language."""
    operation = cell.operation
    assert operation is not None
    PROVOKED[cell.part](lab, operation).expect(cell.part)
    if operation != first_to_list(lab.contract, cell.part):
        return
    for language in lab.contract.languages[1:]:
        with lab.speaking(language):
            PROVOKED[cell.part](lab, operation).expect(cell.part)


def first_to_list(contract: Contract, name: str) -> Operation | None:
    """The first operation that lists the code *name*."""
    listing = (o for o in contract.operations if not o.is_oauth and name in {code.name for code in o.codes})
    return next(listing, None)


def identified_as(lab: Lab, operation: Operation, authorization: str | None, name: str = "") -> Answer:
    """A valid request with another Authorization."""
    return lab.call(lab.control(operation), authorization=authorization, identity=name)


@provokes("credentials-missing")
def nobody(lab: Lab, operation: Operation) -> Answer:
    """No Authorization."""
    return identified_as(lab, operation, None)


@provokes("token-invalid")
def invented_token(lab: Lab, operation: Operation) -> Answer:
    """A token that was never granted."""
    return identified_as(lab, operation, f"Bearer {canary(lab, 'token')}")


@provokes("token-revoked")
def revoked(lab: Lab, operation: Operation) -> Answer:
    """A token that its partner revoked."""
    return identified_as(lab, operation, f"Bearer {revoked_token(lab)}")


@provokes("token-expired")
def expired(lab: Lab, operation: Operation) -> Answer:
    """A token past its time and the tolerance."""
    return identified_as(lab, operation, f"Bearer {expired_token(lab)}")


@provokes("basic-pair-wrong")
def wrong_pair(lab: Lab, operation: Operation) -> Answer:
    """A partner with Basic, and another secret."""
    return identified_as(lab, operation, basic(lab.credential("basic").key, canary(lab, "secret")))


@provokes("basic-not-enabled")
def pair_without_basic(lab: Lab, operation: Operation) -> Answer:
    """The right pair of a partner to whom Basic is not open."""
    for name in ("primary", "other", "limited"):
        answer = identified_as(lab, operation, lab.pair(name), name)
        has_basic = answer.status < 300 or (answer.code and answer.code.name == "insufficient-scope")
        if not has_basic:
            return answer
    raise Missing("no-credential", name="other")


@provokes("scheme-unsupported")
def unknown_scheme(lab: Lab, operation: Operation) -> Answer:
    """A scheme that nobody knows."""
    return identified_as(lab, operation, "Cf-Unknown x")


@provokes("address-refused")
def elsewhere(lab: Lab, operation: Operation) -> Answer:
    """A partner that may call from another address alone, by its pair where it gets no token."""
    granted = lab.tokens.grant(lab.credential("elsewhere")).response
    if granted.status == 200:
        return identified_as(lab, operation, f"Bearer {lab.tokens.token('elsewhere').value}", "elsewhere")
    answer = identified_as(lab, operation, lab.pair("elsewhere"), "elsewhere")
    if answer.code is not None and answer.code.name == "basic-not-enabled":
        raise NotApplicable("not-here", what="Basic (elsewhere)")
    return answer


@provokes("partner-suspended")
def suspended(lab: Lab, operation: Operation) -> Answer:
    """A partner that the operator has suspended."""
    answer = identified_as(lab, operation, lab.pair("suspended"), "suspended")
    if answer.code is not None and answer.code.name == "basic-not-enabled":
        raise NotApplicable("not-here", what="Basic (suspended)")
    return answer


@provokes("insufficient-scope")
def narrow(lab: Lab, operation: Operation) -> Answer:
    """A token without the scope."""
    if not operation.scopes:
        raise NotApplicable("not-here", what=operation.key)
    name, value = without(lab, operation, operation.scopes[0])
    return identified_as(lab, operation, value, name)


@provokes("not-acceptable")
def refusing_json(lab: Lab, operation: Operation) -> Answer:
    """An Accept that rules JSON out."""
    return lab.call(lab.control(operation), headers=[("Accept", "text/html")])


@provokes("media-type-unsupported")
def plain_text(lab: Lab, operation: Operation) -> Answer:
    """A body that is announced as text."""
    return lab.call(replace(lab.control(operation), media_type="text/plain"))


@provokes("json-malformed")
def half_an_object(lab: Lab, operation: Operation) -> Answer:
    """A body that ends too early."""
    return lab.call(lab.control(operation).with_raw(b"{"))


def slot_with(lab: Lab, operation: Operation, holds: Callable[[Slot], bool]) -> Slot:
    """The first place of a request for which *holds*. Raises NotApplicable."""
    for slot in slots(lab.contract, operation):
        if holds(slot):
            return slot
    raise NotApplicable("not-here", what=operation.key)


@provokes("idempotency-key-invalid")
def no_key(lab: Lab, operation: Operation) -> Answer:
    """No idempotency key."""
    slot = slot_with(lab, operation, lambda s: s.role == "key")
    return lab.call(slot.set(lab.control(operation), NOTHING))


@provokes("required-absent")
def something_absent(lab: Lab, operation: Operation) -> Answer:
    """A required member or parameter left out."""
    slot = slot_with(lab, operation, lambda s: s.required and s.role != "key")
    return lab.call(slot.set(lab.control(operation), NOTHING))


@provokes("value-invalid")
def something_invalid(lab: Lab, operation: Operation) -> Answer:
    """A body that is no object; where there is none, a parameter beyond its bounds."""
    draft = lab.control(operation)
    if operation.body is not None:
        return lab.call(draft.with_member((), []))
    if (limit := operation.request.get("limit")) is not None:
        return lab.call(draft.put(limit, 0))
    if (number := operation.request.get("number")) is not None:
        return lab.call(draft.put(number, "x"))
    raise NotApplicable("not-here", what=operation.key)


@provokes("cursor-invalid")
def invented_cursor(lab: Lab, operation: Operation) -> Answer:
    """A cursor that nobody gave."""
    return lab.call(put(lab.control(operation), "cursor", "cf-invented"))


@provokes("card-unknown")
def unknown_card(lab: Lab, operation: Operation) -> Answer:
    """A card that does not exist, by its id or its number."""
    draft = lab.control(operation)
    if operation.resource == "card":
        return lab.call(put(draft, "id", UNKNOWN))
    if "number" in operation.request:
        return lab.call(put(draft, "number", "0" * 16))
    return lab.call(put(draft, "card", UNKNOWN))


@provokes("top-up-unknown")
def unknown_top_up(lab: Lab, operation: Operation) -> Answer:
    """A top-up that does not exist."""
    return lab.call(put(lab.control(operation), "id", UNKNOWN))


@provokes("payment-unknown")
def unknown_payment(lab: Lab, operation: Operation) -> Answer:
    """A payment that does not exist."""
    return lab.call(
        put(lab.control(operation), "id" if operation.resource == "payment" else "parent", UNKNOWN)
    )


@provokes("refund-unknown")
def unknown_refund(lab: Lab, operation: Operation) -> Answer:
    """A refund that does not exist, of a payment that does, or that is another payment's."""
    draft = lab.control(operation)
    answer = lab.call(put(draft, "parent", lab.world.make("payment")["id"]))
    return lab.call(put(draft, "id", UNKNOWN)) if answer.status not in SUCCESS else answer


@provokes("card-blocked")
def blocked_card(lab: Lab, operation: Operation) -> Answer:
    """A card that the operator has blocked."""
    bank = Bank.open(lab)
    state = lab.contract.resources["card"].state("blocked")
    if state is None:
        raise NotApplicable("not-here", what="blocked")
    bank.made("set-state", "card", id=bank.card["id"], state=state.value)
    return bank.do(operation.effect, operation.resource)


@provokes("card-expired")
def expired_card(lab: Lab, operation: Operation) -> Answer:
    """A card past its date."""
    bank = Bank.open(lab, expiry="2020-12-31")
    return bank.do(operation.effect, operation.resource, **own_state(bank, operation))


def own_state(bank: Bank, operation: Operation) -> dict[str, object]:
    """What a change of the card's own state is sent."""
    if operation.effect != "set-state":
        return {}
    return {"id": bank.card["id"], "state": bank.lab.contract.resources["card"].states[0].value}


@provokes("state-forbids")
def twice(lab: Lab, operation: Operation) -> Answer:
    """A second cancellation, or a refund of what is wholly given back."""
    bank = Bank.open(lab)
    if operation.effect == "cancel":
        roles = {"id": bank.made("credit", "top-up")["id"]}
    else:
        roles = {"parent": bank.made("debit", "payment")["id"]}
    bank.made(operation.effect, operation.resource, **roles)
    return bank.do(operation.effect, operation.resource, **roles)


@provokes("currency-mismatch")
def other_currency(lab: Lab, operation: Operation) -> Answer:
    """A currency that is not the card's."""
    draft = lab.control(operation)
    expression = operation.request.get("currency")
    if expression is None:
        raise NotApplicable("not-here", what=operation.key)
    return lab.call(draft.put(expression, "EUR" if draft.get(expression) != "EUR" else "USD"))


@provokes("amount-out-of-limits")
def beyond_the_limits(lab: Lab, operation: Operation) -> Answer:
    """An amount above what the partner may move, the last one within it being none."""
    limit = lab.world.limits().get(f"{operation.effect}-max")
    if not isinstance(limit, int):
        raise NotApplicable("not-here", what=f"{operation.key} {operation.effect}-max")
    bank = Bank.open(lab)
    bank.do(operation.effect, operation.resource, amount=limit).expect_not(["amount-out-of-limits"])
    if operation.effect == "credit":
        full = Bank.open(lab, initial_amount=SAFE)
        full.do(operation.effect, operation.resource).expect("amount-out-of-limits")
    return bank.do(operation.effect, operation.resource, amount=limit + 1)


@provokes("balance-insufficient")
def more_than_there_is(lab: Lab, operation: Operation) -> Answer:
    """A payment that the card cannot pay, or a cancellation of what is spent."""
    bank = Bank.open(lab, initial_amount=0)
    if operation.effect != "cancel":
        return bank.do(operation.effect, operation.resource)
    top_up = bank.made("credit", "top-up")
    bank.made("debit", "payment", amount=top_up["amount"])
    return bank.do("cancel", "top-up", id=top_up["id"])


@provokes("refund-exceeds")
def more_than_was_paid(lab: Lab, operation: Operation) -> Answer:
    """A refund of more than the payment."""
    bank = Bank.open(lab)
    payment = bank.made("debit", "payment")
    return bank.do(operation.effect, operation.resource, parent=payment["id"], amount=payment["amount"] + 1)


@provokes("key-reused")
def key_reused(lab: Lab, operation: Operation) -> Answer:
    """A key that has served another body."""
    draft = lab.control(operation)
    lab.call(draft, valid=True).must_succeed()
    for role in ("amount", "initial-amount"):
        if role in operation.request:
            expression = operation.request[role]
            return lab.call(draft.put(expression, draft.get(expression) + 1))
    raise NotApplicable("not-here", what=operation.key)


def put(draft: Draft, role: str, value: object) -> Draft:
    """*draft* with *value* in the place of *role*. Raises NotApplicable where it has no such place."""
    expression = draft.operation.request.get(role)
    if expression is None:
        raise NotApplicable("not-here", what=f"{draft.operation.key} {role}")
    return draft.put(expression, value)
