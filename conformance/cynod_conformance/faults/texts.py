"""Faults of texts: what of them is dropped, escaped or counted otherwise, what they may hold."""

from __future__ import annotations

import html
import re
from typing import Any

from cynod_conformance.experiment.registry import fault
from cynod_conformance.faults.helpers import Proceed, the
from cynod_conformance.faults.requests import judged_as, on_members
from cynod_sandbox._generated import pointers
from cynod_sandbox._generated.calls import Call
from cynod_sandbox._generated.contract import Operation
from cynod_sandbox._generated.core import Application
from cynod_sandbox._generated.refusals import Refusal


@fault("VAL-3")
def states_are_taken_in_any_case(app: Application) -> None:
    """Only small letters are taken for capitals, in the state that a card shall have."""

    @on_members(app, "set-state", "card", "state")
    def edit(value: Any) -> Any:
        return value.upper() if isinstance(value, str) else value


@fault("VAL-3")
def controls_beyond_ascii_are_dropped(app: Application) -> None:
    """Only a control character from U+0080 to U+009F is left out of a label instead of being refused."""

    @on_members(app, "credit", "top-up", "label")
    def edit(value: Any) -> Any:
        return re.sub("[\x80-\x9f]", "", value) if isinstance(value, str) else value


@fault("VAL-3")
def a_line_end_after_a_reference_is_overlooked(app: Application) -> None:
    """Only one line feed at the very end of a payment's reference is let through, and left out."""

    @on_members(app, "debit", "payment", "reference")
    def edit(value: Any) -> Any:
        return value.removesuffix("\n") if isinstance(value, str) else value


@fault("VAL-4")
def octets_that_are_no_text_are_replaced(app: Application) -> None:
    """Only a payment's body that is no UTF-8 is read with replacement characters instead of being refused."""
    operation = the(app, "debit", "payment")

    @app.stages.decode.around
    def decode(proceed: Proceed, raw: bytes, asked: Operation) -> Any:
        return proceed(raw.decode("utf-8", "replace").encode() if asked == operation else raw, asked)


@fault("VAL-6")
def labels_are_made_safe_for_html(app: Application) -> None:
    """Only a label with <, >, & or quotation marks comes back with the entities of HTML in their place."""
    operation = the(app, "credit", "top-up")
    path = operation.request["label"].path

    @app.stages.validate.around
    def validate(proceed: Proceed, call: Call, raw: bytes, repeated: list[str]) -> None:
        proceed(call, raw, repeated)
        value = pointers.get(call.body, path) if call.operation == operation else None
        if not isinstance(value, str):
            return
        pointers.put(call.body, path, html.escape(value))
        try:
            proceed(call, raw, repeated)
        except Refusal:  # too long for the document
            pointers.put(call.body, path, value)


@fault("VAL-9", "VAL-6")
def lengths_are_counted_in_utf_16(app: Application) -> None:
    """Only a holder's name of characters beyond the basic plane is too long at half its greatest length."""

    @judged_as(app, "issue", "card", "holder")
    def in_utf_16(value: str) -> str:
        return "x" * (len(value.encode("utf-16-le")) // 2)


@fault("VAL-6")
def blanks_around_a_label_are_cut(app: Application) -> None:
    """Only the blanks at both ends of a payment's label, those beyond ASCII too, are missing from it."""

    @on_members(app, "debit", "payment", "label")
    def edit(value: Any) -> Any:
        return value.strip(" \u00a0\u2003\u3000") or value if isinstance(value, str) else value
