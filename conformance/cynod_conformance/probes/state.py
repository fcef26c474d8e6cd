"""What must hold across calls: STA and CON clauses."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass
from functools import partial
from typing import Any

from cynod_conformance.base.outcomes import ControlFailed, NotApplicable
from cynod_conformance.experiment.card_account import Bank, needed
from cynod_conformance.experiment.context import Answer, Lab, Survivor
from cynod_conformance.experiment.fixtures import Roles
from cynod_conformance.experiment.inputs import accepts, body_slots, schema_at
from cynod_conformance.experiment.pagination import whole
from cynod_conformance.experiment.registry import Cell, probe
from cynod_conformance.experiment.request_builder import Draft
from cynod_conformance.experiment.test_cases import each, identified
from cynod_conformance.text.phrase import phrase
from cynod_spec.model import Operation

PATIENCE = 5.0  # seconds that a list may lag behind
CROWD = 12  # refunds that follow one which has to be kept
SETTLED = 4.0  # seconds after which what was made is asked for once more
MIDNIGHT = dt.timedelta(minutes=5)  # around the end of a day, when clocks may disagree on which it is
PAST = "2020-12-31"  # the expiry of a card that is no longer good
BANKED = 12_345  # minor units on a card that is emptied, where so much may be paid at once
FINE = "TND"  # a currency of three decimals (ISO 4217)
START = 10_000_000  # minor units on the card whose money is followed
AFFORDED, AT_ONCE = 3, 8  # payments that a card can pay, and those that are tried at once
LEADS = (0.03, 0.01, 0.003, 0.0)  # seconds by which a cancellation is ahead of a payment of its money
CHARGES = (("credit", "top-up"), ("debit", "payment"))


def creates(operation: Operation) -> bool:
    """Whether the operation makes something that another one reads."""
    return identified(operation) and operation.effect in ("credit", "debit", "refund", "issue")


@probe("STA-1", tier="write", over=each(creates))
def created_is_readable(lab: Lab, cell: Cell) -> None:
    """What was created is readable at once, with equal values, texts as long as they may be included."""
    assert cell.operation is not None
    reading = needed(lab, "read", cell.operation.resource)
    for as_it_is in (True, False):
        draft = lab.control(cell.operation)
        changed = draft if as_it_is else longest(lab, draft)
        answer = lab.call(changed, valid=True).must_succeed()
        made = lab.world.shown(answer.exchange)
        again = lab.world.bare(reading)
        for role, expression in reading.request.items():
            parent = cell.operation.request.get("parent")
            value = changed.get(parent) if role == "parent" and parent else made.get(role)
            again = again.put(expression, value)
        read = lab.call(again, valid=True).expect_success()
        shown = lab.world.shown(read.exchange)
        for role, value in made.items():
            if role != "number" and shown.get(role) != value:
                read.refute(f"{role} {value!r}", repr(shown.get(role)))


def longest(lab: Lab, draft: Draft) -> Draft:
    """*draft* with texts of many words, as long as the document lets them be."""
    for slot in body_slots(lab.contract, draft.operation):
        most = schema_at(lab.contract, slot.pointer).get("maxLength")
        if slot.role in ("label", "holder") and isinstance(most, int):
            draft = slot.set(draft, ("Boutique de Saint-Louis " * most)[: most - 1] + "s")
    return draft


@probe("STA-2", tier="write")
def only_declared_transitions(lab: Lab, cell: Cell) -> None:
    """States go as the document says; what it does not say is forbidden by the state."""
    bank = Bank.open(lab)
    top_up = bank.made("credit", "top-up")
    stands(bank, bank.do("read", "top-up", id=top_up["id"]), "top-up", "done")
    stands(bank, bank.do("cancel", "top-up", id=top_up["id"]), "top-up", "cancelled")
    bank.do("cancel", "top-up", id=top_up["id"]).expect("state-forbids")
    payment = bank.made("debit", "payment")
    for amount, state in ((1, "partly-refunded"), (2, "partly-refunded"), (bank.least - 3, "refunded")):
        bank.do("refund", "refund", parent=payment["id"], amount=amount).expect_success()
        stands(bank, bank.do("read", "payment", id=payment["id"]), "payment", state)
    bank.do("refund", "refund", parent=payment["id"], amount=1).expect("state-forbids")
    whole = bank.made("debit", "payment")
    bank.made("refund", "refund", parent=whole["id"])
    stands(bank, bank.do("read", "payment", id=whole["id"]), "payment", "refunded")
    bank.do("refund", "refund", parent=whole["id"], amount=1).expect("state-forbids")
    for name in ("blocked", "blocked", "active", "active"):
        state_value = value_of(lab, "card", name)
        changed = bank.do("set-state", "card", id=bank.card["id"], state=state_value).expect_success()
        stands(bank, changed, "card", name)
    expired = Bank.open(lab, expiry=PAST)
    change = partial(expired.do, "set-state", "card", id=expired.card["id"])
    for name in ("blocked", "active"):
        change(state=value_of(lab, "card", name)).expect("card-expired")


def value_of(lab: Lab, resource: str, name: str) -> str:
    """What the state *name* of *resource* is called on the wire. Raises NotApplicable."""
    state = lab.contract.resources[resource].state(name)
    if state is None:
        raise NotApplicable("not-here", what=f"{resource} {name}")
    return state.value


def stands(bank: Bank, answer: Answer, resource: str, name: str) -> None:
    """The resource that *answer* shows is in the state *name*."""
    value = value_of(bank.lab, resource, name)
    shown = bank.lab.world.shown(answer.must_succeed().exchange).get("state")
    if shown != value:
        answer.refute(value, str(shown))


@probe("STA-3", tier="write")
def final_states_stay(lab: Lab, cell: Cell) -> None:
    """A cancelled top-up, a refunded payment and an expired card stay what they are, whatever is tried."""
    bank = Bank.open(lab)
    top_up, payment = bank.made("credit", "top-up"), bank.made("debit", "payment")
    bank.made("cancel", "top-up", id=top_up["id"])
    bank.made("refund", "refund", parent=payment["id"])
    for _ in range(2):
        bank.do("cancel", "top-up", id=top_up["id"])
        bank.do("refund", "refund", parent=payment["id"], amount=1)
        stands(bank, bank.do("read", "top-up", id=top_up["id"]), "top-up", "cancelled")
        stands(bank, bank.do("read", "payment", id=payment["id"]), "payment", "refunded")
    expired = Bank.open(lab, expiry=PAST)
    for name in ("blocked", "active"):
        expired.do("set-state", "card", id=expired.card["id"], state=value_of(lab, "card", name))
        stands(expired, expired.do("read", "card", id=expired.card["id"]), "card", "expired")


@probe("STA-4", tier="write")
def views_agree(lab: Lab, cell: Cell) -> None:
    """Balance and details follow a move at once; lists follow within seconds and say the same."""
    bank = Bank.open(lab)
    held = bank.balance()
    top_up, payment = (bank.made(*move, amount=bank.most) for move in CHARGES)
    agrees(bank, held)
    for resource, made in (("top-up", top_up), ("payment", payment)):
        listed_as_told(bank, resource, made)
    refund = bank.made("refund", "refund", parent=payment["id"], amount=1)
    bank.do("read", "refund", parent=payment["id"], id=refund["id"]).expect_success()
    agrees(bank, held + 1)
    for resource, made in (("payment", payment), ("card", bank.card)):
        listed_as_told(bank, resource, made)
    bank.made("refund", "refund", parent=payment["id"], amount=bank.most - 1)
    bank.made("cancel", "top-up", id=top_up["id"])
    agrees(bank, held)
    for resource, made in (("top-up", top_up), ("payment", payment), ("card", bank.card)):
        listed_as_told(bank, resource, made)
    for resource, move in zip(("top-up", "payment"), CHARGES, strict=True):
        found_by_reference(bank, resource, *move)
    for id, amount in ((top_up["id"], bank.most), (payment["id"], -bank.most), (refund["id"], 1)):
        entries = [
            item.get("amount")
            for item in lab.world.listed(bank.do("list", "entry").must_succeed().exchange)
            if item.get("operation") == id
        ]
        if amount not in entries:
            bank.do("list", "entry").refute(phrase("entry-of", amount=amount), str(entries))


def found_by_reference(bank: Bank, resource: str, effect: str, kind: str) -> None:
    """A list with a reference has what has it, whatever else looks like it."""
    operation = needed(bank.lab, "list", resource)
    if "reference" not in operation.request:
        return
    making, stem = needed(bank.lab, effect, kind), bank.lab.world.fresh()
    slots = [slot for slot in body_slots(bank.lab.contract, making) if slot.role == "reference"]
    alike = [f"{stem}{end}" for end in ("_x/y", "_X/y", "-x/y", "_x", "_x/yy")]
    taken = [text for text in alike if all(accepts(bank.lab.validators, slot, text) for slot in slots)]
    made = {reference: bank.made(effect, kind, reference=reference)["id"] for reference in taken}
    for reference, id in made.items():
        answer = bank.do("list", resource, reference=reference).must_succeed()
        items = bank.lab.world.listed(answer.exchange)
        if any(item.get("id") != id for item in items):
            answer.refute(phrase("items-of-list"), phrase("foreign-items", count=len(items) - 1))
        listed_as_told(bank, resource, {"id": id, "reference": reference})


def listed_as_told(bank: Bank, resource: str, made: Roles) -> None:
    """A list shows what was *made* as its detail does, now or within seconds."""
    detail = bank.lab.world.shown(bank.do("read", resource, id=made["id"]).expect_success().exchange)
    filters = {"reference": made["reference"]} if "reference" in made else {"limit": 100}
    end = time.monotonic() + PATIENCE
    while True:
        answer = bank.do("list", resource, **filters).must_succeed()
        items = bank.lab.world.listed(answer.exchange)
        item = next((item for item in items if item.get("id") == made["id"]), None)
        differing = [
            role for role in detail if item is not None and detail[role] != item.get(role, detail[role])
        ]
        if item is not None and not differing:
            return
        if time.monotonic() > end:
            break
        time.sleep(0.2)
    if item is None:
        answer.refute(phrase("in-its-list"), phrase("not-there"))
        return
    role = differing[0]
    answer.refute(f"{role} {detail[role]!r}", repr(item.get(role)))


def agrees(bank: Bank, amount: int) -> None:
    """The balance, and the card's detail where the operator may read it, say *amount*."""
    for effect, resource, role in (("read", "balance", "amount"), ("read", "card", "balance")):
        answer = bank.do(effect, resource, id=bank.card["id"]).must_succeed()
        shown = bank.lab.world.shown(answer.exchange).get(role)
        if shown is not None and shown != amount:
            answer.refute(phrase("balance-of", amount=amount), f"{shown}")


