"""How a valid request becomes one that earns a code of the contract."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from cynod_conformance.base.outcomes import PreconditionMissing
from cynod_conformance.experiment.callers import without
from cynod_conformance.experiment.card_account import CardAccount
from cynod_conformance.experiment.context import TestContext
from cynod_conformance.experiment.inputs import body_inputs
from cynod_conformance.experiment.request_builder import NOTHING, UNKNOWN, RequestBuilder
from cynod_spec.model import Contract

Header = tuple[str, str]


@dataclass(frozen=True)
class RequestUnderTest:
    """A request under attack: its draft, its further headers, and its Authorization ("" is the caller's)."""

    draft: RequestBuilder
    headers: tuple[Header, ...] = ()
    authorization: str | None = ""


Spoil = Callable[[TestContext, RequestUnderTest], RequestUnderTest | None]


def nobody(context: TestContext, sent: RequestUnderTest) -> RequestUnderTest | None:
    """No credentials."""
    return replace(sent, authorization=None)


def narrow(context: TestContext, sent: RequestUnderTest) -> RequestUnderTest | None:
    """A token without the scope."""
    operation = sent.draft.operation
    if not operation.scopes:
        return None
    try:
        return replace(sent, authorization=without(context, operation, operation.scopes[0])[1])
    except PreconditionMissing:
        return None


def refusing_json(context: TestContext, sent: RequestUnderTest) -> RequestUnderTest | None:
    """An Accept that rules JSON out."""
    return replace(sent, headers=(*sent.headers, ("Accept", "image/png")))


def plain_text(context: TestContext, sent: RequestUnderTest) -> RequestUnderTest | None:
    """A media type that is not taken."""
    return (
        replace(sent, draft=replace(sent.draft, media_type="text/plain")) if sent.draft.media_type else None
    )


def no_json(context: TestContext, sent: RequestUnderTest) -> RequestUnderTest | None:
    """A body that is no JSON."""
    return replace(sent, draft=sent.draft.with_raw(b'{"cf":')) if sent.draft.media_type else None


def bad_key(context: TestContext, sent: RequestUnderTest) -> RequestUnderTest | None:
    """An idempotency key that is none; where something is made anew, no key at all."""
    parameter = sent.draft.operation.parameter("key")
    if parameter is None:
        return None
    absent = sent.draft.operation.effect in ("issue", "credit")
    return replace(sent, draft=sent.draft.with_parameter(parameter, NOTHING if absent else "!"))


def unknown_member(context: TestContext, sent: RequestUnderTest) -> RequestUnderTest | None:
    """A member that nobody knows."""
    if not isinstance(sent.draft.body, dict) or sent.draft.raw is not None:
        return None
    return replace(sent, draft=sent.draft.with_member(("cf_unknown",), 1))


def something_absent(context: TestContext, sent: RequestUnderTest) -> RequestUnderTest | None:
    """A required member left out, which no other fault is about."""
    if sent.draft.raw is not None:
        return None
    for slot in body_inputs(context.contract, sent.draft.operation):
        if slot.required and slot.role in ("reference", "holder"):
            return replace(sent, draft=slot.set(sent.draft, NOTHING))
    return None


def unknown_card(context: TestContext, sent: RequestUnderTest) -> RequestUnderTest | None:
    """A card that nobody knows."""
    return None if sent.draft.raw is not None else spoiled(sent, "card", UNKNOWN)


def other_currency(context: TestContext, sent: RequestUnderTest) -> RequestUnderTest | None:
    """A currency that is not the card's."""
    expression = sent.draft.operation.request.get("currency")
    moves = sent.draft.operation.effect in ("credit", "debit", "refund")
    if expression is None or sent.draft.raw is not None or not moves:
        return None
    return spoiled(sent, "currency", "EUR" if sent.draft.get(expression) != "EUR" else "USD")


def blocked_card(context: TestContext, sent: RequestUnderTest) -> RequestUnderTest | None:
    """A card that is blocked."""
    if sent.draft.raw is not None or sent.draft.operation.effect not in ("credit", "debit"):
        return None
    account = CardAccount.open(context)
    state = context.contract.resources["card"].state("blocked")
    if state is None:
        return None
    account.made("set-state", "card", id=account.card["id"], state=state.value)
    return spoiled(sent, "card", account.card["id"])


def expired_card(context: TestContext, sent: RequestUnderTest) -> RequestUnderTest | None:
    """A card past its date."""
    if sent.draft.raw is not None or sent.draft.operation.effect not in ("credit", "debit"):
        return None
    return spoiled(sent, "card", CardAccount.open(context, expiry="2020-12-31").card["id"])


def poor_card(context: TestContext, sent: RequestUnderTest) -> RequestUnderTest | None:
    """A card that cannot pay."""
    if sent.draft.raw is not None or sent.draft.operation.effect != "debit":
        return None
    return spoiled(sent, "card", CardAccount.open(context, initial_amount=0).card["id"])


def beyond_the_limits(context: TestContext, sent: RequestUnderTest) -> RequestUnderTest | None:
    """An amount above what the partner may move."""
    limit = context.fixtures.limits().get(f"{sent.draft.operation.effect}-max")
    if sent.draft.raw is not None or not isinstance(limit, int):
        return None
    return spoiled(sent, "amount", limit + 1)


def unknown_payment(context: TestContext, sent: RequestUnderTest) -> RequestUnderTest | None:
    """A payment that nobody knows."""
    return spoiled(sent, "parent", UNKNOWN)


def refunded_payment(context: TestContext, sent: RequestUnderTest) -> RequestUnderTest | None:
    """A payment that is wholly given back."""
    if sent.draft.operation.effect != "refund":
        return None
    account = CardAccount.open(context)
    payment = account.made("debit", "payment")
    account.made("refund", "refund", parent=payment["id"])
    return spoiled(sent, "parent", payment["id"])


def more_than_was_paid(context: TestContext, sent: RequestUnderTest) -> RequestUnderTest | None:
    """A refund of more than any payment."""
    if sent.draft.raw is not None or sent.draft.operation.effect != "refund":
        return None
    return spoiled(sent, "amount", 2**40)


def used_key(context: TestContext, sent: RequestUnderTest) -> RequestUnderTest | None:
    """A key that has served another body."""
    request = sent.draft.operation.request
    if not {"key", "amount"} <= set(request) or sent.draft.raw is not None:
        return None
    served = context.control(sent.draft.operation)
    context.call(served, valid=True).must_succeed()
    other = sent.draft.put(request["amount"], sent.draft.get(request["amount"]) + 1)
    return replace(sent, draft=other.put(request["key"], served.get(request["key"])))


def spoiled(sent: RequestUnderTest, role: str, value: object) -> RequestUnderTest | None:
    """*value* where *role* stands; None when the operation has no such role."""
    expression = sent.draft.operation.request.get(role)
    return replace(sent, draft=sent.draft.put(expression, value)) if expression else None


def rank(contract: Contract, name: str) -> int:
    """Where the code stands in the order of refusal; -1 when the document does not say."""
    return next((i for i, names in enumerate(contract.refusals) if name in names), -1)


# The stable name of the code that each fault earns. Faults of the body come first when they are applied,
# so that one which replaces the body whole is applied last.
FAULTS: dict[str, Spoil] = {
    "refund-exceeds": more_than_was_paid,
    "balance-insufficient": poor_card,
    "amount-out-of-limits": beyond_the_limits,
    "currency-mismatch": other_currency,
    "state-forbids": refunded_payment,
    "card-blocked": blocked_card,
    "card-expired": expired_card,
    "card-unknown": unknown_card,
    "payment-unknown": unknown_payment,
    "key-reused": used_key,
    "required-absent": something_absent,
    "value-invalid": unknown_member,
    "idempotency-key-invalid": bad_key,
    "json-malformed": no_json,
    "media-type-unsupported": plain_text,
    "not-acceptable": refusing_json,
    "insufficient-scope": narrow,
    "credentials-missing": nobody,
}
# Faults that one request cannot have both: they stand in the same place.
EXCLUSIVE = (
    {"insufficient-scope", "credentials-missing"},
    {"card-blocked", "card-expired", "card-unknown", "balance-insufficient"},
    {"payment-unknown", "state-forbids"},
    {"key-reused", "idempotency-key-invalid"},
)
