"""What lists must show of what the book holds: whole, in order, by pages of any size and by period."""

from __future__ import annotations

import time
from collections import Counter
from typing import Any

from cynod_conformance.experiment.answer import Answer
from cynod_conformance.experiment.card_account import drafted, needed
from cynod_conformance.experiment.fixtures import Roles
from cynod_conformance.experiment.pagination import instant, whole
from cynod_conformance.experiment.request_builder import RequestBuilder
from cynod_conformance.stateful.driver import CallDriver
from cynod_conformance.stateful.model import Card
from cynod_conformance.text.phrase import phrase

PATIENCE = 5.0  # seconds that a list may lag behind
PAUSE = 0.2  # seconds between two looks at a list that lags


def entries(driver: CallDriver, caller: str, card: Card, limit: int) -> None:
    """The entries of *card*, as *caller* sees them: as many and as much as the book says, newest first."""
    draft = drafted(driver.context, needed(driver.context, "list", "entry"), {"card": card.shown["id"]})
    if not card.opens_to(caller):
        driver.judged(draft.operation, caller, card, draft)
        return
    if card.base:
        return  # what happened before is not known
    items, last = awaited(driver, caller, draft, limit, lambda item: item.get("amount"), card.entries)
    came, wanted = Counter(item.get("amount") for item in items), Counter(card.entries)
    if came != wanted:
        total = sum(amount for amount in came.elements() if isinstance(amount, int))
        wrong = phrase("sum-of-entries", total=total, count=len(items))
        driver.deviates("STA-5", phrase("entries-sum", amount=sum(card.entries)), last, wrong)
    in_order(driver, items, last)
    period(driver, caller, draft, items)


def own(driver: CallDriver, caller: str, resource: str, limit: int) -> None:
    """What *caller* made of *resource* under the sequence's reference, and nothing of others."""
    operation = needed(driver.context, "list", resource)
    values = {"reference": driver.reference}
    draft = drafted(driver.context, operation, values, values)
    made = {each.id: each for each in driver.book.of(resource) if each.owner == caller}
    items, last = awaited(driver, caller, draft, limit, lambda item: item.get("id"), list(made))
    ids = [item.get("id") for item in items]
    if foreign := set(ids) - set(made):
        clause = "AUZ-4" if foreign & {each.id for each in driver.book.of(resource)} else "STA-4"
        driver.deviates(clause, phrase("in-its-list"), last, phrase("foreign-items", count=len(foreign)))
    if len(ids) != len(set(ids)):
        driver.deviates("PAG-1", phrase("item-once"), last, phrase("item-twice"))
    if missing := set(made) - set(ids):
        came = phrase("items-missing", count=len(missing), all=len(made))
        driver.deviates("STA-4", phrase("every-item"), last, came)
    in_order(driver, items, last)
    for item in items:
        for role, value in made[item["id"]].shown.items():
            if role in item and item[role] != value:
                driver.deviates("STA-4", f"{role} {value!r}", last, f"{role} {item[role]!r}")


def awaited(
    driver: CallDriver, caller: str, draft: RequestBuilder, limit: int, mark: Any, wanted: list[Any]
) -> tuple[list[Roles], Answer]:
    """A walk whose items have the marks *wanted*, tried again for a while when they have not."""
    end = time.monotonic() + PATIENCE
    while True:
        items, last = listed(driver, caller, draft, limit)
        if Counter(map(mark, items)) == Counter(wanted) or time.monotonic() > end:
            return items, last
        time.sleep(PAUSE)


def listed(driver: CallDriver, caller: str, draft: RequestBuilder, limit: int) -> tuple[list[Roles], Answer]:
    """Every item of the list, by pages of at most *limit*, and the last answer."""

    def send(request: RequestBuilder) -> Answer:
        answer = driver.asked(request, caller)
        items = driver.context.fixtures.listed(answer.exchange)
        if len(items) > limit:
            driver.deviates("PAG-2", phrase("most-items", count=limit), answer, f"{len(items)}")
        return answer

    return whole(driver.context, draft, limit, send=send)


def in_order(driver: CallDriver, items: list[Roles], last: Answer) -> None:
    """Items come newest first."""
    dates = [instant(item) for item in items]
    if dates != sorted(dates, reverse=True):
        shown = ", ".join(str(item.get("date")) for item in items[:6])
        driver.deviates("PAG-4", phrase("newest-first"), last, shown)


def period(driver: CallDriver, caller: str, draft: RequestBuilder, items: list[Roles]) -> None:
    """A period from the date of one item to that of another holds the items between, its end excluded."""
    request = draft.operation.request
    if len(items) < 3 or not {"from", "until"} <= set(request):
        return
    first, last = items[len(items) // 2 + 1 :][0], items[0]
    bounded = draft.put(request["from"], first["date"]).put(request["until"], last["date"])
    wanted = [item for item in items if instant(first) <= instant(item) < instant(last)]
    shown, answer = listed(driver, caller, bounded, 100)
    if Counter(map(amount_and_date, shown)) != Counter(map(amount_and_date, wanted)):
        came = phrase("or-others", count=len(shown))
        driver.deviates("PAG-6", phrase("items-of-period", count=len(wanted)), answer, came)


def amount_and_date(item: Roles) -> tuple[Any, Any]:
    """What tells one entry from another, whoever looks."""
    return item.get("amount"), item.get("date")