@dataclass
class Ledger:
    """A card whose money is followed: what it must hold after each move."""

    bank: Bank
    expected: int

    def move(self, effect: str, resource: str, change: int, **roles: Any) -> Roles:
        """Make a move that adds *change* to the balance, and look at the balance."""
        made = self.bank.made(effect, resource, **roles)
        self.expected += change
        read = self.bank.do("read", "balance").must_succeed()
        held = self.bank.lab.world.shown(read.exchange).get("amount")
        if held != self.expected:
            wanted = phrase("balance-after", amount=self.expected, move=effect, moved=f"{change:+}")
            read.refute(wanted, f"{held}")
        return made


@probe("STA-5", tier="write")
def money_is_conserved(lab: Lab, cell: Cell) -> None:
    """Over moves of every size the balance is what a ledger says, and the sum of the card's entries."""
    bank, chance = Bank.open(lab, initial_amount=START), lab.world.random
    ledger = Ledger(bank, START)
    for amount in chance.sample(sizes(bank), k=len(sizes(bank))):
        top_up = ledger.move("credit", "top-up", amount, amount=amount)
        payment = ledger.move("debit", "payment", -amount, amount=amount)
        parts = [1, chance.randrange(1, amount - 1)]
        for part in (*parts, amount - sum(parts)):
            if part:
                ledger.move("refund", "refund", part, parent=payment["id"], amount=part)
        ledger.move("cancel", "top-up", -amount, id=top_up["id"])
        ledger.move("debit", "payment", -amount, amount=amount)
    for name in ("blocked", "active"):
        ledger.move("set-state", "card", 0, id=bank.card["id"], state=value_of(lab, "card", name))
    ledger.move("credit", "top-up", bank.least, amount=bank.least)
    to_the_last_unit(lab, min(BANKED, bank.most))
    entries, last = whole(lab, bank.draft("list", "entry"))
    total = sum(item.get("amount", 0) for item in entries)
    if total != ledger.expected:
        came = phrase("sum-of-entries", total=total, count=len(entries))
        last.refute(phrase("entries-sum", amount=ledger.expected), came)


