"""What requests leave behind, or do not: VAL-6, VAL-10 and HTT-3."""

from __future__ import annotations

from typing import Any

from cynod_conformance.experiment.callers import as_other
from cynod_conformance.experiment.card_account import Bank, moves_of_another
from cynod_conformance.experiment.context import Lab
from cynod_conformance.experiment.fixtures import Roles
from cynod_conformance.experiment.inputs import accepts, schema_at
from cynod_conformance.experiment.registry import Cell, probe
from cynod_conformance.experiment.test_cases import each_slot, identified, slot_of
from cynod_conformance.experiment.valid_inputs import filled
from cynod_conformance.observe.robustness import VALIDATION
from cynod_conformance.text.phrase import phrase

TEXTS = (
    "\u3000漢字\u00a0",  # blanks of other alphabets
    "Thiès, été œuvre ñ",
    "Ελληνικά и кириллица",
    "漢字かな交じり文",
    "سلام दुनिया",
    "😀 𝒳",
    """Chez l'Écho & <b>fils</b> "d'or" \\n %C3%A9 ${HOME} {{x}}""",
    "Thie\u0300s e\u0301te\u0301",  # letters and accents apart: equal means not composed either
)


@probe("VAL-6", tier="write", over=each_slot(lambda s: s.role in ("label", "holder")))
def text_comes_back_equal(lab: Lab, cell: Cell) -> None:
    """Accented and non-Latin text is accepted and returned equal."""
    slot = slot_of(cell)
    most = schema_at(lab.contract, slot.pointer).get("maxLength")
    for text in (*TEXTS, *(["\U0001d4b3" * most] if isinstance(most, int) else [])):
        draft, _ = filled(lab, slot)
        if not accepts(lab.validators, slot, text):
            continue
        answer = lab.call(slot.set(draft, text), valid=True).expect_not(VALIDATION).must_succeed()
        shown = lab.world.shown(answer.exchange).get(slot.role or "")
        if shown != text:
            answer.refute(text, repr(shown))


@probe("VAL-10", tier="write")
def refusals_change_nothing(lab: Lab, cell: Cell) -> None:
    """Refused moves of money, cancellations and blocks leave money, entries and states as they were."""
    bank = Bank.open(lab)
    payment, top_up = bank.made("debit", "payment"), bank.made("credit", "top-up")
    cancelled = bank.made("cancel", "top-up", id=bank.made("credit", "top-up")["id"])
    refunded = bank.made("debit", "payment")
    bank.made("refund", "refund", parent=refunded["id"])
    refunded = bank.made("read", "payment", id=refunded["id"])
    before, entries = bank.balance(), entry_count(bank)
    for move in (("credit", "top-up"), ("debit", "payment")):
        bank.do(*move, amount=-1)
        bank.do(*move, currency="EUR" if bank.card.get("currency") != "EUR" else "USD")
        bank.do(*move, key="!")
        lab.call(bank.draft(*move).with_member(("cf_unknown",), 1))
        lab.call(bank.draft(*move), headers=[("Accept", "image/png")])
    bank.do("debit", "payment", amount=before + 1)
    bank.do("refund", "refund", parent=payment["id"], amount=payment["amount"] + 1)
    bank.do("refund", "refund", parent=payment["id"], key="!")
    bank.do("refund", "refund", parent=refunded["id"], amount=1)
    bank.do("cancel", "top-up", id=cancelled["id"])
    card = bank.made("read", "card", id=bank.card["id"])
    if (blocked := lab.contract.resources["card"].state("blocked")) and lab.contract.find(
        "set-state", "card"
    ):
        block = bank.draft("set-state", "card", id=card["id"], state=blocked.value)
        lab.call(block.with_member(("cf_unknown",), 1))
    if "other" in lab.config.credentials:
        for draft in moves_of_another(bank, top_up, payment):
            lab.call(draft, authorization=as_other(lab, draft.operation), identity="other")
    unchanged(
        bank,
        before,
        entries,
        (
            ("payment", payment),
            ("payment", refunded),
            ("top-up", top_up),
            ("top-up", cancelled),
            ("card", card),
        ),
    )
    spent = Bank.open(lab, initial_amount=0)
    top_up = spent.made("credit", "top-up")
    payment = spent.made("debit", "payment", amount=top_up["amount"])
    spent.do("cancel", "top-up", id=top_up["id"])
    unchanged(spent, 0, entry_count(spent), (("payment", payment), ("top-up", top_up)))


def unchanged(bank: Bank, balance: int, entries: int, made: tuple[tuple[str, Roles], ...]) -> None:
    """The card holds *balance* and has *entries*, and each resource of *made* is what it was."""
    last = bank.do("read", "balance").must_succeed()
    held = bank.lab.world.shown(last.exchange).get("amount")
    if held != balance:
        last.refute(phrase("balance-of", amount=balance), f"{held}")
    if (count := entry_count(bank)) != entries:
        last.refute(phrase("entries", count=entries), f"{count}")
    for kind, before in made:
        read = bank.do("read", kind, id=before["id"]).must_succeed()
        state = bank.lab.world.shown(read.exchange).get("state")
        if state != before.get("state"):
            read.refute(str(before.get("state")), str(state))


def entry_count(bank: Bank) -> int:
    """How many entries the card's first page has."""
    answer = bank.lab.call(bank.draft("list", "entry", limit=100)).must_succeed()
    return len(bank.lab.world.listed(answer.exchange))


@probe("HTT-3", tier="write")
def reading_changes_nothing(lab: Lab, cell: Cell) -> None:
    """GET and HEAD, again and again, leave the card, its balance, its entries and its states as they were."""
    bank = Bank.open(lab)
    payment, top_up = bank.made("debit", "payment"), bank.made("credit", "top-up")
    refund = bank.made("refund", "refund", parent=payment["id"], amount=1)
    kept = (
        ("top-up", {"id": top_up["id"]}),
        ("payment", {"id": payment["id"]}),
        ("refund", {"id": refund["id"], "parent": payment["id"]}),
    )

    def snapshot() -> tuple[Any, ...]:
        shown = [bank.made("read", kind, **roles).get("state") for kind, roles in kept]
        return bank.balance(), entry_count(bank), *shown

    before = snapshot()
    for method in ("GET", "HEAD", "HEAD", "GET"):
        for operation in lab.contract.operations:
            if operation.method == "GET" and identified(operation):
                lab.call(lab.control(operation), method=method)
        for kind, roles in kept:
            lab.call(bank.draft("read", kind, **roles), method=method)
    last, after = bank.do("read", "balance").must_succeed(), snapshot()
    if after != before:
        last.refute(f"{before}", f"{after}")
