"""What the next answer must be. The order of refusal leaves one code, or a group of equal rank."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass

from cynod_conformance.stateful.model import Card, CreatedResource, KeyUse, LedgerModel, SingleReason
from cynod_spec.model import Operation

MOVES_OF_MONEY = ("credit", "debit", "refund")


@dataclass(frozen=True)
class ModelCall:
    """One call by what it means.

    ``subject`` is what it names (the card of a new top-up, the payment of a refund); None where that does not
    exist. ``content`` stands for its body: calls of one key with equal contents are replays. ``limits`` bound
    what the caller may move, in minor units. ``provocations`` are the stable names of the codes that its form
    earns.
    """

    operation: Operation
    caller: str
    subject: Card | CreatedResource | None
    amount: float = 0
    key: str = ""
    content: Hashable = None
    same_currency: bool = True
    limits: tuple[int | None, int | None] = (None, None)
    holds_scopes: bool = True
    provocations: tuple[str, ...] = ()

    @property
    def amount_defect(self) -> str:
        """What is wrong with the amount as such; empty when nothing is."""
        return "fraction" if self.amount % 1 else "" if self.amount > 0 else "sign"

    def single_reason(self, name: str) -> SingleReason:
        """The refusal of this operation with *name* as the only reason, for ``confirmed_refusals``."""
        return self.operation.id, name, self.amount_defect if name == "value-invalid" else ""


@dataclass(frozen=True)
class ExpectedAnswer:
    """The answer that must come: a refusal with one of the codes ``names``, a replay, or else a success.

    ``reasons`` are all the codes that the call earns, whichever comes first.
    """

    names: frozenset[str] = frozenset()
    replay: KeyUse | None = None
    reasons: frozenset[str] = frozenset()

    @property
    def succeeds(self) -> bool:
        """Whether a success must come: a first one or a replay."""
        return not self.names

    @property
    def takes_effect(self) -> bool:
        """Whether the call must change something: a success that is no replay."""
        return self.succeeds and self.replay is None

    @property
    def clause_of_no_effect(self) -> str:
        """The clause that is broken when the call changes something although it must not."""
        return "VAL-10" if self.names else "IDE-1"


def expected_answer(model: LedgerModel, call: ModelCall, rank: Callable[[str], int]) -> ExpectedAnswer:
    """What must be answered to *call*; *rank* gives the place of a code in the order of refusal."""
    use = model.uses.get((call.caller, call.operation.id, call.key)) if call.key else None
    formal = set(call.provocations) | ({"insufficient-scope"} if not call.holds_scopes else set())
    if use is not None and use.content == call.content and not formal:
        return ExpectedAnswer(replay=use)
    reasons = formal | set(refusals_by_state(call))
    if use is not None and use.content != call.content:
        reasons.add("key-reused")
    if not reasons:
        return ExpectedAnswer()
    first = min(map(rank, reasons))
    return ExpectedAnswer(
        frozenset(name for name in reasons if rank(name) == first), None, frozenset(reasons)
    )


def refusals_by_state(call: ModelCall) -> Iterator[str]:
    """The codes that the call earns by the state of what it names."""
    operation, subject = call.operation, call.subject
    if operation.effect in ("credit", "debit"):
        yield from refusals_of_charge(call, subject if isinstance(subject, Card) else None)
    elif operation.effect == "set-state":
        if not isinstance(subject, Card):
            yield "card-unknown"
        elif subject.state == "expired":
            yield "card-expired"
    elif operation.resource in ("balance", "entry", "card") and not (
        isinstance(subject, Card) and (operation.resource == "card" or subject.opens_to(call.caller))
    ):
        yield "card-unknown"
    elif operation.resource in ("top-up", "payment", "refund"):
        yield from refusals_of_resource(call, subject if isinstance(subject, CreatedResource) else None)


def refusals_of_charge(call: ModelCall, card: Card | None) -> Iterator[str]:
    """Those of a top-up or a payment with *card*."""
    least, most = call.limits
    if (least is not None and call.amount < least) or (most is not None and call.amount > most):
        yield "amount-out-of-limits"
    if card is None or not card.opens_to(call.caller):
        yield "card-unknown"
        return
    if card.state in ("expired", "blocked"):
        yield f"card-{card.state}"
    if not call.same_currency:
        yield "currency-mismatch"
    if call.operation.effect == "debit" and call.amount > card.balance:
        yield "balance-insufficient"


def refusals_of_resource(call: ModelCall, made: CreatedResource | None) -> Iterator[str]:
    """Those of reading or changing *made*; for a new refund, *made* is its payment."""
    operation = call.operation
    if made is None or made.owner != call.caller:
        if operation.resource == "refund":
            yield "payment-unknown"
        if operation.effect != "refund":
            yield f"{operation.resource}-unknown"
        return
    if operation.effect == "cancel":
        if made.state != "done":
            yield "state-forbids"
        if made.amount > made.card.balance:
            yield "balance-insufficient"
    elif operation.effect == "refund":
        if made.left == 0:
            yield "state-forbids"
        if not call.same_currency:
            yield "currency-mismatch"
        if call.amount > made.left:
            yield "refund-exceeds"
