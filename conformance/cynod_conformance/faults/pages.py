"""Faults of walks through lists: what is shown twice or never, how much a page holds, where it ends."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from cynod_conformance.experiment.registry import fault
from cynod_conformance.faults.handlers import (
    around,
    caller,
    listed,
    longest,
    next_cursor,
    relist,
    set_next,
    set_role,
    whole,
)
from cynod_conformance.faults.helpers import Proceed, get_item, the
from cynod_sandbox._generated import reading
from cynod_sandbox._generated.calls import Call, Result
from cynod_sandbox._generated.core import Application
from cynod_sandbox._generated.refusals import Fault, Refusal

End = Callable[[Call, list[Any]], bool]


@fault("PAG-1")
def entries_are_paged_by_their_count(app: Application) -> None:
    """A page begins so many entries from the top: what is written meanwhile pushes one onto two pages."""
    begins: dict[Any, int] = {}

    @around(app, "list", "entry")
    def page(proceed: Proceed, call: Call) -> Result:
        result: Result = proceed(call)
        begin, limit = begins.get(call.role("cursor"), 0), int(call.role("limit"))
        if begin:
            relist(call, result, whole(proceed, call)[begin : begin + limit])
        begins[next_cursor(call, result) or ""] = begin + limit
        return result


@fault("PAG-1")
def a_walk_loses_a_payment_when_the_limit_changes(app: Application) -> None:
    """A page with another limit than the one before begins one payment too late."""
    limits: dict[Any, int] = {}

    @around(app, "list", "payment")
    def page(proceed: Proceed, call: Call) -> Result:
        result: Result = proceed(call)
        limit = int(call.role("limit"))
        if limits.get(call.role("cursor"), limit) != limit:
            relist(call, result, listed(call, result)[1:])
        limits[next_cursor(call, result) or ""] = limit
        return result


@fault("PAG-1")
def top_ups_of_the_same_second_are_passed_over(app: Application) -> None:
    """The cursor knows the last second only: what else happened in it is missing on the next page."""
    seconds: dict[Any, str] = {}

    @around(app, "list", "top-up")
    def page(proceed: Proceed, call: Call) -> Result:
        def second(item: Any) -> str:
            return str(get_item(call, item, "date"))[: len("2026-01-01T00:00:00")]

        result: Result = proceed(call)
        found, last = listed(call, result), seconds.get(call.role("cursor"))
        if found:
            seconds[next_cursor(call, result) or ""] = second(found[-1])
        relist(call, result, [item for item in found if second(item) != last])
        return result


@fault("PAG-2")
def a_page_after_the_first_has_one_too_many(app: Application) -> None:
    """Only the first page of payments keeps to the limit."""

    @around(app, "list", "payment")
    def page(proceed: Proceed, call: Call) -> Result:
        if call.role("cursor") is not None:
            set_role(call, "limit", int(call.role("limit")) + 1)
        result: Result = proceed(call)
        return result


@fault("PAG-2")
def top_ups_by_reference_have_no_limit(app: Application) -> None:
    """Only a list with a reference overlooks how much was asked for."""

    @around(app, "list", "top-up")
    def page(proceed: Proceed, call: Call) -> Result:
        if call.role("reference") is not None:
            set_role(call, "limit", longest(call))
        result: Result = proceed(call)
        return result


@fault("PAG-2")
def pages_are_longer_when_no_limit_is_named(app: Application) -> None:
    """Only where no limit is asked for, a page of payments has a quarter more than the document's default."""
    name = the(app, "list", "payment").request["limit"].name

    @around(app, "list", "payment")
    def page(proceed: Proceed, call: Call) -> Result:
        if name not in call.query:
            set_role(call, "limit", int(call.role("limit")) * 5 // 4)
        result: Result = proceed(call)
        return result


@fault("PAG-2", "VAL-3", "CAT-4")
def entries_take_a_limit_of_zero(app: Application) -> None:
    """Zero is as good as nothing."""
    _without_limit(app, "entry", lambda call, limit: limit == 0)


@fault("PAG-2", "VAL-3")
def lists_of_cards_take_any_large_limit(app: Application) -> None:
    """A limit that is too large counts as none, in one list."""
    _without_limit(app, "card", lambda call, limit: limit > longest(call))


def _without_limit(app: Application, resource: str, dropped: Callable[[Call, int], bool]) -> None:
    operation = the(app, "list", resource)

    @app.stages.validate.around
    def validate(proceed: Proceed, call: Call, raw: bytes, repeated: list[str]) -> None:
        limit = call.role("limit") if call.operation == operation else None
        if isinstance(limit, int) and dropped(call, limit):
            del call.query[operation.request["limit"].name]
        proceed(call, raw, repeated)


@fault("PAG-4")
def top_ups_from_an_instant_run_backwards(app: Application) -> None:
    """Only a list with the beginning of a period gives each page from the oldest to the newest."""

    @around(app, "list", "top-up")
    def page(proceed: Proceed, call: Call) -> Result:
        result: Result = proceed(call)
        if call.role("from") is not None:
            relist(call, result, listed(call, result)[::-1])
        return result


@fault("PAG-4")
def the_last_two_of_a_page_of_payments_are_swapped(app: Application) -> None:
    """Only pages of more than three have their last two payments in the wrong order."""

    @around(app, "list", "payment")
    def page(proceed: Proceed, call: Call) -> Result:
        result: Result = proceed(call)
        found = listed(call, result)
        if len(found) > 3:
            relist(call, result, [*found[:-2], found[-1], found[-2]])
        return result


@fault("PAG-4")
def the_second_page_of_entries_is_sorted_by_amount(app: Application) -> None:
    """Only pages with a cursor are not in the order of time."""

    @around(app, "list", "entry")
    def page(proceed: Proceed, call: Call) -> Result:
        result: Result = proceed(call)
        if call.role("cursor") is not None:
            found = listed(call, result)
            relist(call, result, sorted(found, key=lambda item: int(get_item(call, item, "amount"))))
        return result


def _lead_in_circles(app: Application, resource: str, when: End) -> None:
    """Give last pages for which *when* holds a cursor to an empty page, and that page the same again."""
    ends: dict[Any, list[Any]] = {}

    @around(app, "list", resource)
    def page(proceed: Proceed, call: Call) -> Result:
        cursor = call.role("cursor")
        asked = [caller(call), *(call.role(name) for name in ("reference", "card", "from", "until"))]
        beyond = ends.get(cursor) == asked
        if beyond:
            set_role(call, "cursor", None)
        result: Result = proceed(call)
        if beyond:
            relist(call, result, [])
            set_next(call, result, cursor)
        elif next_cursor(call, result) is None and when(call, listed(call, result)):
            token = secrets.token_urlsafe()
            ends[token] = asked
            set_next(call, result, token)
        return result


@fault("PAG-5")
def full_last_pages_of_top_ups_lead_in_circles(app: Application) -> None:
    """Only where the last page is exactly full, a cursor leads on, for ever."""
    _lead_in_circles(app, "top-up", lambda call, found: len(found) == int(call.role("limit")))


@fault("PAG-5")
def empty_lists_of_payments_lead_in_circles(app: Application) -> None:
    """Only a list without any payment has a next page, and a next."""
    _lead_in_circles(app, "payment", lambda call, found: not found)


@fault("PAG-5")
def the_last_of_several_pages_of_entries_has_an_empty_cursor(app: Application) -> None:
    """Only a walk of more than one page ends with a text that is empty."""

    @around(app, "list", "entry")
    def page(proceed: Proceed, call: Call) -> Result:
        result: Result = proceed(call)
        if call.role("cursor") is not None and next_cursor(call, result) is None:
            set_next(call, result, "")
        return result


@fault("VAL-9")
def a_cursor_leads_on_once(app: Application) -> None:
    """Only a page of payments that is asked for again by the same cursor is refused."""
    spent: set[tuple[str, Any]] = set()
    place = the(app, "list", "payment").request["cursor"]

    @around(app, "list", "payment")
    def page(proceed: Proceed, call: Call) -> Result:
        used = caller(call), call.role("cursor")
        if used in spent:
            fault = Fault(place.name, place.place, "cursor-invalid")
            raise Refusal("cursor-invalid", [fault], debug=reading.debug([fault]))
        result: Result = proceed(call)
        if used[1] is not None:
            spent.add(used)
        spent.discard((used[0], next_cursor(call, result)))
        return result
