"""Faults of cursors and periods: whose cursor is taken, where a period begins and ends."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cynod_conformance.experiment.registry import fault
from cynod_conformance.faults.handlers import around, caller, listed, next_cursor, relist, set_role
from cynod_conformance.faults.helpers import Proceed, get_item, the
from cynod_sandbox._generated.calls import Call, Result
from cynod_sandbox._generated.core import Application
from cynod_sandbox._generated.refusals import Fault, Refusal
from cynod_sandbox.app.hook_points import database
from cynod_sandbox.storage.timestamps import instant, microseconds


@dataclass(frozen=True)
class Asked:
    """Whose list a cursor belongs to."""

    partner: str
    card: Any
    reference: Any
    period: tuple[Any, Any]


Taken = Callable[[Asked | None, Asked], bool]


def _take(app: Application, resource: str, taken: Taken) -> None:
    """Begin anew where a cursor is refused and *taken* holds of its own list and of this one."""
    given: dict[Any, Asked] = {}

    @around(app, "list", resource)
    def page(proceed: Proceed, call: Call) -> Result:
        asked = Asked(
            caller(call), call.role("card"), call.role("reference"), (call.role("from"), call.role("until"))
        )
        try:
            result: Result = proceed(call)
        except Refusal as refusal:
            if refusal.code != "cursor-invalid" or not taken(given.get(call.role("cursor")), asked):
                raise
            set_role(call, "cursor", None)
            result = proceed(call)
        given[next_cursor(call, result) or ""] = asked
        return result


@fault("PAG-3")
def the_cursor_of_another_card_is_taken(app: Application) -> None:
    """The entries of a card can be read with a cursor of another card of the same partner."""
    _take(
        app,
        "entry",
        lambda was, now: was is not None and was.partner == now.partner and was.card != now.card,
    )


@fault("PAG-3")
def the_cursor_of_another_partner_is_taken(app: Application) -> None:
    """Payments can be read with a cursor that somebody else was given."""
    _take(app, "payment", lambda was, now: was is not None and was.partner != now.partner)


@fault("PAG-3")
def the_cursor_of_another_reference_is_taken(app: Application) -> None:
    """Top-ups can be read with a cursor of a list with another reference, or with none."""
    _take(app, "top-up", lambda was, now: was is not None and was.reference != now.reference)


@fault("PAG-3")
def the_cursor_of_another_period_is_taken(app: Application) -> None:
    """Payments can be read with a cursor of a list of another period."""
    _take(
        app,
        "payment",
        lambda was, now: was is not None and was.partner == now.partner and was.period != now.period,
    )


@fault("PAG-3", "CAT-4")
def an_invented_cursor_begins_anew(app: Application) -> None:
    """A cursor that nobody was given counts as none in lists of cards."""
    _take(app, "card", lambda was, now: was is None)


@fault("PAG-3")
def the_cursor_of_another_list_is_taken(app: Application) -> None:
    """Only a cursor of the list of top-ups begins the list of payments anew."""
    given: set[str | None] = set()

    @around(app, "list", "top-up")
    def remember(proceed: Proceed, call: Call) -> Result:
        result: Result = proceed(call)
        given.add(next_cursor(call, result))
        return result

    @around(app, "list", "payment")
    def page(proceed: Proceed, call: Call) -> Result:
        try:
            result: Result = proceed(call)
        except Refusal as refusal:
            if refusal.code != "cursor-invalid" or call.role("cursor") not in given:
                raise
            set_role(call, "cursor", None)
            result = proceed(call)
        return result


@fault("PAG-6")
def top_ups_at_the_beginning_are_left_out(app: Application) -> None:
    """Only a top-up at the very instant at which a period begins is missing."""

    @around(app, "list", "top-up")
    def page(proceed: Proceed, call: Call) -> Result:
        result: Result = proceed(call)
        begin = call.role("from")
        if begin is not None:
            bound = microseconds(begin)
            found = listed(call, result)
            relist(
                call, result, [each for each in found if microseconds(get_item(call, each, "date")) != bound]
            )
        return result


@fault("PAG-6")
def payments_at_the_end_are_let_in(app: Application) -> None:
    """Only a payment at the very instant at which a period ends is one too many."""

    @around(app, "list", "payment")
    def page(proceed: Proceed, call: Call) -> Result:
        end = call.role("until")
        if end is not None:
            try:
                set_role(call, "until", instant(microseconds(end) + 1))
            except OverflowError:
                set_role(call, "until", end)
        result: Result = proceed(call)
        return result


@fault("PAG-6")
def a_period_of_entries_begins_with_its_second(app: Application) -> None:
    """Only the whole seconds of the beginning count: what happened earlier in that second is let in."""

    @around(app, "list", "entry")
    def page(proceed: Proceed, call: Call) -> Result:
        begin = call.role("from")
        if begin is not None:
            set_role(call, "from", begin.removesuffix("Z").partition(".")[0] + "Z")
        result: Result = proceed(call)
        return result


@fault("PAG-6")
def a_period_of_entries_ends_with_its_millisecond(app: Application) -> None:
    """Only three decimals of the end count: what happened later in that millisecond before it is missing."""

    @around(app, "list", "entry")
    def page(proceed: Proceed, call: Call) -> Result:
        end = call.role("until")
        if end is not None:
            whole, _, fraction = end.removesuffix("Z").partition(".")
            set_role(call, "until", f"{whole}.{fraction[:3] or 0}Z")
        result: Result = proceed(call)
        return result


@fault("PAG-6", "VAL-9")
def a_period_that_ends_before_it_begins_is_refused(app: Application) -> None:
    """Only a period of entries whose end is before its beginning is refused; the page would be empty."""
    operation = the(app, "list", "entry")
    name = operation.request["until"].name

    @app.stages.validate.around
    def validate(proceed: Proceed, call: Call, raw: bytes, repeated: list[str]) -> None:
        proceed(call, raw, repeated)
        begin, end = (call.role("from"), call.role("until")) if call.operation == operation else ("", "")
        if begin and end and microseconds(begin) > microseconds(end):
            raise Refusal("value-invalid", [Fault(name, "query", "value-invalid", "minimum")])


@fault("PAG-6")
def fractions_are_counted_from_their_end(app: Application) -> None:
    """Only a fraction of a second with less than six digits is read as so many microseconds."""

    @database(app).hooks.read_bound.around
    def read(proceed: Proceed, text: str) -> int:
        bound: int = proceed(re.sub(r"\.([0-9]{1,5})Z$", lambda found: f".{found[1]:0>6}Z", text))
        return bound


@fault("PAG-6", "VAL-9")
def nanoseconds_are_refused(app: Application) -> None:
    """Only an instant with seven to nine digits of a second is refused, as a bound of a list of top-ups."""
    operation = the(app, "list", "top-up")

    @app.stages.validate.around
    def validate(proceed: Proceed, call: Call, raw: bytes, repeated: list[str]) -> None:
        proceed(call, raw, repeated)
        for role in ("from", "until") if call.operation == operation else ():
            if re.search(r"\.[0-9]{7,9}Z$", call.role(role) or ""):
                name = operation.request[role].name
                raise Refusal("value-invalid", [Fault(name, "query", "value-invalid", "format")])