def to_the_last_unit(lab: Lab, given: int) -> None:
    """A card holds the amount that it was *given* in any currency, and pays with all of it."""
    for roles in ({}, {"currency": FINE}):
        try:
            bank = Bank.open(lab, initial_amount=given, **roles)
        except ControlFailed:
            continue  # a currency that the target does not keep cards in
        ledger = Ledger(bank, given)
        ledger.move("credit", "top-up", bank.least, amount=bank.least)
        ledger.move("debit", "payment", -given, amount=given)
        bank.do("debit", "payment", amount=bank.least).expect_not(["balance-insufficient"])


def sizes(bank: Bank) -> list[int]:
    """Amounts of every magnitude that the partner may move, in minor units."""
    return sorted({bank.least, bank.least + 1, *(min(size, bank.most) for size in (1_234, 12_345, 10**6))})


@probe("STA-6", tier="write")
def blocked_and_expired_cards(lab: Lab, cell: Cell) -> None:
    """Blocked and expired cards refuse top-ups and payments, nothing else; unblocking restores."""
    bank = Bank.open(lab)
    payment, top_up = bank.made("debit", "payment"), bank.made("credit", "top-up")
    for _ in range(2):  # however often it is said, once is enough to take it back
        bank.made("set-state", "card", id=bank.card["id"], state=value_of(lab, "card", "blocked"))
    for move in CHARGES:
        bank.do(*move).expect("card-blocked")
    stay_open(bank)
    for kind, made in (("payment", payment), ("top-up", top_up)):
        bank.do("read", kind, id=made["id"]).expect_success()
        bank.do("list", kind, reference=made["reference"]).expect_success()
    bank.do("refund", "refund", parent=payment["id"], amount=1).expect_success()
    bank.do("refund", "refund", parent=payment["id"], amount=bank.least - 1).expect_success()
    bank.do("cancel", "top-up", id=top_up["id"]).expect_success()
    bank.made("set-state", "card", id=bank.card["id"], state=value_of(lab, "card", "active"))
    for move in CHARGES:
        bank.do(*move).expect_success()
    expired = Bank.open(lab, expiry=PAST)
    for move in CHARGES:
        expired.do(*move).expect("card-expired")
    stay_open(expired)
    last_day(lab)


