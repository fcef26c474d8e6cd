"""What a key is worth when calls meet, fail or are cut off: IDE-3, IDE-4, IDE-6 and IDE-8."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial

from cynod_conformance.base.outcomes import ControlFailed
from cynod_conformance.experiment.callers import as_other
from cynod_conformance.experiment.card_account import Bank
from cynod_conformance.experiment.context import Answer, Lab
from cynod_conformance.experiment.idempotency import keyed, moved, replayed
from cynod_conformance.experiment.registry import Cell, probe
from cynod_conformance.experiment.request_builder import UNKNOWN, Draft
from cynod_conformance.experiment.test_cases import each
from cynod_conformance.text.phrase import phrase
from cynod_spec.model import Operation

LATER = 5  # times that a refusal for being busy is tried again
PAUSE = 0.2  # seconds before it is
HANGING_UP = (0.0, 0.1)  # seconds after which a caller leaves, or as soon as its answer begins
MEANWHILE = 0.05  # seconds that the target has for what nobody waits for


@probe("IDE-3", tier="write", over=each(keyed))
def ten_at_once(lab: Lab, cell: Cell) -> None:
    """Ten requests of one key at once have one effect."""
    assert cell.operation is not None
    move = moved(lab, cell.operation)
    bank, draft = move or (None, lab.control(cell.operation))
    before = bank.balance() if bank else 0
    answers = lab.at_once([lambda: lab.call(draft, tags={"load"})] * 10)
    ids = {lab.world.shown(settled(lab, draft, each).exchange).get("id") for each in answers}
    if len(ids) != 1:
        answers[-1].refute(phrase("one-effect"), phrase("ids", count=len(ids)))
    if bank and (gone := abs(bank.balance() - before)) != draft.get(cell.operation.request["amount"]):
        answers[-1].refute(phrase("one-effect"), phrase("moved", amount=gone))


def settled(lab: Lab, draft: Draft, answer: Answer) -> Answer:
    """*answer*, or the one that *draft* gets later if the target was busy; it must be a success."""
    for _ in range(LATER):
        busy = answer.code is not None and answer.code.name == "key-in-progress"
        if not busy and answer.status not in (429, 503):
            break
        time.sleep(PAUSE)
        answer = lab.call(draft)
    return answer.expect_success()


@probe("IDE-6", tier="write", over=each(keyed))
def lost_answer_is_found_again(lab: Lab, cell: Cell) -> None:
    """After an answer that the caller did not wait for, a retry with the same key gets it: one effect."""
    assert cell.operation is not None
    left = []
    for after in HANGING_UP:
        move = moved(lab, cell.operation)
        bank, draft = move or (None, lab.control(cell.operation))
        before = bank.balance() if bank else 0
        lab.leave(draft, after)
        left.append((draft, bank, before))
    time.sleep(MEANWHILE)
    for draft, bank, before in left:
        first = settled(lab, draft, lab.call(draft)).expect_status(cell.operation.success.status)
        again = lab.call(draft)
        one, two = (lab.world.shown(each.exchange).get("id") for each in (first, again))
        if one != two:
            again.refute(phrase("one-effect"), phrase("ids", count=2))
        if bank and (gone := abs(bank.balance() - before)) != draft.get(cell.operation.request["amount"]):
            again.refute(phrase("one-effect"), phrase("moved", amount=gone))


@probe("IDE-4", tier="write", over=each(keyed))
def key_belongs_to_one(lab: Lab, cell: Cell) -> None:
    """Another operation, and another partner, may use the same key."""
    assert cell.operation is not None
    key, own = lab.world.fresh(), cell.operation
    first = lab.call(lab.control(own).put(own.request["key"], key), valid=True).must_succeed()
    for other in lab.contract.operations:
        if keyed(other) and other != own:
            lab.call(lab.control(other).put(other.request["key"], key)).expect_success()
    if own.effect == "debit":
        bank = Bank.open(lab)
        payment = bank.made("debit", "payment", key=key + "-2")
        bank.do("refund", "refund", parent=payment["id"], key=key + "-2").expect_success()
    if own.effect not in ("credit", "debit"):
        return  # what the second partner may do alike is a move on a card that is opened to both
    bank = Bank.open(lab, partners=[lab.credential(n).key for n in ("primary", "other")])
    draft = bank.draft(own.effect, own.resource, key=key)
    answer = lab.call(draft, authorization=as_other(lab, own), identity="other").expect_success()
    if lab.world.shown(answer.exchange).get("id") == lab.world.shown(first.exchange).get("id"):
        answer.refute(phrase("own-effect"), phrase("first-partners"))


@probe("IDE-8", tier="write", over=each(lambda o: keyed(o) and o.body is not None))
def refusal_leaves_the_key_free(lab: Lab, cell: Cell) -> None:
    """A first try that validation or the money rules refused does not burn the key."""
    assert cell.operation is not None
    key = cell.operation.request["key"]
    for refused, mend, accepted in refusals(lab, cell.operation):
        if lab.call(refused.put(key, accepted.get(key))).status < 400:
            raise ControlFailed("not-refused", what=cell.operation.key)
        mend()
        answer = lab.call(accepted, valid=True).expect_success()
        if header := replayed(answer):
            answer.refute(phrase("first-effect", header=f"{header}: true"), phrase("a-replay"))


def refusals(lab: Lab, operation: Operation) -> Iterator[tuple[Draft, Callable[[], object], Draft]]:
    """A request that is refused, what to do then, and the request that is right after that."""
    request = operation.request
    control = lab.control(operation)
    spoiled = [control.with_member((), {})]
    for role in ("amount", "initial-amount"):
        if role in request:
            spoiled.append(control.put(request[role], -1))
    for role in ("card", "parent"):
        if role in request:
            spoiled.append(control.put(request[role], UNKNOWN))
    if operation.effect in ("credit", "debit", "refund"):
        own = control.get(request["currency"])
        spoiled.append(control.put(request["currency"], "EUR" if own != "EUR" else "USD"))
    if operation.effect in ("credit", "debit"):
        spoiled.append(control.put(request["amount"], 2**53 - 1))
    for refused in spoiled:
        yield refused, nothing, lab.control(operation)
    yield from refused_by_the_state(lab, operation)


def refused_by_the_state(
    lab: Lab, operation: Operation
) -> Iterator[tuple[Draft, Callable[[], object], Draft]]:
    """Refusals for want of money, for a blocked card, for too large a refund."""
    effect, resource = operation.effect, operation.resource
    if effect == "debit":
        poor = Bank.open(lab, initial_amount=0)
        draft = poor.draft(effect, resource)
        yield draft, partial(poor.made, "credit", "top-up"), draft
        yield (
            poor.draft(effect, resource),
            partial(poor.made, "credit", "top-up"),
            poor.draft(effect, resource),
        )
    if effect in ("credit", "debit"):
        bank = Bank.open(lab)
        draft = bank.draft(effect, resource)
        change = partial(bank.made, "set-state", "card", id=bank.card["id"])
        states = lab.contract.resources["card"].states
        if blocked := lab.contract.resources["card"].state("blocked"):
            change(state=blocked.value)

            def unblock() -> None:
                change(state=states[0].value)
                bank.made(effect, resource)  # the control: the card is usable again, whatever the key

            yield draft, unblock, draft
    if effect == "refund":
        bank = Bank.open(lab)
        payment = bank.made("debit", "payment")
        refund = partial(bank.draft, effect, resource, parent=payment["id"])
        yield refund(amount=payment["amount"] + 1), nothing, refund(amount=1)


def nothing() -> None:
    """What there is to do where the request alone was at fault."""
