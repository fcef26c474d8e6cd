"""What requests leave behind, or do not: VAL-6, VAL-10, HTT-3, AUZ-3, AUZ-4, IDE-3 and IDE-4."""

from __future__ import annotations

from typing import Any

from cynod_conformance.cells import each, each_slot, identified
from cynod_conformance.lab import Lab
from cynod_conformance.money import Bank
from cynod_conformance.observe.robustness import VALIDATION
from cynod_conformance.probes.authorization import as_other
from cynod_conformance.probes.idempotency import keyed
from cynod_conformance.probes.validation import filled, slot_of
from cynod_conformance.registry import Cell, probe
from cynod_conformance.slots import accepts

TEXTS = ("Thiès, été œuvre ñ", "Ελληνικά и кириллица", "漢字かな交じり文", "سلام दुनिया", "😀 𝒳")
LATER = 3  # times that a refusal for being busy is tried again


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
        last.refute(f"a balance of {before}", f"{held}")
    if entry_count(bank) != entries:
        last.refute(f"{entries} entries", f"{entry_count(bank)}")


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
            read.refute(f"as made: {made.get('state')}", f"{shown.get('state')}")
    read = bank.do("read", "balance").must_succeed()
    if bank.balance() != before:
        read.refute(f"a balance of {before}", "another")


@probe("AUZ-4", tier="write")
def lists_show_no_more(lab: Lab, cell: Cell) -> None:
    """On a shared card, another partner's entries show type, amount and date; other lists nothing of it."""
    bank = Bank.open(lab, partners=[lab.credential(n).key for n in ("primary", "other")])
    reference = lab.world.fresh()
    top_up = bank.made("credit", "top-up", reference=reference)
    bank.made("debit", "payment", reference=reference)
    for kind in ("top-up", "payment"):
        draft = bank.draft("list", kind, reference=reference)
        value = as_other(lab, draft.operation)
        answer = lab.call(draft, authorization=value, identity="other").must_succeed()
        if lab.world.listed(answer.exchange):
            answer.refute("nothing of another's", "its entries")
    listing = bank.draft("list", "entry")
    answer = lab.call(
        listing, authorization=as_other(lab, listing.operation), identity="other"
    ).must_succeed()
    entries = lab.world.listed(answer.exchange)
    if len(entries) < 2:
        answer.refute("the entries of the shared card", f"{len(entries)}")
    shown = {role for entry in entries for role in entry}
    if beyond := shown - {"type", "amount", "currency", "date"}:
        answer.refute("type, amount and date alone", ", ".join(sorted(beyond)))
    if top_up["id"] in answer.exchange.response.body.decode("utf-8", "replace"):
        answer.refute("no id of another's top-up", "its id")


@probe("IDE-3", tier="write", over=each(lambda o: keyed(o) and o.effect in ("credit", "debit")))
def ten_at_once(lab: Lab, cell: Cell) -> None:
    """Ten requests of one key at once have one effect."""
    assert cell.operation is not None
    bank = Bank.open(lab)
    before = bank.balance()
    draft = bank.draft(cell.operation.effect, cell.operation.resource)
    answers = lab.at_once([lambda: lab.call(draft, tags={"load"})] * 10)
    ids = set()
    for first in answers:
        answer = first
        for _ in range(LATER):
            busy = answer.code is not None and answer.code.name == "key-in-progress"
            if not busy and answer.status not in (429, 503):
                break
            answer = lab.call(draft)
        answer.expect_success()
        ids.add(lab.world.shown(answer.exchange).get("id"))
    moved = abs(bank.balance() - before)
    if len(ids) != 1 or moved != draft.get(cell.operation.request["amount"]):
        answers[-1].refute("one effect", f"{len(ids)} ids, {moved} moved")


@probe("IDE-4", tier="write")
def key_belongs_to_one(lab: Lab, cell: Cell) -> None:
    """Another operation, and another partner, may use the same key."""
    bank = Bank.open(lab, partners=[lab.credential(n).key for n in ("primary", "other")])
    key = lab.world.fresh()
    first = bank.made("credit", "top-up", key=key)
    bank.do("debit", "payment", key=key).expect_success()
    draft = bank.draft("credit", "top-up", key=key)
    value = as_other(lab, draft.operation)
    other = lab.call(draft, authorization=value, identity="other").expect_success()
    if lab.world.shown(other.exchange).get("id") == first["id"]:
        other.refute("a top-up of its own", "the first partner's")
