"""What must hold across calls: STA and CON clauses."""

from __future__ import annotations

import time
from functools import partial

from cynod_conformance.cells import each, identified
from cynod_conformance.lab import Lab
from cynod_conformance.money import Bank, needed
from cynod_conformance.probes.walks import walk
from cynod_conformance.problems import NotApplicable
from cynod_conformance.registry import Cell, probe
from cynod_spec.model import Operation

PATIENCE = 5.0  # seconds that a list may lag behind


def creates(operation: Operation) -> bool:
    """Whether the operation makes something that another one reads."""
    return identified(operation) and operation.effect in ("credit", "debit", "refund", "issue")


@probe("STA-1", tier="write", over=each(creates))
def created_is_readable(lab: Lab, cell: Cell) -> None:
    """What was created is readable at once, with equal values."""
    assert cell.operation is not None
    reading = needed(lab, "read", cell.operation.resource)
    draft = lab.control(cell.operation)
    answer = lab.call(draft, valid=True).must_succeed()
    made = lab.world.shown(answer.exchange)
    again = lab.world.bare(reading)
    for role, expression in reading.request.items():
        parent = cell.operation.request.get("parent")
        value = draft.get(parent) if role == "parent" and parent else made.get(role)
        again = again.put(expression, value)
    read = lab.call(again, valid=True).expect_success()
    shown = lab.world.shown(read.exchange)
    for role, value in made.items():
        if role != "number" and shown.get(role) != value:
            read.refute(f"{role} {value!r}", repr(shown.get(role)))


@probe("STA-2", tier="write")
def only_declared_transitions(lab: Lab, cell: Cell) -> None:
    """A second cancellation, and a refund of what is wholly refunded, are forbidden by the state."""
    bank = Bank.open(lab)
    top_up = bank.made("credit", "top-up")
    bank.made("cancel", "top-up", id=top_up["id"])
    bank.do("cancel", "top-up", id=top_up["id"]).expect("state-forbids")
    payment = bank.made("debit", "payment")
    bank.made("refund", "refund", parent=payment["id"])
    bank.do("refund", "refund", parent=payment["id"], amount=1).expect("state-forbids")


@probe("STA-3", tier="write")
def final_states_stay(lab: Lab, cell: Cell) -> None:
    """A cancelled top-up stays cancelled."""
    bank = Bank.open(lab)
    state = lab.contract.resources["top-up"].state("cancelled")
    if state is None:
        raise NotApplicable("not-here", what="cancelled")
    top_up = bank.made("credit", "top-up")
    done = bank.do("cancel", "top-up", id=top_up["id"]).must_succeed()
    if lab.world.shown(done.exchange).get("state") != state.value:
        done.refute(state.value, str(lab.world.shown(done.exchange).get("state")))
    bank.do("cancel", "top-up", id=top_up["id"])
    read = bank.do("read", "top-up", id=top_up["id"]).must_succeed()
    if lab.world.shown(read.exchange).get("state") != state.value:
        read.refute(state.value, str(lab.world.shown(read.exchange).get("state")))


@probe("STA-4", tier="write")
def views_agree(lab: Lab, cell: Cell) -> None:
    """The balance follows a move at once; lists follow within seconds."""
    bank = Bank.open(lab)
    before = bank.balance()
    top_up = bank.made("credit", "top-up")
    read = bank.do("read", "balance").must_succeed()
    after = lab.world.shown(read.exchange).get("amount")
    if after != before + top_up["amount"]:
        read.refute(f"a balance of {before + top_up['amount']}", f"{after}")
    end = time.monotonic() + PATIENCE
    listing = bank.draft("list", "top-up", reference=top_up["reference"])
    while True:
        answer = lab.call(listing).must_succeed()
        if any(item.get("id") == top_up["id"] for item in lab.world.listed(answer.exchange)):
            return
        if time.monotonic() > end:
            answer.refute("the new top-up in its list", "not there after five seconds")
        time.sleep(0.2)


@probe("STA-5", tier="write")
def money_is_conserved(lab: Lab, cell: Cell) -> None:
    """Over a sequence of moves the balance is what a ledger says, and the sum of the card's entries."""
    start = 100_000
    bank = Bank.open(lab, initial_amount=start)
    expected = start
    payments, top_ups = [], []
    chance = lab.world.random
    for _ in range(14):
        move = chance.choice(["credit", "debit", "refund", "cancel", "debit"])
        amount = bank.least + chance.randrange(50)
        if move == "credit":
            top_ups.append(bank.made("credit", "top-up", amount=amount))
            expected += amount
        elif move == "debit":
            payments.append(bank.made("debit", "payment", amount=amount))
            expected -= amount
        elif move == "refund" and payments:
            part = chance.randrange(1, payments[-1]["amount"] + 1)
            bank.made("refund", "refund", parent=payments.pop()["id"], amount=part)
            expected += part
        elif move == "cancel" and top_ups:
            gone = top_ups.pop()
            bank.made("cancel", "top-up", id=gone["id"])
            expected -= gone["amount"]
    read = bank.do("read", "balance").must_succeed()
    held = lab.world.shown(read.exchange).get("amount")
    if held != expected:
        read.refute(f"a balance of {expected}", f"{held}")
    entries, last = walk(lab, bank.draft("list", "entry"))
    total = sum(item.get("amount", 0) for item in entries)
    if total != expected:
        last.refute(f"entries that sum to {expected}", f"{total} in {len(entries)} entries")


