"""Faults of lists by reference: which reference fits, on which page, in which period."""

from __future__ import annotations

import re
from typing import Any

from cynod_conformance.experiment.registry import fault
from cynod_conformance.faults.handlers import around, listed, next_cursor, relist, set_next, set_role, whole
from cynod_conformance.faults.helpers import Proceed, get_item
from cynod_sandbox._generated.calls import Call, Result
from cynod_sandbox._generated.core import Application

MIDNIGHT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})T00:00:00Z")


@fault("PAG-6", "PAG-3")
def the_period_is_overlooked_beside_a_reference(app: Application) -> None:
    """Only a list of top-ups with a reference does not keep to its period."""

    @around(app, "list", "top-up")
    def page(proceed: Proceed, call: Call) -> Result:
        if call.role("reference") is not None:
            set_role(call, "from", None)
            set_role(call, "until", None)
        result: Result = proceed(call)
        return result


@fault("PAG-1")
def the_reference_is_forgotten_after_the_first_page(app: Application) -> None:
    """Only from its second page on, a list of payments by reference holds those of any reference."""
    lasts: dict[Any, Any] = {}

    @around(app, "list", "payment")
    def page(proceed: Proceed, call: Call) -> Result:
        result: Result = proceed(call)
        last, found = lasts.get(call.role("cursor")), listed(call, result)
        if call.role("reference") is None:
            return result
        if last is not None:
            everything = _regardless(proceed, call)
            begin = [get_item(call, item, "id") for item in everything].index(last) + 1
            relist(call, result, everything[begin : begin + int(call.role("limit"))])
        elif found and next_cursor(call, result) is not None:
            lasts[next_cursor(call, result)] = get_item(call, found[-1], "id")
        return result


@fault("STA-4")
def references_are_compared_as_patterns(app: Application) -> None:
    """Only a reference alike is let in: another in its case, or in any character where this one has _."""

    @around(app, "list", "payment")
    def page(proceed: Proceed, call: Call) -> Result:
        result: Result = proceed(call)
        reference = call.role("reference")
        if reference is None or call.role("cursor") is not None or next_cursor(call, result) is not None:
            return result
        wanted = re.compile(re.escape(reference).replace("_", "."), re.IGNORECASE)
        everything = _regardless(proceed, call)
        fits = [item for item in everything if wanted.fullmatch(get_item(call, item, "reference"))]
        relist(call, result, fits[: int(call.role("limit"))])
        return result


def _regardless(proceed: Proceed, call: Call) -> list[Any]:
    """The whole list that *call* would ask for without its reference."""
    reference = call.role("reference")
    set_role(call, "reference", None)
    found = whole(proceed, call)
    set_role(call, "reference", reference)
    return found


@fault("STA-4")
def references_with_a_slash_are_not_found(app: Application) -> None:
    """Only a list by a reference that holds a slash is empty."""

    @around(app, "list", "payment")
    def page(proceed: Proceed, call: Call) -> Result:
        result: Result = proceed(call)
        if "/" in (call.role("reference") or ""):
            relist(call, result, [])
            set_next(call, result, None)
        return result


@fault("PAG-6")
def a_period_that_ends_at_midnight_takes_the_day_in(app: Application) -> None:
    """Only an end at midnight, without a fraction, is taken for the whole day that begins there."""

    @around(app, "list", "payment")
    def page(proceed: Proceed, call: Call) -> Result:
        until = call.role("until")
        match = MIDNIGHT.fullmatch(str(until))
        if match is not None:
            set_role(call, "until", f"{match[1]}T23:59:59.999999999Z")
        result: Result = proceed(call)
        return result
