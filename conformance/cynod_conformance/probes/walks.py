"""Pages: PAG clauses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from itertools import islice
from typing import Any

from cynod_conformance.base.outcomes import ControlFailed, NotApplicable
from cynod_conformance.base.timestamps import finer, just_after, shortly_after
from cynod_conformance.experiment.answer import SUCCESS
from cynod_conformance.experiment.card_account import CardAccount
from cynod_conformance.experiment.case_types import OperationCase
from cynod_conformance.experiment.context import TestContext
from cynod_conformance.experiment.fixtures import RoleValues
from cynod_conformance.experiment.inputs import schema_at
from cynod_conformance.experiment.other_callers import bearer_of_other
from cynod_conformance.experiment.pagination import (
    FILLING_EFFECTS,
    MAX_PAGES,
    SAMPLE_PAGES,
    Page,
    creation_time,
    identities,
    is_paged,
    next_cursor,
    pages,
    walk,
    whole_list,
)
from cynod_conformance.experiment.registry import probe
from cynod_conformance.experiment.request_builder import RequestBuilder
from cynod_conformance.experiment.test_cases import each
from cynod_conformance.text.phrase import phrase
from cynod_spec.model import Operation

MAX_FILLED_ITEMS = 25  # items that are made to fill more than a page
DATE_LENGTH = len("2026-11-29")


def filled_list(
    context: TestContext, operation: Operation, count: int, partners: tuple[str, ...] = ("primary",)
) -> tuple[CardAccount, RequestBuilder, list[RoleValues]]:
    """A list that has exactly *count* items of our own (cards: at least), made just now, oldest first."""
    account = CardAccount.open(context, partners=[context.credential(name).key for name in partners])
    reference = context.fixtures.fresh()
    if operation.resource == "card":
        for _ in range(count - 1):
            CardAccount.open(context)
        return account, context.fixtures.draft(operation), []
    effect = FILLING_EFFECTS.get(operation.resource)
    if effect is None:
        raise NotApplicable("not-here", what=operation.key)
    kind = "top-up" if operation.resource == "entry" else operation.resource
    amounts = [account.small_amount + (3 * number) % 5 for number in range(count)]  # in an order of their own
    made = [account.make(effect, kind, reference=reference, amount=amount) for amount in amounts]
    roles = {"reference": reference} if "reference" in operation.request else {}
    return account, account.draft("list", operation.resource, **roles), made


def item_adder(account: CardAccount, operation: Operation, made: list[RoleValues]) -> Callable[[], object]:
    """What puts one more item into a list that ``filled_list`` gave."""
    if not made:
        return lambda: CardAccount.open(account.context)
    kind = "top-up" if operation.resource == "entry" else operation.resource
    return lambda: account.send(FILLING_EFFECTS[operation.resource], kind, reference=made[0]["reference"])


def is_of_another_list(item: RoleValues, mine: RoleValues) -> bool:
    """Whether *item* has another reference than *mine*, which is that of its list."""
    return "reference" in item and item["reference"] != mine.get("reference")


@probe("PAG-1", tier="write", cases=each(is_paged))
def walk_gives_each_once(context: TestContext, case: OperationCase) -> None:
    """A walk gives every entry of its beginning exactly once, also while others write and limits change."""
    operation = case.operation
    filled_list(context, operation, 2)  # older ones, of another list
    account, draft, made = filled_list(context, operation, 7)
    write = item_adder(account, operation, made)
    for limits in ((2,), (1, 3, 2), (3, 1)):
        wanted = identities(walk(context, draft, 100, most=1)[0])
        if operation.resource != "entry" and (lost := set(identities(made)) - set(wanted)):
            came = phrase("items-missing", count=len(lost), all=len(made))
            context.call(draft).fail(phrase("whole-page"), came)
        walked: list[RoleValues] = []
        for page in islice(pages(context, draft, *limits), SAMPLE_PAGES):
            walked += page.items
            if page.cursor is not None and page.number < SAMPLE_PAGES:
                write()
        last, ids = page.answer, identities(walked)
        if len(ids) != len(set(ids)):
            last.fail(phrase("item-once"), phrase("item-twice"))
        if made and (others := [item for item in walked if is_of_another_list(item, made[0])]):
            last.fail(phrase("items-of-list"), phrase("foreign-items", count=len(others)))
        due = wanted if page.cursor is None else wanted[: len(ids)]
        if missing := set(due) - set(ids):
            came = phrase("items-missing", count=len(missing), all=len(due))
            last.fail(phrase("every-item"), came)


@probe("PAG-2", tier="write", cases=each(is_paged))
def limit_is_respected(context: TestContext, case: OperationCase) -> None:
    """A page has no more items than its limit, stated or not; a limit outside its bounds is invalid."""
    operation = case.operation
    expression, parameter = operation.request["limit"], operation.parameter("limit")
    schema = schema_at(context.contract, parameter.schema.pointer) if parameter else {}
    usual = schema.get("default", 20)
    _, draft, _ = filled_list(context, operation, usual + 1 if usual <= MAX_FILLED_ITEMS else 4)
    for limit in (1, 2, 3):
        for page in islice(pages(context, draft, limit), 2):
            count = len(page.items)
            if count > limit or (count < limit and page.number == 1):
                page.answer.fail(phrase("items", count=limit), f"{count}")
    unfiltered = context.fixtures.draft(operation)
    for asked, most in ((unfiltered, usual), (draft, usual), (unfiltered.put(expression, 100), 100)):
        answer = context.call(asked).must_succeed()
        if (count := len(context.fixtures.listed(answer.exchange))) > most:
            answer.fail(phrase("most-items", count=most), f"{count}")
    least, most = schema.get("minimum", 1), schema.get("maximum", 100)
    for value in (least - 1, most + 1, -1, 1_000_000):
        context.call(draft.put(expression, value)).expect("value-invalid")


@probe("PAG-3", tier="write", cases=each(is_paged))
def foreign_cursors(context: TestContext, case: OperationCase) -> None:
    """A cursor that nobody gave, or that another list, filter, card or partner was given, is invalid."""
    operation = case.operation
    cursor, limit = operation.request["cursor"], operation.request["limit"]
    _, draft, made = filled_list(context, operation, 3, ("primary", "other"))
    for garbage in ("cf", "AAAA", "x" * 60, "MTIzNDU2Nzg5MA=="):
        context.call(draft.put(cursor, garbage)).expect("cursor-invalid")
    first = context.call(draft.put(limit, 1)).must_succeed()
    given = next_cursor(first, operation)
    if not isinstance(given, str):
        raise ControlFailed("control", what=operation.key, status=f"{first.status}, {cursor.name}: {given!r}")
    for _ in range(2):  # a cursor may be taken again: VAL-9's observer looks
        context.call(draft.put(cursor, given), valid=True).must_succeed()
    altered_cursor(context, draft, given)
    for other in context.contract.operations:
        if is_paged(other) and other != operation:
            context.call(context.control(other).put(other.request["cursor"], given)).expect("cursor-invalid")
    if not made:
        return
    _, elsewhere, _ = filled_list(context, operation, 2)
    context.call(elsewhere.put(cursor, given)).expect("cursor-invalid")
    if "from" in operation.request:
        since = draft.put(operation.request["from"], "2001-01-01T00:00:00Z")
        context.call(since.put(cursor, given)).expect("cursor-invalid")
    stolen = context.call(
        draft.put(cursor, given), authorization=bearer_of_other(context, operation), identity="other"
    )
    stolen.expect("cursor-invalid")


def altered_cursor(context: TestContext, draft: RequestBuilder, given: str) -> None:
    """A cursor changed in its middle, or cut, is invalid, or gives items of the same list alone."""
    middle = len(given) // 2
    swapped = given[:middle] + ("A" if given[middle] != "A" else "B") + given[middle + 1 :]
    own: set[Any] = set()
    for altered in (swapped, given[:-3], given + "A"):
        answer = context.call(draft.put(draft.operation.request["cursor"], altered))
        if answer.status not in SUCCESS:
            answer.expect("cursor-invalid")
            continue
        own = own or set(identities(walk(context, draft, 100)[0]))
        if foreign := set(identities(context.fixtures.listed(answer.exchange))) - own:
            answer.fail(phrase("items-of-list"), phrase("foreign-items", count=len(foreign)))


@probe("PAG-4", tier="write", cases=each(is_paged))
def newest_first(context: TestContext, case: OperationCase) -> None:
    """Items come newest first, in an order that neither limits nor a period change."""
    operation = case.operation
    _, draft, made = filled_list(context, operation, 6)
    since = operation.request.get("from")
    drafts = [draft, *([draft.put(since, "2001-01-01T00:00:00Z")] if since else [])]
    order = identities(made)[::-1] if operation.resource != "entry" else []
    for each_draft in drafts:
        for limit in (5, 2, 4):
            items, page = walk(context, each_draft, limit, most=SAMPLE_PAGES)
            last, dates = page.answer, [creation_time(item) for item in items]
            if dates != sorted(dates, reverse=True):
                last.fail(phrase("newest-first"), ", ".join(str(item.get("date")) for item in items[:6]))
            ids = identities(items)
            order = order or ids
            if [id for id in ids if id in order] != [id for id in order if id in ids]:
                last.fail(phrase("same-order"), phrase("another-order"))


@probe("PAG-5", tier="write", cases=each(is_paged))
def last_page_has_no_cursor(context: TestContext, case: OperationCase) -> None:
    """A walk ends with a null cursor, be its last page full, part full or the only, empty one."""
    operation = case.operation
    _, draft, made = filled_list(context, operation, 4)
    if not made:
        expect_end(context, draft, 100, MAX_PAGES)
        return
    for limit in (1, 2, 3, 4, 100):
        expect_end(context, draft, limit, len(made) + 3)
    if "reference" in operation.request:
        expect_end(context, draft.put(operation.request["reference"], context.fixtures.fresh()), 2, 3)


def expect_end(context: TestContext, draft: RequestBuilder, limit: int, most: int) -> None:
    """A walk from *draft* ends within *most* pages, each but the last with a cursor that is taken."""
    before: Page | None = None
    for page in pages(context, draft, limit, send=context.call):
        if before is None:
            page.answer.must_succeed()
        elif page.answer.status not in SUCCESS:
            before.answer.fail(phrase("null-cursor"), repr(before.cursor))
        if page.number > most:
            page.answer.fail(phrase("null-cursor"), phrase("cursor-after", count=most * limit))
        before = page


@probe("PAG-6", tier="write", cases=each(lambda o: is_paged(o) and {"from", "until"} <= set(o.request)))
def period_is_exact(context: TestContext, case: OperationCase) -> None:
    """The period includes its beginning and excludes its end, to the last digit that dates show."""
    _, draft, _ = filled_list(context, case.operation, 3)
    since, until = case.operation.request["from"], case.operation.request["until"]
    items, _ = whole_list(context, draft)
    dated = [(creation_time(item), item) for item in items]
    for when, bound in dated:
        text = str(bound["date"])
        midnight = f"{text[:DATE_LENGTH]}T00:00:00Z"
        for told in (text, just_after(text), shortly_after(text), midnight):
            edge = dt.datetime.fromisoformat(told)
            expect_items(context, draft.put(since, told), [i for d, i in dated if d >= edge])
            expect_items(context, draft.put(until, told), [i for d, i in dated if d < edge])
        context.call(draft.put(until, finer(text)), valid=True).expect_success()
        expect_items(context, draft.put(until, finer(text)), [i for d, i in dated if d < when])
        both = draft.put(since, text).put(until, str(items[0]["date"]))
        expect_items(context, both, [i for d, i in dated if when <= d < dated[0][0]])
    never = draft.put(since, "2099-01-01T00:00:00Z").put(until, "2001-01-01T00:00:00Z")
    context.call(never, valid=True).expect_success()
    expect_items(context, never, [])


def expect_items(context: TestContext, draft: RequestBuilder, wanted: list[RoleValues]) -> None:
    """The list has exactly the items *wanted*, in whatever order."""
    shown, last = whole_list(context, draft)
    if set(identities(shown)) != set(identities(wanted)) or len(shown) != len(wanted):
        came = phrase("or-others", count=len(shown))
        last.fail(phrase("items-of-period", count=len(wanted)), came)
