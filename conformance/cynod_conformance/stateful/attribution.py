"""Which clause an answer breaks that is not the expected one."""

from __future__ import annotations

from cynod_conformance.observe.robustness import VALIDATION
from cynod_conformance.stateful.model import CreatedResource, LedgerModel
from cynod_conformance.stateful.oracle import ExpectedAnswer, ModelCall

RIGHT_CODE = "CAT-4"
_CLAUSE_OF_CODE = {  # the code that must come → the clause that asks for it
    "credentials-missing": "BEA-1",
    "insufficient-scope": "AUZ-1",
    "not-acceptable": "HTT-6",
    "media-type-unsupported": "HTT-5",
    "json-malformed": "VAL-4",
    "idempotency-key-invalid": "IDE-5",
    "key-reused": "IDE-2",
    "card-expired": "STA-6",
    "card-blocked": "STA-6",
    "state-forbids": "STA-2",
    "refund-exceeds": "STA-7",
}
_CARD_REFUSALS = ("state-forbids", "card-blocked", "card-expired")
_CLAUSE_OF_FOREIGN = {"card-unknown": "AUZ-7"}  # for a resource that exists, and belongs to another partner
ORDER_OF_REFUSAL = "AUZ-8"


def clauses_broken(model: LedgerModel, call: ModelCall, wanted: ExpectedAnswer, came: str) -> tuple[str, ...]:
    """The clauses that may be broken when the code named *came* answers *call*, the likeliest first.

    A refusal that is due, but after another, leaves two: the order is wrong, or the first reason is not
    looked at; and a third when the key was refused like that before: it may have been used up. A refusal that
    is not due at all may come to valid calls too.
    """
    before = model.refused.get((call.caller, call.operation.id, call.key))
    if before is not None and came in {"key-reused", *before} - wanted.reasons:
        return ("IDE-8",)
    if wanted.replay is not None:
        return ("IDE-1",)
    if came == "key-reused":
        return ("IDE-4",)
    if (
        came in _CARD_REFUSALS
        and isinstance(call.subject, CreatedResource)
        and call.subject.card.state != "active"
    ):
        return ("STA-6",)  # what such a card forbids beyond top-ups and payments
    if wanted.succeeds:
        return (clause_of_refused_success(call, came),)
    clause = clause_of_refusal(call, min(wanted.names))
    if came in {code.name for code in call.operation.success.codes}:
        return (clause,)
    if came not in wanted.reasons:
        return tuple(dict.fromkeys((clause, clause_of_refused_success(call, came))))
    seen = call.single_reason(min(wanted.names)) in model.confirmed_refusals
    likely = (ORDER_OF_REFUSAL, clause) if seen else (clause, ORDER_OF_REFUSAL)
    return (*likely, "IDE-8") if came in (before or ()) else likely


def clause_of_refusal(call: ModelCall, name: str) -> str:
    """The clause that asks for the code *name* here."""
    if call.subject is not None and name.endswith("-unknown"):
        return _CLAUSE_OF_FOREIGN.get(name, "AUZ-2")
    if name == "card-expired" and call.operation.effect == "set-state":
        return "STA-2"
    if name == "value-invalid":
        return "VAL-5" if call.amount_defect else "VAL-8"
    return _CLAUSE_OF_CODE.get(name, RIGHT_CODE)


def clause_of_refused_success(call: ModelCall, came: str) -> str:
    """The clause that is broken when a call that must succeed is refused with the code *came*."""
    if came in VALIDATION:
        return "VAL-9"
    if call.operation.effect == "read" and came.endswith("-unknown"):
        return "STA-1"
    if came in ("card-blocked", "card-expired"):
        return "STA-6"
    if came == "balance-insufficient":
        return "STA-5"
    if came == "state-forbids":
        return "STA-2"
    return RIGHT_CODE
