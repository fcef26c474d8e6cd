"""Lists must show what the model holds: all of it, in order, by pages of any size and by period."""

from __future__ import annotations

import time
from collections import Counter
from typing import Any

from cynod_conformance.experiment.answer import Answer
from cynod_conformance.experiment.card_account import request_by_role, required_operation
from cynod_conformance.experiment.fixtures import RoleValues
from cynod_conformance.experiment.pagination import creation_time, whole_list
from cynod_conformance.experiment.request_builder import RequestBuilder
from cynod_conformance.stateful.driver import CallDriver
from cynod_conformance.stateful.model import Card
from cynod_conformance.text.phrase import phrase

MAX_LAG_S = 5.0  # for which a list may lag behind the calls
RETRY_PAUSE_S = 0.2  # between two looks at a list that lags behind


def card_entries(driver: CallDriver, caller: str, card: Card, limit: int) -> None:
    """The entries of *card*, as *caller* sees them, are those of the model, newest first."""
    draft = request_by_role(
        driver.context, required_operation(driver.context, "list", "entry"), {"card": card.shown["id"]}
    )
    if not card.opens_to(caller):
        driver.call_and_compare(draft.operation, caller, card, draft)
        return
    if card.base:
        return  # its earlier entries are not known
    items, last = walk_until(driver, caller, draft, limit, lambda item: item.get("amount"), card.entries)
    came, wanted = Counter(item.get("amount") for item in items), Counter(card.entries)
    if came != wanted:
        total = sum(amount for amount in came.elements() if isinstance(amount, int))
        wrong = phrase("sum-of-entries", total=total, count=len(items))
        driver.fail("STA-5", phrase("entries-sum", amount=sum(card.entries)), last, wrong)
    check_newest_first(driver, items, last)
    check_period(driver, caller, draft, items)


def own_resources(driver: CallDriver, caller: str, resource: str, limit: int) -> None:
    """A list of *resource* by the sequence's reference has what *caller* made, and nothing of others."""
    operation = required_operation(driver.context, "list", resource)
    values = {"reference": driver.reference}
    draft = request_by_role(driver.context, operation, values, values)
    made = {each.id: each for each in driver.model.of(resource) if each.owner == caller}
    items, last = walk_until(driver, caller, draft, limit, lambda item: item.get("id"), list(made))
    ids = [item.get("id") for item in items]
    if foreign := set(ids) - set(made):
        clause = "AUZ-4" if foreign & {each.id for each in driver.model.of(resource)} else "STA-4"
        driver.fail(clause, phrase("in-its-list"), last, phrase("foreign-items", count=len(foreign)))
    if len(ids) != len(set(ids)):
        driver.fail("PAG-1", phrase("item-once"), last, phrase("item-twice"))
    if missing := set(made) - set(ids):
        came = phrase("items-missing", count=len(missing), all=len(made))
        driver.fail("STA-4", phrase("every-item"), last, came)
    check_newest_first(driver, items, last)
    for item in items:
        for role, value in made[item["id"]].shown.items():
            if role in item and item[role] != value:
                driver.fail("STA-4", f"{role} {value!r}", last, f"{role} {item[role]!r}")


def walk_until(
    driver: CallDriver, caller: str, draft: RequestBuilder, limit: int, mark: Any, wanted: list[Any]
) -> tuple[list[RoleValues], Answer]:
    """Every item, once *mark* gives the values *wanted* for them; after ``MAX_LAG_S``, whatever there is."""
    end = time.monotonic() + MAX_LAG_S
    while True:
        items, last = listed(driver, caller, draft, limit)
        if Counter(map(mark, items)) == Counter(wanted) or time.monotonic() > end:
            return items, last
        time.sleep(RETRY_PAUSE_S)


def listed(
    driver: CallDriver, caller: str, draft: RequestBuilder, limit: int
) -> tuple[list[RoleValues], Answer]:
    """Every item of the list, by pages of at most *limit*, and the last answer."""

    def send(request: RequestBuilder) -> Answer:
        answer = driver.read(request, caller)
        items = driver.context.fixtures.listed(answer.exchange)
        if len(items) > limit:
            driver.fail("PAG-2", phrase("most-items", count=limit), answer, f"{len(items)}")
        return answer

    return whole_list(driver.context, draft, limit, send=send)


def check_newest_first(driver: CallDriver, items: list[RoleValues], last: Answer) -> None:
    """Items come newest first."""
    dates = [creation_time(item) for item in items]
    if dates != sorted(dates, reverse=True):
        shown = ", ".join(str(item.get("date")) for item in items[:6])
        driver.fail("PAG-4", phrase("newest-first"), last, shown)


def check_period(driver: CallDriver, caller: str, draft: RequestBuilder, items: list[RoleValues]) -> None:
    """A period between the dates of two items holds those between, with its beginning, without its end."""
    request = draft.operation.request
    if len(items) < 3 or not {"from", "until"} <= set(request):
        return
    first, last = items[len(items) // 2 + 1 :][0], items[0]
    bounded = draft.put(request["from"], first["date"]).put(request["until"], last["date"])
    wanted = [item for item in items if creation_time(first) <= creation_time(item) < creation_time(last)]
    shown, answer = listed(driver, caller, bounded, 100)
    if Counter(map(amount_and_date, shown)) != Counter(map(amount_and_date, wanted)):
        came = phrase("or-others", count=len(shown))
        driver.fail("PAG-6", phrase("items-of-period", count=len(wanted)), answer, came)


def amount_and_date(item: RoleValues) -> tuple[Any, Any]:
    """What tells one entry from another, for every partner who may see it."""
    return item.get("amount"), item.get("date")
