"""What requests leave behind, or do not: VAL-6, VAL-10 and HTT-3."""

from __future__ import annotations

from typing import Any

from cynod_conformance.experiment.card_account import CardAccount, another_currency, moves_reserved_to_owner
from cynod_conformance.experiment.case_types import InputCase, TestCase
from cynod_conformance.experiment.context import TestContext
from cynod_conformance.experiment.fixtures import RoleValues
from cynod_conformance.experiment.inputs import accepts, schema_at
from cynod_conformance.experiment.other_callers import bearer_of_other
from cynod_conformance.experiment.registry import probe
from cynod_conformance.experiment.test_cases import each_input, identified
from cynod_conformance.experiment.valid_inputs import filled_request
from cynod_conformance.observe.robustness import VALIDATION
from cynod_conformance.text.phrase import phrase

SAMPLE_TEXTS = (
    "\u3000漢字\u00a0",  # blanks of other alphabets
    "Thiès, été œuvre ñ",
    "Ελληνικά и кириллица",
    "漢字かな交じり文",
    "سلام दुनिया",
    "😀 𝒳",
    """Chez l'Écho & <b>fils</b> "d'or" \\n %C3%A9 ${HOME} {{x}}""",
    "Thie\u0300s e\u0301te\u0301",  # letters and accents apart: equal means not composed either
)


@probe("VAL-6", tier="write", cases=each_input(lambda s: s.role in ("label", "holder")))
def text_comes_back_equal(context: TestContext, case: InputCase) -> None:
    """Accented and non-Latin text is accepted and returned equal."""
    location = case.input
    most = schema_at(context.contract, location.pointer).get("maxLength")
    for text in (*SAMPLE_TEXTS, *(["\U0001d4b3" * most] if isinstance(most, int) else [])):
        draft, _ = filled_request(context, location)
        if not accepts(context.validators, location, text):
            continue
        answer = context.call(location.set(draft, text), valid=True)
        answer = answer.noting(phrase("text-of-length", count=len(text), most=most or "∞"))
        answer.expect_not(VALIDATION).must_succeed()
        shown = context.fixtures.shown(answer.exchange).get(location.role or "")
        if shown != text:
            answer.fail(text, repr(shown))


@probe("VAL-10", tier="write")
def refusals_change_nothing(context: TestContext, case: TestCase) -> None:
    """Refused moves of money, cancellations and blocks leave money, entries and states as they were."""
    account = CardAccount.open(context)
    payment, top_up = account.make("debit", "payment"), account.make("credit", "top-up")
    cancelled = account.make("cancel", "top-up", id=account.make("credit", "top-up")["id"])
    refunded = account.make("debit", "payment")
    account.make("refund", "refund", parent=refunded["id"])
    refunded = account.make("read", "payment", id=refunded["id"])
    before, entries = account.balance(), entry_count(account)
    for move in (("credit", "top-up"), ("debit", "payment")):
        account.send(*move, amount=-1)
        account.send(*move, currency=another_currency(account.card.get("currency")))
        account.send(*move, key="!")
        context.call(account.draft(*move).with_member(("cf_unknown",), 1))
        context.call(account.draft(*move), headers=[("Accept", "image/png")])
    account.send("debit", "payment", amount=before + 1)
    account.send("refund", "refund", parent=payment["id"], amount=payment["amount"] + 1)
    account.send("refund", "refund", parent=payment["id"], key="!")
    account.send("refund", "refund", parent=refunded["id"], amount=1)
    account.send("cancel", "top-up", id=cancelled["id"])
    card = account.make("read", "card", id=account.card["id"])
    if (blocked := context.contract.resources["card"].state("blocked")) and context.contract.find(
        "set-state", "card"
    ):
        block = account.draft("set-state", "card", id=card["id"], state=blocked.value)
        context.call(block.with_member(("cf_unknown",), 1))
    if "other" in context.config.credentials:
        for draft in moves_reserved_to_owner(account, top_up, payment):
            context.call(draft, authorization=bearer_of_other(context, draft.operation), identity="other")
    expect_unchanged(
        account,
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
    spent = CardAccount.open(context, initial_amount=0)
    top_up = spent.make("credit", "top-up")
    payment = spent.make("debit", "payment", amount=top_up["amount"])
    spent.send("cancel", "top-up", id=top_up["id"])
    expect_unchanged(spent, 0, entry_count(spent), (("payment", payment), ("top-up", top_up)))


def expect_unchanged(
    account: CardAccount, balance: int, entries: int, made: tuple[tuple[str, RoleValues], ...]
) -> None:
    """The card holds *balance* and has *entries*, and each resource of *made* is what it was."""
    last = account.send("read", "balance").must_succeed()
    held = account.context.fixtures.shown(last.exchange).get("amount")
    if held != balance:
        last.fail(phrase("balance-of", amount=balance), f"{held}")
    if (count := entry_count(account)) != entries:
        last.fail(phrase("entries", count=entries), f"{count}")
    for kind, before in made:
        read = account.send("read", kind, id=before["id"]).must_succeed()
        state = account.context.fixtures.shown(read.exchange).get("state")
        if state != before.get("state"):
            read.fail(phrase("still", what=before.get("state")), str(state))


def entry_count(account: CardAccount) -> int:
    """How many entries the card's first page has."""
    answer = account.context.call(account.draft("list", "entry", limit=100)).must_succeed()
    return len(account.context.fixtures.listed(answer.exchange))


@probe("HTT-3", tier="write")
def reading_changes_nothing(context: TestContext, case: TestCase) -> None:
    """GET and HEAD, again and again, leave the card, its balance, its entries and its states as they were."""
    account = CardAccount.open(context)
    payment, top_up = account.make("debit", "payment"), account.make("credit", "top-up")
    refund = account.make("refund", "refund", parent=payment["id"], amount=1)
    kept = (
        ("top-up", {"id": top_up["id"]}),
        ("payment", {"id": payment["id"]}),
        ("refund", {"id": refund["id"], "parent": payment["id"]}),
    )

    def snapshot() -> dict[str, Any]:
        shown = {kind: account.make("read", kind, **roles).get("state") for kind, roles in kept}
        return {"balance": account.balance(), "entries": entry_count(account), **shown}

    before = snapshot()
    for method in ("GET", "HEAD", "HEAD", "GET"):
        for operation in context.contract.operations:
            if operation.method == "GET" and identified(operation):
                context.call(context.control(operation), method=method)
        for kind, roles in kept:
            context.call(account.draft("read", kind, **roles), method=method)
    last, after = account.send("read", "balance").must_succeed(), snapshot()
    if after != before:
        changed = [name for name, value in before.items() if after[name] != value]
        last.fail(*(", ".join(f"{name} {found[name]}" for name in changed) for found in (before, after)))