@probe("STA-6", tier="write")
def blocked_and_expired_cards(lab: Lab, cell: Cell) -> None:
    """Blocked and expired cards refuse top-ups and payments, nothing else; unblocking restores."""
    bank = Bank.open(lab)
    payment, top_up = bank.made("debit", "payment"), bank.made("credit", "top-up")
    states = lab.contract.resources["card"].states
    blocked = next((s for s in states if s.name == "blocked"), None)
    if blocked is None:
        raise NotApplicable("not-here", what="blocked")
    bank.made("set-state", "card", id=bank.card["id"], state=blocked.value)
    for move in (("credit", "top-up"), ("debit", "payment")):
        bank.do(*move).expect("card-blocked")
    bank.do("read", "balance").expect_success()
    bank.do("refund", "refund", parent=payment["id"]).expect_success()
    bank.do("cancel", "top-up", id=top_up["id"]).expect_success()
    bank.made("set-state", "card", id=bank.card["id"], state=states[0].value)
    bank.do("credit", "top-up").expect_success()
    expired = Bank.open(lab, expiry="2020-12-31")
    for move in (("credit", "top-up"), ("debit", "payment")):
        expired.do(*move).expect("card-expired")
    expired.do("read", "balance").expect_success()


@probe("STA-7", tier="write")
def refunds_stay_below_the_payment(lab: Lab, cell: Cell) -> None:
    """Refunds never exceed the payment, split or at once."""
    bank = Bank.open(lab)
    amount = bank.least
    payment = bank.made("debit", "payment")
    bank.do("refund", "refund", parent=payment["id"], amount=amount + 1).expect("refund-exceeds")
    bank.made("refund", "refund", parent=payment["id"], amount=amount - 1)
    bank.do("refund", "refund", parent=payment["id"], amount=2).expect("refund-exceeds")
    bank.do("refund", "refund", parent=payment["id"], amount=1).expect_success()
    payment = bank.made("debit", "payment")
    before = bank.balance()
    drafts = [bank.draft("refund", "refund", parent=payment["id"], amount=amount) for _ in range(5)]
    answers = lab.at_once([partial(lab.call, draft) for draft in drafts])
    done = [a for a in answers if a.status < 300]
    if len(done) != 1 or bank.balance() != before + amount:
        answers[-1].refute("one refund of the whole amount", f"{len(done)} refunds")


@probe("STA-8", tier="write", last=True)
def created_survives(lab: Lab, cell: Cell) -> None:
    """What was answered 201 is still there at the end of the run."""
    kept = lab.world.made("top-up")
    operation = needed(lab, "read", "top-up")
    draft = lab.world.bare(operation).put(operation.request["id"], kept["id"])
    read = lab.call(draft).expect_success()
    shown = lab.world.shown(read.exchange)
    if shown.get("amount") != kept.get("amount"):
        read.refute(str(kept.get("amount")), str(shown.get("amount")))


@probe("CON-1", tier="write")
def one_transition_wins(lab: Lab, cell: Cell) -> None:
    """Of several cancellations at once exactly one wins."""
    bank = Bank.open(lab)
    top_up = bank.made("credit", "top-up")
    before = bank.balance()
    draft = bank.draft("cancel", "top-up", id=top_up["id"])
    answers = lab.at_once([lambda: lab.call(draft)] * 5)
    won = [a for a in answers if a.status < 300]
    if len(won) != 1 or bank.balance() != before - top_up["amount"]:
        answers[-1].refute("one cancellation", f"{len(won)}")
    for answer in answers:
        if answer.status >= 300:
            answer.expect("state-forbids")


@probe("CON-2", tier="write")
def payments_never_overdraw(lab: Lab, cell: Cell) -> None:
    """Payments at once never make the balance negative."""
    bank = Bank.open(lab, initial_amount=0)
    amount = bank.least
    for _ in range(3):
        bank.made("credit", "top-up", amount=amount)
    drafts = [bank.draft("debit", "payment", amount=amount) for _ in range(8)]
    answers = lab.at_once([partial(lab.call, draft) for draft in drafts])
    paid = [a for a in answers if a.status < 300]
    left = bank.balance()
    if len(paid) > 3 or left != amount * (3 - len(paid)) or left < 0:
        answers[-1].refute("three payments and a balance of zero", f"{len(paid)} payments, {left} left")
    if len(paid) < 3 and not any(a.status in (429, 503) for a in answers):
        answers[-1].refute("three payments", f"{len(paid)}")
