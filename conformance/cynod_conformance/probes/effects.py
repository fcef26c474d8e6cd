"""What requests leave behind, or do not: VAL-6, VAL-10, HTT-3, AUZ-3, AUZ-4, IDE-3 and IDE-4."""

from __future__ import annotations

import time
from typing import Any

from cynod_conformance.cells import each, each_slot, identified
from cynod_conformance.draft import Draft
from cynod_conformance.lab import Answer, Lab
from cynod_conformance.money import Bank
from cynod_conformance.observe.phrase import phrase
from cynod_conformance.observe.robustness import VALIDATION
from cynod_conformance.probes.authorization import as_other
from cynod_conformance.probes.idempotency import keyed, moved
from cynod_conformance.probes.validation import filled, slot_of
from cynod_conformance.probes.walks import LONGEST, next_cursor
from cynod_conformance.registry import Cell, probe
from cynod_conformance.slots import accepts
from cynod_conformance.world import Roles

TEXTS = ("Thiès, été œuvre ñ", "Ελληνικά и кириллица", "漢字かな交じり文", "سلام दुनिया", "😀 𝒳")
LATER = 5  # times that a refusal for being busy is tried again
PAUSE = 0.2  # seconds before it is
HANGING_UP = (0.0, 0.1)  # seconds after which a caller leaves without its answer


@probe("VAL-6", tier="write", over=each_slot(lambda s: s.role in ("label", "holder")))
def text_comes_back_equal(lab: Lab, cell: Cell) -> None:
    """Accented and non-Latin text is accepted and returned equal."""
    slot = slot_of(cell)
    for text in TEXTS:
        draft, _ = filled(lab, slot)
        if not accepts(lab.validators, slot, text):
            continue
        answer = lab.call(slot.set(draft, text), valid=True).expect_not(VALIDATION).must_succeed()
        shown = lab.world.shown(answer.exchange).get(slot.role or "")
        if shown != text:
            answer.refute(text, repr(shown))


@probe("VAL-10", tier="write")
def refusals_change_nothing(lab: Lab, cell: Cell) -> None:
    """Refused top-ups, payments, refunds and cancellations leave the balance and the entries as they were."""
    bank = Bank.open(lab)
    payment, top_up = bank.made("debit", "payment"), bank.made("credit", "top-up")
    bank.made("cancel", "top-up", id=top_up["id"])
    before = bank.balance()
    entries = entry_count(bank)
    for move in (("credit", "top-up"), ("debit", "payment")):
        bank.do(*move, amount=-1)
        bank.do(*move, currency="EUR" if bank.card.get("currency") != "EUR" else "USD")
        bank.do(*move, key="!")
        lab.call(bank.draft(*move).with_member(("cf_unknown",), 1))
    bank.do("debit", "payment", amount=before + 1)
    bank.do("refund", "refund", parent=payment["id"], amount=payment["amount"] + 1)
    bank.do("cancel", "top-up", id=top_up["id"])
    last = bank.do("read", "balance").must_succeed()
    held = lab.world.shown(last.exchange).get("amount")
    if held != before:
        last.refute(phrase("balance-of", amount=before), f"{held}")
    if entry_count(bank) != entries:
        last.refute(phrase("entries", count=entries), f"{entry_count(bank)}")


def entry_count(bank: Bank) -> int:
    """How many entries the card's first page has."""
    answer = bank.lab.call(bank.draft("list", "entry", limit=100)).must_succeed()
    return len(bank.lab.world.listed(answer.exchange))


@probe("HTT-3", tier="write")
def reading_changes_nothing(lab: Lab, cell: Cell) -> None:
    """GET and HEAD leave the card, its balance and its entries as they were."""
    bank = Bank.open(lab)
    payment, top_up = bank.made("debit", "payment"), bank.made("credit", "top-up")

    def snapshot() -> tuple[Any, ...]:
        kinds = (("read", "top-up", top_up), ("read", "payment", payment))
        shown = [bank.made(effect, kind, id=made["id"]).get("state") for effect, kind, made in kinds]
        return bank.balance(), entry_count(bank), *shown

    before = snapshot()
    for method in ("GET", "HEAD"):
        for operation in lab.contract.operations:
            if operation.method == "GET" and identified(operation):
                lab.call(lab.control(operation), method=method)
        lab.call(bank.draft("read", "top-up", id=top_up["id"]), method=method)
        lab.call(bank.draft("read", "payment", id=payment["id"]), method=method)
    last = bank.do("read", "balance").must_succeed()
    after = snapshot()
    if after != before:
        last.refute(f"{before}", f"{after}")


