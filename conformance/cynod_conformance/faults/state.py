"""Faults of what is stored and how it is shown: reading back, transitions, lists against details."""

from __future__ import annotations

import datetime as dt
import re
import time
from typing import Any

from sqlalchemy import select

from cynod_conformance.experiment.registry import fault
from cynod_conformance.faults.handlers import around, caller, change, listed, row_of, rows, set_role, shown
from cynod_conformance.faults.helpers import (
    Proceed,
    get_item,
    get_member,
    items,
    on_results,
    put_item,
    put_member,
)
from cynod_sandbox._generated.calls import Call, Result
from cynod_sandbox._generated.core import Application
from cynod_sandbox._generated.refusals import Refusal
from cynod_sandbox.app.hook_points import database
from cynod_sandbox.storage.database import now
from cynod_sandbox.storage.tables import cards, entries, payments, refunds, top_ups

_MAX_LABEL_CHARS = 20  # characters of a label that are kept
_VISIBLE_AFTER_US = 300_000  # microseconds after which a refund can be read
_KEPT_S = 3  # seconds that something is kept


@fault("STA-1")
def labels_of_refunds_are_cut(app: Application) -> None:
    """Only a label of more than twenty characters of ASCII is read shorter than it was sent."""

    @on_results(app, "read", "refund")
    def edit(call: Call, result: Result) -> None:
        label = get_member(call, result, "label")
        if label is not None and label.isascii():
            put_member(call, result, "label", label[:_MAX_LABEL_CHARS].rstrip())


@fault("STA-1")
def the_last_of_several_partners_is_not_shown(app: Application) -> None:
    """Only a card opened to two partners or more is read, alone or in a list, with one less."""

    @on_results(app, "read", "card")
    def edit(call: Call, result: Result) -> None:
        opened = get_member(call, result, "partners")
        put_member(call, result, "partners", opened[:-1] if len(opened) > 1 else opened)

    @on_results(app, "list", "card")
    def edit_list(call: Call, result: Result) -> None:
        for item in listed(call, result):
            opened = get_item(call, item, "partners")
            put_item(call, item, "partners", opened[:-1] if len(opened) > 1 else opened)


@fault("STA-1", "STA-4", "HTT-7")
def a_new_refund_is_unknown_at_first(app: Application) -> None:
    """A refund can be read a moment after its creation only."""

    @around(app, "read", "refund")
    def read(proceed: Proceed, call: Call) -> Result:
        result: Result = proceed(call)
        row = row_of(app, refunds, call.role("id"))
        if row is not None and now() - row.created < _VISIBLE_AFTER_US:
            raise Refusal("refund-unknown")
        return result


@fault("STA-2", "CON-1", "CAT-4")
def a_cancelled_top_up_can_be_cancelled_again(app: Application) -> None:
    """Only the second cancellation: it is told that all went well, and does nothing."""

    @around(app, "cancel", "top-up")
    def cancel(proceed: Proceed, call: Call) -> Result:
        try:
            result: Result = proceed(call)
        except Refusal as refusal:
            if refusal.code != "state-forbids":
                raise
            return Result(call.answer(resource=shown(app, call, "top-up", call.role("id"))))
        return result


@fault("STA-2")
def a_payment_refunded_in_parts_has_too_little_left(app: Application) -> None:
    """Only after several partial refunds, one more is refused as too large and not as too late."""

    @around(app, "refund", "refund")
    def refund(proceed: Proceed, call: Call) -> Result:
        try:
            result: Result = proceed(call)
        except Refusal as refusal:
            parts = rows(app, refunds, refunds.c.payment == call.role("parent"))
            raise Refusal(
                "refund-exceeds" if refusal.code == "state-forbids" and len(parts) > 1 else refusal.code
            ) from None
        return result


@fault("STA-3", "STA-2", "CAT-4")
def an_expired_card_can_be_unblocked(app: Application) -> None:
    """Only unblocking: an expired card is good for another year."""

    @around(app, "set-state", "card")
    def set_state(proceed: Proceed, call: Call) -> Result:
        card = row_of(app, cards, call.role("id"))
        unblocks = call.state_name("card", call.role("state")) == "active"
        today = dt.datetime.now(dt.UTC).date()
        expired = card is not None and str(card.expiry) < today.isoformat()
        if card is None or not unblocks or not expired or card.issuer != caller(call):
            result: Result = proceed(call)
            return result
        until = today + dt.timedelta(days=365)
        change(app, cards, card.id, expiry=until.isoformat())
        prolonged: Result = proceed(call)
        return prolonged


@fault("STA-3", "VAL-10", "CON-1")
def a_refused_cancellation_undoes_the_first(app: Application) -> None:
    """Only the second cancellation: it is refused, and the top-up is as if never cancelled."""

    @around(app, "cancel", "top-up")
    def cancel(proceed: Proceed, call: Call) -> Result:
        try:
            result: Result = proceed(call)
        except Refusal as refusal:
            if refusal.code == "state-forbids":
                change(app, top_ups, call.role("id"), state="done")
            raise
        return result


@fault("STA-3", "VAL-10")
def a_refused_refund_reopens_a_refunded_payment(app: Application) -> None:
    """Only after a refund too many, a payment given back in whole is shown as given back in part."""
    reopened: set[Any] = set()

    @around(app, "refund", "refund")
    def refund(proceed: Proceed, call: Call) -> Result:
        try:
            result: Result = proceed(call)
        except Refusal as refusal:
            if refusal.code == "state-forbids":
                reopened.add(call.role("parent"))
            raise
        return result

    @on_results(app, "read", "payment")
    def edit(call: Call, result: Result) -> None:
        if get_member(call, result, "id") in reopened:
            put_member(call, result, "state", call.state("payment", "partly-refunded"))

    @on_results(app, "list", "payment")
    def edit_list(call: Call, result: Result) -> None:
        for item in listed(call, result):
            if get_item(call, item, "id") in reopened:
                put_item(call, item, "state", call.state("payment", "partly-refunded"))


