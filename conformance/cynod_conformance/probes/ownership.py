"""Whose things a partner sees and changes: AUZ-2, AUZ-3, AUZ-4 and AUZ-7."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cynod_conformance.experiment.answer import Answer
from cynod_conformance.experiment.card_account import CardAccount, moves_reserved_to_owner
from cynod_conformance.experiment.case_types import OperationCase, TestCase
from cynod_conformance.experiment.context import TestContext
from cynod_conformance.experiment.fixtures import RoleValues
from cynod_conformance.experiment.other_callers import bearer_of_other
from cynod_conformance.experiment.pagination import MAX_PAGES, walk
from cynod_conformance.experiment.registry import probe
from cynod_conformance.experiment.request_builder import RequestBuilder, unknown_ids
from cynod_conformance.experiment.test_cases import each, has_path_id, identified
from cynod_conformance.text.phrase import phrase
from cynod_spec.model import Operation

ITEMS_PER_PAGE = 4  # of lists in which another partner's things are looked for


def owned(operation: Operation) -> bool:
    """Whether the operation acts on a partner's own top-up, payment or refund, named in its path."""
    return has_path_id(operation) and operation.resource in ("top-up", "payment", "refund")


@probe("AUZ-2", tier="write", cases=each(owned))
def anothers_is_unknown(context: TestContext, case: OperationCase) -> None:
    """Another's resource, whatever its state and the amount, is answered as an unknown one, to HEAD too."""
    value = bearer_of_other(context, case.operation)
    drafts = [context.control(case.operation), *on_shared_card(context, case.operation)]
    if (currency := case.operation.request.get("currency")) is not None:
        drafts.append(drafts[0].put(currency, "USD" if drafts[0].get(currency) != "USD" else "EUR"))
    for draft in drafts:
        for method in (case.operation.method, *(["HEAD"] if case.operation.method == "GET" else [])):
            unknown = context.call(unknown_ids(draft), authorization=value, identity="other", method=method)
            came = context.call(draft, authorization=value, identity="other", method=method)
            wanted = phrase("as-unknown", said=unknown.said if unknown.status >= 400 else "4xx")
            if came.said != unknown.said or came.status < 400:
                came.fail(wanted, came.said)
            if apart := parts(came) ^ parts(unknown):
                came.fail(wanted, f"{came.said}: {', '.join(sorted(apart))}")


def on_shared_card(context: TestContext, operation: Operation) -> Iterator[RequestBuilder]:
    """*operation* on what the first partner made with a card that is opened to both: new, then changed."""
    account = CardAccount.open(
        context, partners=[context.credential(name).key for name in ("primary", "other")]
    )
    for changed in (False, True):
        top_up, payment = account.make("credit", "top-up"), account.make("debit", "payment")
        refund = account.make("refund", "refund", parent=payment["id"], amount=1)
        if changed:
            account.make("cancel", "top-up", id=top_up["id"])
            account.make("refund", "refund", parent=payment["id"], amount=account.small_amount - 1)
        own = {"top-up": top_up, "payment": payment, "refund": refund}[operation.resource]
        yield account.draft(operation.effect, operation.resource, id=own["id"], parent=payment["id"])


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


@probe("AUZ-7", tier="write", cases=each(names_card))
def card_not_opened(context: TestContext, case: OperationCase) -> None:
    """A card that is not opened to the caller is unknown to it."""
    draft = context.control(case.operation)
    value = bearer_of_other(context, case.operation)
    context.call(draft, authorization=value, identity="other").expect("card-unknown")


@probe("AUZ-3", tier="write")
def another_changes_nothing(context: TestContext, case: TestCase) -> None:
    """Another partner's cancellation and refund change nothing, on a shared card either: the owner looks."""
    for sharing in (("primary",), ("primary", "other")):
        account = CardAccount.open(context, partners=[context.credential(name).key for name in sharing])
        payment, top_up = account.make("debit", "payment"), account.make("credit", "top-up")
        before = account.balance()
        for draft in moves_reserved_to_owner(account, top_up, payment):
            context.call(draft, authorization=bearer_of_other(context, draft.operation), identity="other")
        for kind, made in (("top-up", top_up), ("payment", payment)):
            read = account.send("read", kind, id=made["id"]).must_succeed()
            shown = context.fixtures.shown(read.exchange)
            if shown != made:
                read.fail(phrase("as-made", state=made.get("state")), f"{shown.get('state')}")
        read = account.send("read", "balance").must_succeed()
        if (held := account.balance()) != before:
            read.fail(phrase("balance-of", amount=before), f"{held}")


@probe("AUZ-4", tier="write")
def lists_show_no_more(context: TestContext, case: TestCase) -> None:
    """On a shared card, another partner's entries show type, amount and date; other lists nothing of it."""
    account = CardAccount.open(context, partners=[context.credential(n).key for n in ("primary", "other")])
    reference = context.fixtures.fresh()
    top_up = account.make("credit", "top-up", reference=reference)
    payment = account.make("debit", "payment", reference=reference)
    refund = account.make("refund", "refund", parent=payment["id"], amount=1)
    account.make("cancel", "top-up", id=account.make("credit", "top-up", reference=reference)["id"])
    foreign = {str(made["id"]) for made in (top_up, payment, refund)} | {reference}
    for kind in ("top-up", "payment"):
        shown_to_other(context, account.draft("list", kind), foreign, most=1)
        found, last = shown_to_other(context, account.draft("list", kind, reference=reference), foreign)
        if found:
            last.fail(phrase("nothing-of-others"), phrase("items", count=len(found)))
    entries, last = shown_to_other(context, account.draft("list", "entry"), foreign)
    if len(entries) < 6:
        last.fail(phrase("six-entries"), f"{len(entries)}")
    shown = {role for entry in entries for role in entry}
    if beyond := shown - {"type", "amount", "currency", "date"}:
        last.fail(phrase("three-members"), ", ".join(sorted(beyond)))


def shown_to_other(
    context: TestContext, draft: RequestBuilder, foreign: set[str], most: int = MAX_PAGES
) -> tuple[list[RoleValues], Answer]:
    """What the second partner sees of a list, and the last answer; no answer may hold any of *foreign*."""

    def send(request: RequestBuilder) -> Answer:
        value = bearer_of_other(context, request.operation)
        answer = context.call(request, authorization=value, identity="other").must_succeed()
        text = answer.exchange.response.body.decode("utf-8", "replace")
        asked = {v for _, v in request.query}
        if told := sorted(each for each in foreign - asked if each in text):
            answer.fail(phrase("nothing-of-others"), phrase("made-by-another", what=told[0]))
        return answer

    found, last = walk(context, draft, ITEMS_PER_PAGE, most=most, send=send)
    return found, last.answer