def last_day(lab: Lab) -> None:
    """A card can be used on its last day, in UTC; near its end nobody's clock is trusted."""
    now = dt.datetime.now(dt.UTC)
    if {(now + margin).date() for margin in (MIDNIGHT, -MIDNIGHT)} == {now.date()}:
        bank = Bank.open(lab, expiry=now.date().isoformat())
        for move in CHARGES:
            bank.do(*move).expect_success()


def stay_open(bank: Bank) -> None:
    """The card can be read in every way, whatever its state."""
    for effect, resource in (("read", "balance"), ("read", "card"), ("list", "entry")):
        bank.do(effect, resource, id=bank.card["id"]).expect_success()


@probe("STA-7", tier="write")
def refunds_stay_below_the_payment(lab: Lab, cell: Cell) -> None:
    """Refunds never exceed the payment, however it is split, or at once."""
    bank = Bank.open(lab)
    for amount in (bank.least, bank.most):
        payment, left = bank.made("debit", "payment", amount=amount), amount
        for part in (1, 1, left // 2, left - 2 - left // 2):
            for excess in {left + 1, amount} - {left}:
                answer = bank.do("refund", "refund", parent=payment["id"], amount=excess)
                answer.expect("refund-exceeds")
            bank.do("refund", "refund", parent=payment["id"], amount=part).expect_success()
            left -= part
    payment, before = bank.made("debit", "payment"), bank.balance()
    drafts = [bank.draft("refund", "refund", parent=payment["id"]) for _ in range(5)]
    answers = lab.at_once([partial(lab.call, draft) for draft in drafts])
    done = [a for a in answers if a.status < 300]
    if len(done) != 1 or bank.balance() != before + bank.least:
        answers[-1].refute(phrase("one-refund"), phrase("refunds", count=len(done)))


def veterans(lab: Lab) -> None:
    """Make the survivors, unless there are some: as early in a run as can be."""
    if not lab.survivors:
        lab.survivors += aged(lab)


@probe("STA-8", tier="write", over=each(creates), last=True, ahead=veterans)
def created_survives(lab: Lab, cell: Cell) -> None:
    """What was answered 201 is still there at the end of the run, whatever states it went through since."""
    assert cell.operation is not None
    kept = lab.world.made(cell.operation.resource)
    reading = needed(lab, "read", cell.operation.resource)
    draft = lab.world.bare(reading)
    for role, expression in reading.request.items():
        draft = draft.put(expression, kept[role])
    survives(lab, draft, {"amount": kept.get("amount")})
    veterans(lab)
    for veteran in lab.survivors:
        if veteran.reading.operation == reading:
            time.sleep(max(0.0, veteran.since + SETTLED - time.monotonic()))
            survives(lab, veteran.reading, veteran.shown)


def survives(lab: Lab, reading: Draft, wanted: Roles) -> None:
    """What *reading* gives has the values *wanted*."""
    read = lab.call(reading).expect_success()
    shown = lab.world.shown(read.exchange)
    for role, value in wanted.items():
        if shown.get(role) != value:
            read.refute(f"{role} {value!r}", repr(shown.get(role)))


def aged(lab: Lab) -> list[Survivor]:
    """A cancelled top-up, a refunded payment, a card that was blocked, a refund that others follow."""
    bank = Bank.open(lab)
    top_up, payment = (bank.made(*move) for move in CHARGES)
    bank.made("cancel", "top-up", id=top_up["id"])
    bank.made("refund", "refund", parent=payment["id"])
    parted = bank.made("debit", "payment", amount=max(bank.least, 2 * CROWD))
    part = partial(bank.made, "refund", "refund", parent=parted["id"], amount=1)
    refund = part()
    for name in ("blocked", "active"):
        bank.made("set-state", "card", id=bank.card["id"], state=value_of(lab, "card", name))
    found = []
    for resource, roles in (
        ("top-up", {"id": top_up["id"]}),
        ("payment", {"id": payment["id"]}),
        ("refund", {"id": refund["id"], "parent": parted["id"]}),
        ("card", {"id": bank.card["id"]}),
    ):
        reading = bank.draft("read", resource, **roles)
        shown = lab.world.shown(lab.call(reading).must_succeed().exchange)
        kept: Roles = {role: shown[role] for role in ("amount", "state") if role in shown}
        found.append(Survivor(reading, kept, time.monotonic()))
    for _ in range(CROWD):
        part()
    return found


@probe("ENV-9", tier="write")
def money_has_the_cards_currency(lab: Lab, cell: Cell) -> None:
    """Every amount that has to do with a card is told in the currency of that card."""
    bank = Bank.open(lab)
    wanted = bank.card.get("currency")
    top_up, payment = bank.made("credit", "top-up"), bank.made("debit", "payment")
    refund = bank.made("refund", "refund", parent=payment["id"], amount=1)
    answers = [
        bank.do("read", "balance"),
        bank.do("read", "card", id=bank.card["id"]),
        bank.do("read", "top-up", id=top_up["id"]),
        bank.do("read", "payment", id=payment["id"]),
        bank.do("read", "refund", parent=payment["id"], id=refund["id"]),
        bank.do("list", "top-up", reference=top_up["reference"]),
        bank.do("list", "payment", reference=payment["reference"]),
        bank.do("list", "entry"),
        bank.do("cancel", "top-up", id=top_up["id"]),
    ]
    for answer in answers:
        world, exchange = lab.world, answer.must_succeed().exchange
        for shown in (world.shown(exchange), *world.listed(exchange)):
            for role in ("currency", "balance-currency", "refunded-currency"):
                if role in shown and shown[role] != wanted:
                    answer.refute(f"{wanted}", f"{role} {shown[role]!r}")


@probe("CON-1", tier="write")
def one_transition_wins(lab: Lab, cell: Cell) -> None:
    """Of several cancellations at once exactly one wins; of one and a payment of its money too."""
    bank = Bank.open(lab)
    top_up = bank.made("credit", "top-up")
    before = bank.balance()
    draft = bank.draft("cancel", "top-up", id=top_up["id"])
    answers = lab.at_once([lambda: lab.call(draft)] * 5)
    won = [a for a in answers if a.status < 300]
    if len(won) != 1 or bank.balance() != before - top_up["amount"]:
        answers[-1].refute(phrase("one-cancellation"), f"{len(won)}")
    for answer in answers:
        if answer.status >= 300:
            answer.expect("state-forbids")
    for lead in LEADS:
        spent_or_taken_back(lab, lead)


def spent_or_taken_back(lab: Lab, lead: float) -> None:
    """A top-up that is cancelled, and *lead* seconds later spent, is one of both."""
    bank = Bank.open(lab, initial_amount=0)
    top_up = bank.made("credit", "top-up")
    cancel, pay = bank.draft("cancel", "top-up", id=top_up["id"]), bank.draft("debit", "payment")

    def later() -> Answer:
        time.sleep(lead)
        return lab.call(pay)

    answers = lab.at_once([partial(lab.call, cancel), later])
    bank.do("read", "balance")  # ENV-5's observer looks at what is left
    if all(a.status < 300 for a in answers):
        answers[-1].refute(phrase("payment-or-cancellation"), " + ".join(a.said for a in answers))


@probe("CON-2", tier="write")
def payments_never_overdraw(lab: Lab, cell: Cell) -> None:
    """Payments at once, of one partner and of two that share the card, never make its balance negative."""
    sharing = [name for name in ("primary", "other") if name in lab.config.credentials]
    for callers in (sharing[:1], sharing):
        bank = Bank.open(lab, initial_amount=0, partners=[lab.credential(name).key for name in callers])
        for _ in range(AFFORDED):
            bank.made("credit", "top-up")
        drafts = [bank.draft("debit", "payment") for _ in range(AT_ONCE)]
        bearers = [f"Bearer {lab.tokens.token(name).value}" for name in callers]
        answers = lab.at_once(
            [
                partial(
                    lab.call,
                    draft,
                    authorization=bearers[i % len(callers)],
                    identity=callers[i % len(callers)],
                )
                for i, draft in enumerate(drafts)
            ]
        )
        paid = [a for a in answers if a.status < 300]
        left = bank.balance()
        if len(paid) > AFFORDED or left != bank.least * (AFFORDED - len(paid)):
            came = phrase("debits-and-rest", count=len(paid), left=left)
            answers[-1].refute(phrase("three-payments-alone"), came)
        if len(paid) < AFFORDED and not any(a.status in (429, 503) for a in answers):
            answers[-1].refute(phrase("three-payments"), f"{len(paid)}")
