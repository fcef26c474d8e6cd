"""Whose things a partner sees and changes: AUZ-2, AUZ-3, AUZ-4 and AUZ-7."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cynod_conformance.experiment.callers import as_other
from cynod_conformance.experiment.card_account import Bank, moves_of_another
from cynod_conformance.experiment.context import Answer, Lab
from cynod_conformance.experiment.fixtures import Roles
from cynod_conformance.experiment.pagination import LONGEST, next_cursor
from cynod_conformance.experiment.registry import Cell, probe
from cynod_conformance.experiment.request_builder import Draft, unknown_ids
from cynod_conformance.experiment.test_cases import each, has_path_id, identified
from cynod_conformance.text.phrase import phrase
from cynod_spec.model import Operation


def owned(operation: Operation) -> bool:
    """Whether the operation acts on a partner's own top-up, payment or refund, named in its path."""
    return has_path_id(operation) and operation.resource in ("top-up", "payment", "refund")


@probe("AUZ-2", tier="write", over=each(owned))
def anothers_is_unknown(lab: Lab, cell: Cell) -> None:
    """Another's resource, whatever its state and the amount, is answered as an unknown one, to HEAD too."""
    assert cell.operation is not None
    value = as_other(lab, cell.operation)
    drafts = [lab.control(cell.operation), *on_shared_card(lab, cell.operation)]
    if (currency := cell.operation.request.get("currency")) is not None:
        drafts.append(drafts[0].put(currency, "USD" if drafts[0].get(currency) != "USD" else "EUR"))
    for draft in drafts:
        for method in (cell.operation.method, *(["HEAD"] if cell.operation.method == "GET" else [])):
            unknown = lab.call(unknown_ids(draft), authorization=value, identity="other", method=method)
            came = lab.call(draft, authorization=value, identity="other", method=method)
            wanted = phrase("as-unknown", said=unknown.said if unknown.status >= 400 else "4xx")
            if came.said != unknown.said or came.status < 400:
                came.refute(wanted, came.said)
            if apart := parts(came) ^ parts(unknown):
                came.refute(wanted, f"{came.said}: {', '.join(sorted(apart))}")


def on_shared_card(lab: Lab, operation: Operation) -> Iterator[Draft]:
    """*operation* on what the first partner made with a card that is opened to both: new, then changed."""
    bank = Bank.open(lab, partners=[lab.credential(name).key for name in ("primary", "other")])
    for changed in (False, True):
        top_up, payment = bank.made("credit", "top-up"), bank.made("debit", "payment")
        refund = bank.made("refund", "refund", parent=payment["id"], amount=1)
        if changed:
            bank.made("cancel", "top-up", id=top_up["id"])
            bank.made("refund", "refund", parent=payment["id"], amount=bank.least - 1)
        own = {"top-up": top_up, "payment": payment, "refund": refund}[operation.resource]
        yield bank.draft(operation.effect, operation.resource, id=own["id"], parent=payment["id"])


def parts(answer: Answer) -> set[str]:
    """What may tell refusals of one code apart: names of headers, and of members by their path."""
    varying = {"content-length", "date", "connection", "keep-alive"}
    names = {n.lower() for n, _ in answer.exchange.response.headers} - varying
    return names | set(members(answer.json))


def members(value: Any, path: str = "") -> Iterator[str]:
    """The paths of the members of the objects in a JSON value, without what they hold."""
    for name, member in value.items() if isinstance(value, dict) else ():
        yield f"{path}/{name}"
        yield from members(member, f"{path}/{name}")


def names_card(operation: Operation) -> bool:
    """Whether a partner names a card to the operation."""
    partner = operation.resource in ("top-up", "payment", "balance", "entry")
    return (
        identified(operation) and partner and ("card" in operation.request or "number" in operation.request)
    )


@probe("AUZ-7", tier="write", over=each(names_card))
def card_not_opened(lab: Lab, cell: Cell) -> None:
    """A card that is not opened to the caller is unknown to it."""
    assert cell.operation is not None
    draft = lab.control(cell.operation)
    value = as_other(lab, cell.operation)
    lab.call(draft, authorization=value, identity="other").expect("card-unknown")


@probe("AUZ-3", tier="write")
def another_changes_nothing(lab: Lab, cell: Cell) -> None:
    """Another partner's cancellation and refund change nothing, on a shared card either: the owner looks."""
    for sharing in (("primary",), ("primary", "other")):
        bank = Bank.open(lab, partners=[lab.credential(name).key for name in sharing])
        payment, top_up = bank.made("debit", "payment"), bank.made("credit", "top-up")
        before = bank.balance()
        for draft in moves_of_another(bank, top_up, payment):
            lab.call(draft, authorization=as_other(lab, draft.operation), identity="other")
        for kind, made in (("top-up", top_up), ("payment", payment)):
            read = bank.do("read", kind, id=made["id"]).must_succeed()
            shown = lab.world.shown(read.exchange)
            if shown != made:
                read.refute(phrase("as-made", state=made.get("state")), f"{shown.get('state')}")
        read = bank.do("read", "balance").must_succeed()
        if (held := bank.balance()) != before:
            read.refute(phrase("balance-of", amount=before), f"{held}")


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
