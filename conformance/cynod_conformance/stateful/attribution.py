"""The clause that an answer other than the one foretold breaks."""

from __future__ import annotations

from cynod_conformance.observe.robustness import VALIDATION
from cynod_conformance.stateful.model import Book, Made
from cynod_conformance.stateful.oracle import Call, Forecast

RIGHT_CODE = "CAT-4"
_REFUSALS = {  # the code that must come → the clause about it
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
_OF_CARDS = ("state-forbids", "card-blocked", "card-expired")
_OF_OTHERS = {"card-unknown": "AUZ-7"}  # where what is named exists, and is another's
ORDER = "AUZ-8"


def blame(book: Book, call: Call, wanted: Forecast, came: str) -> tuple[str, ...]:
    """The clauses that may be broken when the code named *came* answers *call*, the likeliest first.

    There are two where a refusal came that is due, but later than another: the order is wrong, or the
    first reason went unseen. A third, where the key was refused like that before: it may not be free. And
    where one came that is not due at all, it may come to valid calls too.
    """
    before = book.refused.get((call.caller, call.operation.id, call.key))
    if before is not None and came in {"key-reused", *before} - wanted.reasons:
        return ("IDE-8",)
    if wanted.replay is not None:
        return ("IDE-1",)
    if came == "key-reused":
        return ("IDE-4",)
    if came in _OF_CARDS and isinstance(call.subject, Made) and call.subject.card.state != "active":
        return ("STA-6",)  # what such a card forbids beyond top-ups and payments
    if wanted.succeeds:
        return (of_refused_success(call, came),)
    clause = of_other_refusal(call, min(wanted.names))
    if came in {code.name for code in call.operation.success.codes}:
        return (clause,)
    if came not in wanted.reasons:
        return tuple(dict.fromkeys((clause, of_refused_success(call, came))))
    seen = call.alone(min(wanted.names)) in book.refused_alone
    likely = (ORDER, clause) if seen else (clause, ORDER)
    return (*likely, "IDE-8") if came in (before or ()) else likely


def of_other_refusal(call: Call, name: str) -> str:
    """The clause that says when the code *name* is due."""
    if call.subject is not None and name.endswith("-unknown"):
        return _OF_OTHERS.get(name, "AUZ-2")
    if name == "card-expired" and call.operation.effect == "set-state":
        return "STA-2"
    if name == "value-invalid":
        return "VAL-5" if call.misfit else "VAL-8"
    return _REFUSALS.get(name, RIGHT_CODE)


def of_refused_success(call: Call, came: str) -> str:
    """The clause that a refusal of a call that must succeed breaks."""
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