@fault("STA-4")
def listed_top_ups_are_never_cancelled(app: Application) -> None:
    """Only lists show a cancelled top-up as it was before."""

    @on_results(app, "list", "top-up")
    def edit(call: Call, result: Result) -> None:
        for item in listed(call, result):
            put_item(call, item, "state", call.state("top-up", "done"))


@fault("STA-4")
def listed_payments_do_not_know_partial_refunds(app: Application) -> None:
    """Only lists, and only after a partial refund, show a payment as if nothing had been given back."""

    @on_results(app, "list", "payment")
    def edit(call: Call, result: Result) -> None:
        for item in listed(call, result):
            if get_item(call, item, "state") == call.state("payment", "partly-refunded"):
                put_item(call, item, "state", call.state("payment", "done"))
                put_item(call, item, "refunded", 0)


@fault("STA-4")
def listed_cards_have_their_first_balance(app: Application) -> None:
    """Only lists show what a card held when it was issued."""

    @on_results(app, "list", "card")
    def edit(call: Call, result: Result) -> None:
        for item in listed(call, result):
            issued = entries.c.kind == "issuance", entries.c.card == get_item(call, item, "id")
            put_item(call, item, "balance", sum(row.amount for row in rows(app, entries, *issued)))


@fault("STA-8")
def only_ten_refunds_are_kept(app: Application) -> None:
    """A refund is unknown once its partner has made ten others."""

    @around(app, "read", "refund")
    def read(proceed: Proceed, call: Call) -> Result:
        result: Result = proceed(call)
        made = select(refunds.c.id).join(payments).where(payments.c.partner == caller(call))
        with database(app).transaction() as connection:
            latest = connection.execute(made.order_by(refunds.c.seq.desc()).limit(10)).scalars().all()
        if call.role("id") not in latest:
            raise Refusal("refund-unknown")
        return result


@fault("STA-8")
def cards_once_blocked_are_soon_forgotten(app: Application) -> None:
    """Only a card that was blocked and is not any more has no details a while later."""
    unblocked: dict[Any, float] = {}

    @around(app, "set-state", "card")
    def set_state(proceed: Proceed, call: Call) -> Result:
        before = row_of(app, cards, call.role("id"))
        result: Result = proceed(call)
        if before is not None and before.blocked:
            unblocked[before.id] = time.monotonic()
        return result

    @around(app, "read", "card")
    def read(proceed: Proceed, call: Call) -> Result:
        result: Result = proceed(call)
        active = get_member(call, result, "state") == call.state("card", "active")
        if active and time.monotonic() - unblocked.get(call.role("id"), time.monotonic()) > _KEPT_S:
            raise Refusal("card-unknown")
        return result


@fault("STA-8")
def refunded_payments_are_soon_forgotten(app: Application) -> None:
    """Only a payment given back in whole is unknown a while after its last refund."""

    @around(app, "read", "payment")
    def read(proceed: Proceed, call: Call) -> Result:
        result: Result = proceed(call)
        if get_member(call, result, "state") == call.state("payment", "refunded"):
            last = max(row.created for row in rows(app, refunds, refunds.c.payment == call.role("id")))
            if now() - last > _KEPT_S * 1_000_000:
                raise Refusal("payment-unknown")
        return result


@fault("STA-4")
def entries_of_refunds_name_the_payment(app: Application) -> None:
    """Only the entry of a refund names the payment, and not the refund that made it."""

    @on_results(app, "list", "entry")
    def edit(call: Call, result: Result) -> None:
        for item in listed(call, result):
            if get_item(call, item, "type") == call.kind("entry", "refund"):
                made = row_of(app, refunds, get_item(call, item, "operation"))
                if made is not None:
                    put_item(call, item, "operation", made.payment)


@fault("STA-4")
def lists_of_top_ups_show_whole_seconds(app: Application) -> None:
    """Only lists cut an instant to the second that the details of a top-up show in full."""

    @on_results(app, "list", "top-up")
    def edit(call: Call, result: Result) -> None:
        for item in listed(call, result):
            put_item(call, item, "date", re.sub(r"\.[0-9]+Z$", "Z", get_item(call, item, "date")))


@fault("CAT-4")
def refunds_are_known_under_any_payment(app: Application) -> None:
    """Only the id of a refund counts: it is found under another payment of the same partner."""

    @around(app, "read", "refund")
    def read(proceed: Proceed, call: Call) -> Result:
        try:
            result: Result = proceed(call)
        except Refusal as refusal:
            made = row_of(app, refunds, call.role("id"))
            if refusal.code != "refund-unknown" or made is None:
                raise
            set_role(call, "parent", made.payment)
            result = proceed(call)
        return result


@fault("STA-1")
def partners_of_a_card_are_sorted(app: Application) -> None:
    """Only where a card is read again, its partners stand in the order of the alphabet."""

    @on_results(app, "read", "card")
    def read(call: Call, result: Result) -> None:
        put_member(call, result, "partners", sorted(get_member(call, result, "partners")))

    @on_results(app, "list", "card")
    def page(call: Call, result: Result) -> None:
        for item in items(call, result):
            put_item(call, item, "partners", sorted(get_item(call, item, "partners")))