@probe("AUZ-3", tier="write")
def another_changes_nothing(lab: Lab, cell: Cell) -> None:
    """Another partner's cancellation and refund change nothing: the owner re-reads."""
    bank = Bank.open(lab)
    payment, top_up = bank.made("debit", "payment"), bank.made("credit", "top-up")
    before = bank.balance()
    for draft in (
        bank.draft("cancel", "top-up", id=top_up["id"]),
        bank.draft("refund", "refund", parent=payment["id"]),
    ):
        value = as_other(lab, draft.operation)
        lab.call(draft, authorization=value, identity="other")
    for kind, made in (("top-up", top_up), ("payment", payment)):
        read = bank.do("read", kind, id=made["id"]).must_succeed()
        shown = lab.world.shown(read.exchange)
        if shown != made:
            read.refute(phrase("as-made", state=made.get("state")), f"{shown.get('state')}")
    read = bank.do("read", "balance").must_succeed()
    if bank.balance() != before:
        read.refute(phrase("balance-of", amount=before), phrase("another"))


@probe("AUZ-4", tier="write")
def lists_show_no_more(lab: Lab, cell: Cell) -> None:
    """On a shared card, another partner's entries show type, amount and date; other lists nothing of it."""
    bank = Bank.open(lab, partners=[lab.credential(n).key for n in ("primary", "other")])
    reference = lab.world.fresh()
    top_up = bank.made("credit", "top-up", reference=reference)
    payment = bank.made("debit", "payment", reference=reference)
    refund = bank.made("refund", "refund", parent=payment["id"], amount=1)
    bank.made("cancel", "top-up", id=bank.made("credit", "top-up", reference=reference)["id"])
    foreign = {str(made["id"]) for made in (top_up, payment, refund)} | {reference}
    for kind in ("top-up", "payment"):
        shown_to_other(lab, bank.draft("list", kind), foreign, pages=1)
        found, last = shown_to_other(lab, bank.draft("list", kind, reference=reference), foreign)
        if found:
            last.refute(phrase("nothing-of-others"), phrase("items", count=len(found)))
    entries, last = shown_to_other(lab, bank.draft("list", "entry"), foreign)
    if len(entries) < 6:
        last.refute(phrase("six-entries"), f"{len(entries)}")
    shown = {role for entry in entries for role in entry}
    if beyond := shown - {"type", "amount", "currency", "date"}:
        last.refute(phrase("three-members"), ", ".join(sorted(beyond)))


def shown_to_other(
    lab: Lab, draft: Draft, foreign: set[str], pages: int = LONGEST
) -> tuple[list[Roles], Answer]:
    """What the second partner sees of a list, and the last answer; none may say any of *foreign*."""
    operation, found = draft.operation, list[Roles]()
    draft = draft.put(operation.request["limit"], 4)
    for _ in range(pages):
        value = as_other(lab, operation)
        answer = lab.call(draft, authorization=value, identity="other").must_succeed()
        found += lab.world.listed(answer.exchange)
        said = answer.exchange.response.body.decode("utf-8", "replace")
        asked = {v for _, v in draft.query}
        if told := sorted(each for each in foreign - asked if each in said):
            answer.refute(phrase("nothing-of-others"), told[0])
        cursor = next_cursor(answer, operation)
        if cursor is None:
            break
        draft = draft.put(operation.request["cursor"], cursor)
    return found, answer


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
    for after in HANGING_UP:
        move = moved(lab, cell.operation)
        bank, draft = move or (None, lab.control(cell.operation))
        before = bank.balance() if bank else 0
        lab.leave(draft, after)
        time.sleep(PAUSE)
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
    if own.effect not in ("credit", "debit"):
        return  # what the second partner may do alike is a move on a card that is opened to both
    bank = Bank.open(lab, partners=[lab.credential(n).key for n in ("primary", "other")])
    draft = bank.draft(own.effect, own.resource, key=key)
    answer = lab.call(draft, authorization=as_other(lab, own), identity="other").expect_success()
    if lab.world.shown(answer.exchange).get("id") == lab.world.shown(first.exchange).get("id"):
        answer.refute(phrase("own-effect"), phrase("first-partners"))
