"""Faults of calls at the same time: what is checked, and is no longer so when it is acted upon."""

from __future__ import annotations

import secrets
import time
from collections import Counter
from typing import Any

from cynod_conformance.experiment.registry import fault
from cynod_conformance.faults.handlers import (
    RACE_S,
    around,
    caller,
    given_back,
    held,
    is_kept,
    lent,
    meanwhile,
    row_of,
    set_role,
    shown,
)
from cynod_conformance.faults.helpers import Proceed
from cynod_sandbox._generated.calls import Call, Result
from cynod_sandbox._generated.core import Application
from cynod_sandbox._generated.refusals import Refusal
from cynod_sandbox.storage.tables import payments, top_ups


@fault("CON-1")
def parallel_cancellations_all_win(app: Application) -> None:
    """Only cancellations at the same time each take the money back."""

    @around(app, "cancel", "top-up")
    def cancel(proceed: Proceed, call: Call) -> Result:
        first = _is_done(app, call)
        time.sleep(RACE_S if first else 0)
        try:
            result: Result = proceed(call)
        except Refusal as refusal:
            if not first or refusal.code != "state-forbids":
                raise
            with meanwhile(app, top_ups, call.role("id"), state="done"):
                result = proceed(call)
        return result


@fault("CON-1")
def parallel_cancellations_are_all_told_that_they_won(app: Application) -> None:
    """Only cancellations at the same time: one takes the money back, the others are told the same."""

    @around(app, "cancel", "top-up")
    def cancel(proceed: Proceed, call: Call) -> Result:
        first = _is_done(app, call)
        time.sleep(RACE_S if first else 0)
        try:
            result: Result = proceed(call)
        except Refusal as refusal:
            if not first or refusal.code != "state-forbids":
                raise
            return Result(call.answer(resource=shown(app, call, "top-up", call.role("id"))))
        return result


def _is_done(app: Application, call: Call) -> bool:
    top_up = row_of(app, top_ups, call.role("id"))
    return top_up is not None and top_up.partner == caller(call) and top_up.state == "done"


@fault("CON-2", "ENV-5")
def parallel_payments_overdraw(app: Application) -> None:
    """Only payments at the same time are each held against the balance before all of them."""

    @around(app, "debit", "payment")
    def debit(proceed: Proceed, call: Call) -> Result:
        return _debit(app, proceed, call, lambda: True)


@fault("CON-2", "ENV-5")
def parallel_payments_of_two_partners_overdraw(app: Application) -> None:
    """Only payments at the same time by different partners with one card are not held against each other."""
    inside: Counter[tuple[Any, str]] = Counter()

    @around(app, "debit", "payment")
    def debit(proceed: Proceed, call: Call) -> Result:
        card, partner = call.role("card"), caller(call)
        met = False

        def others() -> bool:
            nonlocal met
            met = met or any(
                count and key[0] == card and key[1] != partner for key, count in list(inside.items())
            )
            return met

        inside[card, partner] += 1
        try:
            return _debit(app, proceed, call, others)
        finally:
            inside[card, partner] -= 1


def _debit(app: Application, proceed: Proceed, call: Call, careless: Any) -> Result:
    """Debit what the balance covered a moment ago, when *careless* says so then or now."""
    amount = int(call.role("amount"))
    covered = held(app, call.role("card")) >= amount
    careless()
    time.sleep(RACE_S)
    try:
        result: Result = proceed(call)
    except Refusal as refusal:
        if refusal.code != "balance-insufficient" or not covered or not careless():
            raise
        with lent(app, call.role("card"), amount):
            result = proceed(call)
    return result


@fault("STA-7")
def parallel_refunds_exceed_the_payment(app: Application) -> None:
    """Only refunds at the same time are each held against what was left before all of them."""

    @around(app, "refund", "refund")
    def refund(proceed: Proceed, call: Call) -> Result:
        payment, amount = row_of(app, payments, call.role("parent")), int(call.role("amount"))
        covered = payment is not None and amount <= _left(app, payment)
        time.sleep(RACE_S)
        try:
            result: Result = proceed(call)
        except Refusal as refusal:
            if refusal.code not in ("refund-exceeds", "state-forbids") or payment is None or not covered:
                raise
            with meanwhile(app, payments, payment.id, amount=2**53 - 1):
                result = proceed(call)
        return result


def _left(app: Application, payment: Any) -> int:
    return int(payment.amount) - given_back(app, payment.id)


@fault("IDE-3")
def parallel_top_ups_with_one_key_are_several(app: Application) -> None:
    """Only calls at the same time with one key each have their effect."""
    _repeat(app, "credit", "top-up")


@fault("IDE-3")
def parallel_refunds_with_one_key_are_several(app: Application) -> None:
    """Only refunds at the same time with one key are each given back."""
    _repeat(app, "refund", "refund")


def _repeat(app: Application, effect: str, resource: str) -> None:
    @around(app, effect, resource)
    def work(proceed: Proceed, call: Call) -> Result:
        first = not is_kept(app, call)
        time.sleep(RACE_S if first else 0)
        result: Result = proceed(call)
        if first and result.replayed:
            set_role(call, "key", secrets.token_hex(16))
            result = proceed(call)
        return result


@fault("IDE-3")
def parallel_payments_with_one_key_conflict(app: Application) -> None:
    """Only calls at the same time with one key: one has its effect, the others are told of a conflict."""

    @around(app, "debit", "payment")
    def debit(proceed: Proceed, call: Call) -> Result:
        first = not is_kept(app, call)
        time.sleep(RACE_S if first else 0)
        result: Result = proceed(call)
        if first and result.replayed:
            raise Refusal("key-reused")
        return result


@fault("CON-1", "ENV-5")
def a_cancellation_beside_a_payment_overdraws(app: Application) -> None:
    """Only a cancellation at the same time as a payment is held against the balance before both."""

    @around(app, "cancel", "top-up")
    def cancel(proceed: Proceed, call: Call) -> Result:
        top_up = row_of(app, top_ups, call.role("id"))
        covered = top_up is not None and held(app, top_up.card) >= top_up.amount
        time.sleep(RACE_S)
        try:
            result: Result = proceed(call)
        except Refusal as refusal:
            if refusal.code != "balance-insufficient" or top_up is None or not covered:
                raise
            with lent(app, top_up.card, top_up.amount):
                result = proceed(call)
        return result
