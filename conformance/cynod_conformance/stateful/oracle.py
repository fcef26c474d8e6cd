"""What the next answer must be: the order of refusal makes it a single one, or one of a group."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass

from cynod_conformance.stateful.model import Alone, Book, Card, Made, Use
from cynod_spec.model import Operation

MAKING = ("credit", "debit", "refund")


@dataclass(frozen=True)
class Call:
    """One call by what it means.

    ``subject`` is what it names (the card of a new top-up, the payment of a refund); None names nothing that
    exists. ``faults`` are the stable names of the codes that its form earns.
    """

    operation: Operation
    caller: str
    subject: Card | Made | None
    amount: float = 0
    key: str = ""
    content: Hashable = None
    same_currency: bool = True
    limits: tuple[int | None, int | None] = (None, None)
    holds_scopes: bool = True
    faults: tuple[str, ...] = ()

    @property
    def misfit(self) -> str:
        """What is wrong with the amount as such; empty when nothing is."""
        return "fraction" if self.amount % 1 else "" if self.amount > 0 else "sign"

    def alone(self, name: str) -> Alone:
        """This operation refused for the code *name* alone, as ``Book.refused_alone`` has it."""
        return self.operation.id, name, self.misfit if name == "value-invalid" else ""


@dataclass(frozen=True)
class Forecast:
    """The answer that must come: a refusal with one of the codes *names*, a replay, or a success.

    ``reasons`` are all the codes that the call earns, whichever comes first.
    """

    names: frozenset[str] = frozenset()
    replay: Use | None = None
    reasons: frozenset[str] = frozenset()

    @property
    def succeeds(self) -> bool:
        """Whether a success must come, a first or a replayed one."""
        return not self.names

    @property
    def acts(self) -> bool:
        """Whether the call must take effect: a success that is no replay."""
        return self.succeeds and self.replay is None

    @property
    def unmoved(self) -> str:
        """The clause that a move of money breaks all the same, when the call must move none."""
        return "VAL-10" if self.names else "IDE-1"


def forecast(book: Book, call: Call, rank: Callable[[str], int]) -> Forecast:
    """What must be answered to *call*; *rank* is the place of a code in the order of refusal."""
    use = book.uses.get((call.caller, call.operation.id, call.key)) if call.key else None
    formal = set(call.faults) | ({"insufficient-scope"} if not call.holds_scopes else set())
    if use is not None and use.content == call.content and not formal:
        return Forecast(replay=use)
    reasons = formal | set(factual(call))
    if use is not None and use.content != call.content:
        reasons.add("key-reused")
    if not reasons:
        return Forecast()
    first = min(map(rank, reasons))
    return Forecast(frozenset(name for name in reasons if rank(name) == first), None, frozenset(reasons))


def factual(call: Call) -> Iterator[str]:
    """The codes that the call earns by the state of the world."""
    operation, subject = call.operation, call.subject
    if operation.effect in ("credit", "debit"):
        yield from of_charge(call, subject if isinstance(subject, Card) else None)
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
        yield from of_resource(call, subject if isinstance(subject, Made) else None)


def of_charge(call: Call, card: Card | None) -> Iterator[str]:
    """A top-up or a payment of *card*."""
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


def of_resource(call: Call, made: Made | None) -> Iterator[str]:
    """A reading or a change of *made*: of a refund's making, *made* is the payment."""
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
