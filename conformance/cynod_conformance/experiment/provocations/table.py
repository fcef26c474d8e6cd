"""The table of provocations: each code of the contract that a tester can earn, and how."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from cynod_conformance.base.outcomes import NotApplicable
from cynod_conformance.experiment.answer import Answer
from cynod_conformance.experiment.context import TestContext
from cynod_conformance.experiment.provocations import form, identity, money, resources
from cynod_conformance.experiment.provocations.request_under_test import RequestUnderTest
from cynod_spec.model import Contract, Operation

Change = Callable[[TestContext, RequestUnderTest], RequestUnderTest]
Condition = Callable[[TestContext, Operation], bool]


def anywhere(context: TestContext, operation: Operation) -> bool:
    """The condition of a provocation that any request can have beside others."""
    return True


@dataclass(frozen=True)
class Provocation:
    """How a valid request becomes one that earns a code.

    ``change`` makes it of a request that is otherwise valid. It raises NotApplicable where the operation has
    no place for it, PreconditionMissing where the configuration lacks what it needs, and ControlFailed where
    the target refuses something valid on the way. ``combines`` tells for which operations one request may
    have it beside other provocations; None: for none. ``combined`` takes the place of ``change`` there, where
    that would undo what the others have changed.
    """

    change: Change
    combines: Condition | None = None
    combined: Change | None = None


# In the order in which they are applied to one request: those of single members first, so that one which
# replaces the whole body or its media type comes after them.
PROVOCATIONS: Mapping[str, Provocation] = {
    "refund-exceeds": Provocation(money.more_than_was_paid, anywhere),
    "balance-insufficient": Provocation(money.uncovered, resources.names_card),
    "amount-out-of-limits": Provocation(money.beyond_the_limit, anywhere),
    "currency-mismatch": Provocation(money.other_currency, money.moves_money),
    "state-forbids": Provocation(resources.used_up, anywhere),
    "card-blocked": Provocation(resources.blocked_card, resources.names_card),
    "card-expired": Provocation(resources.expired_card, resources.names_card),
    "card-unknown": Provocation(resources.unknown_card, resources.names_card),
    "top-up-unknown": Provocation(resources.unknown_top_up),
    "payment-unknown": Provocation(resources.unknown_payment, anywhere),
    "refund-unknown": Provocation(resources.unknown_refund),
    "key-reused": Provocation(money.used_key, money.takes_amount),
    "required-absent": Provocation(form.absent_input, anywhere, form.absent_independent_member),
    "value-invalid": Provocation(form.invalid_input, anywhere, form.unknown_member),
    "cursor-invalid": Provocation(form.invented_cursor),
    "idempotency-key-invalid": Provocation(form.no_key, anywhere),
    "json-malformed": Provocation(form.truncated_json, form.has_body),
    "media-type-unsupported": Provocation(form.text_body, form.has_body),
    "not-acceptable": Provocation(form.not_acceptable, anywhere),
    "insufficient-scope": Provocation(identity.missing_scope, identity.can_lack_scope),
    "partner-suspended": Provocation(identity.suspended_partner),
    "address-refused": Provocation(identity.another_address),
    "basic-not-enabled": Provocation(identity.pair_without_basic),
    "basic-pair-wrong": Provocation(identity.wrong_secret),
    "token-expired": Provocation(identity.expired_bearer),
    "token-revoked": Provocation(identity.revoked_bearer),
    "token-invalid": Provocation(identity.invented_token),
    "scheme-unsupported": Provocation(identity.unknown_scheme),
    "credentials-missing": Provocation(identity.no_credentials, anywhere),
}
COMBINABLE = tuple(name for name, provocation in PROVOCATIONS.items() if provocation.combines)
# Provocations of which one request can have one only: they change the same place.
EXCLUSIVE = (
    {"insufficient-scope", "credentials-missing"},
    {"card-blocked", "card-expired", "card-unknown", "balance-insufficient"},
    {"payment-unknown", "state-forbids"},
    {"key-reused", "idempotency-key-invalid"},
)


def provoked(context: TestContext, operation: Operation, name: str) -> RequestUnderTest:
    """A request to *operation* that earns the code *name* and no other. Raises as ``Provocation`` says."""
    return PROVOCATIONS[name].change(context, RequestUnderTest.of(context.control(operation)))


def add(context: TestContext, request: RequestUnderTest, name: str) -> RequestUnderTest | None:
    """*request*, which may have other provocations, with that of the code *name* too.

    None where the operation, or the configuration, has no place for it.
    """
    provocation = PROVOCATIONS[name]
    if provocation.combines is None or not provocation.combines(context, request.draft.operation):
        return None
    try:
        return (provocation.combined or provocation.change)(context, request)
    except NotApplicable:
        return None


def are_compatible(names: Iterable[str]) -> bool:
    """Whether one request can have all of these provocations: no two change the same place."""
    chosen = set(names)
    return not any(len(chosen & place) > 1 for place in EXCLUSIVE)


def without_conflicts(names: tuple[str, ...]) -> tuple[str, ...]:
    """*names*, of those that change the same place only the first."""
    kept: list[str] = []
    for name in names:
        if are_compatible([*kept, name]):
            kept.append(name)
    return tuple(kept)


def send(context: TestContext, request: RequestUnderTest) -> Answer:
    """The answer to *request*."""
    return context.call(
        request.draft,
        authorization=request.authorization,
        headers=request.headers,
        identity=request.identity,
    )


def rank(contract: Contract, name: str) -> int:
    """The place of the code *name* in the order of refusal, from 0; -1 when the document does not say."""
    return next((i for i, names in enumerate(contract.refusals) if name in names), -1)
