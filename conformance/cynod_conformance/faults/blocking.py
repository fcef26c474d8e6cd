"""Faults of what a card's state forbids: too much, too little, too long."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from cynod_conformance.experiment.registry import fault
from cynod_conformance.faults.handlers import (
    Key,
    around,
    caller,
    change,
    is_kept,
    key_of,
    meanwhile,
    row_of,
    rows,
)
from cynod_conformance.faults.helpers import Proceed
from cynod_conformance.faults.requests import on_refusals, unknown_members
from cynod_sandbox._generated.calls import Call, Result
from cynod_sandbox._generated.core import Application
from cynod_sandbox._generated.refusals import Refusal
from cynod_sandbox.app.hook_points import database
from cynod_sandbox.storage.tables import card_grants, cards, payments, top_ups

_LARGE = 1_000  # minor units from which an amount counts as large


@fault("STA-6")
def blocked_cards_take_no_refunds(app: Application) -> None:
    """Only while the card is blocked, what was paid with it cannot be given back."""

    @around(app, "refund", "refund")
    def refund(proceed: Proceed, call: Call) -> Result:
        payment = row_of(app, payments, call.role("parent"))
        card = row_of(app, cards, payment.card) if payment is not None else None
        own = payment is not None and payment.partner == caller(call)
        if card is not None and card.blocked and own and not is_kept(app, call):
            raise Refusal("state-forbids")
        result: Result = proceed(call)
        return result


@fault("STA-6")
def blocked_cards_keep_their_top_ups(app: Application) -> None:
    """Only while the card is blocked, a top-up cannot be cancelled."""

    @around(app, "cancel", "top-up")
    def cancel(proceed: Proceed, call: Call) -> Result:
        top_up = row_of(app, top_ups, call.role("id"))
        card = row_of(app, cards, top_up.card) if top_up is not None else None
        own = top_up is not None and top_up.partner == caller(call)
        if card is not None and card.blocked and own:
            raise Refusal("state-forbids")
        result: Result = proceed(call)
        return result


@fault("STA-6", "CAT-4")
def blocked_cards_take_small_payments(app: Application) -> None:
    """Only payments of 1,000 units and more are refused because the card is blocked."""
    _use_anyway(app, "debit", "payment", "card-blocked", blocked=False)


@fault("STA-6", "CAT-4")
def expired_cards_take_small_top_ups(app: Application) -> None:
    """Only top-ups of 1,000 units and more are refused because the card is expired."""
    _use_anyway(app, "credit", "top-up", "card-expired", expiry="9999-12-31", blocked=False)


def _use_anyway(app: Application, effect: str, resource: str, refused: str, **state: Any) -> None:
    @around(app, effect, resource)
    def use(proceed: Proceed, call: Call) -> Result:
        try:
            result: Result = proceed(call)
        except Refusal as refusal:
            if refusal.code != refused or int(call.role("amount")) >= _LARGE:
                raise
            with meanwhile(app, cards, call.role("card"), **state):
                result = proceed(call)
        return result


@fault("STA-6")
def the_first_payment_after_unblocking_is_refused(app: Application) -> None:
    """Only once after a card is unblocked, it is still taken for blocked."""
    unblocked: set[Any] = set()

    @around(app, "set-state", "card")
    def set_state(proceed: Proceed, call: Call) -> Result:
        before = row_of(app, cards, call.role("id"))
        result: Result = proceed(call)
        after = row_of(app, cards, call.role("id"))
        if before is not None and after is not None and before.blocked and not after.blocked:
            unblocked.add(after.id)
        return result

    @around(app, "debit", "payment")
    def debit(proceed: Proceed, call: Call) -> Result:
        opened = card_grants.c.card == call.role("card"), card_grants.c.partner == caller(call)
        if call.role("card") in unblocked and rows(app, card_grants, *opened) and not is_kept(app, call):
            unblocked.discard(call.role("card"))
            raise Refusal("card-blocked")
        result: Result = proceed(call)
        return result


@fault("STA-6")
def a_card_blocked_twice_must_be_unblocked_twice(app: Application) -> None:
    """Only a card that was blocked more than once stays blocked until it is unblocked as often."""
    blocks: dict[Any, int] = {}

    @around(app, "set-state", "card")
    def set_state(proceed: Proceed, call: Call) -> Result:
        id = call.role("id")
        result: Result = proceed(call)
        if call.state_name("card", call.role("state")) == "blocked":
            blocks[id] = blocks.get(id, 0) + 1
        else:
            blocks[id] = max(0, blocks.get(id, 0) - 1)
            if blocks[id]:
                change(app, cards, id, blocked=True)
        return result


@fault("STA-6")
def cards_expire_a_day_early(app: Application) -> None:
    """Only on its last day, a card that is still valid is expired."""

    @database(app).hooks.read_today.around
    def today(proceed: Proceed) -> str:
        return (datetime.now(UTC).date() + timedelta(days=1)).isoformat()


@fault("VAL-10")
def a_refused_state_is_taken_all_the_same(app: Application) -> None:
    """Only a change of state refused for a member that the contract lacks has been made nevertheless."""

    @on_refusals(app, "set-state", "card")
    def judge(call: Call, refusal: Refusal) -> Refusal:
        state = call.state_name("card", call.role("state")) if unknown_members(refusal) else None
        card = row_of(app, cards, call.role("id"))
        if card is not None and card.issuer == caller(call) and state in ("active", "blocked"):
            change(app, cards, card.id, blocked=state == "blocked")
        return refusal


@fault("IDE-8")
def a_top_up_of_a_blocked_card_is_refused_for_good(app: Application) -> None:
    """Only the same top-up with the same key is refused as before, once its card is unblocked."""
    refused: set[tuple[Key, str]] = set()

    @around(app, "credit", "top-up")
    def credit(proceed: Proceed, call: Call) -> Result:
        asked = key_of(call), call.fingerprint
        if asked in refused:
            raise Refusal("card-blocked")
        try:
            result: Result = proceed(call)
        except Refusal as refusal:
            if refusal.code == "card-blocked":
                refused.add(asked)
            raise
        return result
