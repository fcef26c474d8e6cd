"""Faults of money: what a card holds against what happened to it, who may charge it, how amounts are told."""

from __future__ import annotations

from typing import Any

from cynod_conformance.experiment.registry import fault
from cynod_conformance.faults.handlers import around, caller, held, is_kept, listed, meanwhile, row_of, rows
from cynod_conformance.faults.helpers import Proceed, get_item, get_member, on_results, put_item, put_member
from cynod_sandbox._generated.calls import Call, Result
from cynod_sandbox._generated.core import Application
from cynod_sandbox._generated.refusals import Refusal
from cynod_sandbox.app.hook_points import database, profiles
from cynod_sandbox.storage.tables import cards, entries, payments, refunds

_LARGE = 1_000  # minor units from which an amount counts as large
_OTHER, _ANOTHER = "EUR", "USD"  # ISO 4217
_THOUSANDTHS = ("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND")  # ISO 4217: three decimals


def _misstate(app: Application) -> dict[Any, int]:
    """By card, what is added to the balance wherever it is shown."""
    more: dict[Any, int] = {}

    @on_results(app, "read", "balance")
    def edit_balance(call: Call, result: Result) -> None:
        shown = get_member(call, result, "amount") + more.get(get_member(call, result, "card"), 0)
        put_member(call, result, "amount", max(0, shown))

    @on_results(app, "read", "card")
    def edit_card(call: Call, result: Result) -> None:
        shown = get_member(call, result, "balance") + more.get(get_member(call, result, "id"), 0)
        put_member(call, result, "balance", max(0, shown))

    @on_results(app, "list", "card")
    def edit_cards(call: Call, result: Result) -> None:
        for item in listed(call, result):
            shown = get_item(call, item, "balance") + more.get(get_item(call, item, "id"), 0)
            put_item(call, item, "balance", max(0, shown))

    return more


@fault("STA-5", "STA-4")
def the_second_partial_refund_counts_twice(app: Application) -> None:
    """Only the second refund of a payment raises the balance by twice its amount, with one entry."""
    more = _misstate(app)

    @on_results(app, "refund", "refund")
    def edit(call: Call, result: Result) -> None:
        payment = row_of(app, payments, call.role("parent"))
        parts = rows(app, refunds, refunds.c.payment == call.role("parent"))
        if payment is not None and not result.replayed and len(parts) == 2:
            more[payment.card] = more.get(payment.card, 0) + int(call.role("amount"))


@fault("STA-5", "STA-4")
def large_payments_cost_one_unit_more(app: Application) -> None:
    """Only a payment of 1,000 units or more takes one more than it says and than its entry says."""
    more = _misstate(app)

    @on_results(app, "debit", "payment")
    def edit(call: Call, result: Result) -> None:
        if not result.replayed and int(call.role("amount")) >= _LARGE:
            more[call.role("card")] = more.get(call.role("card"), 0) - 1


@fault("STA-5")
def unblocking_a_card_costs_a_unit(app: Application) -> None:
    """Only a card that was blocked and is not any more holds less than its entries say."""
    more = _misstate(app)

    @around(app, "set-state", "card")
    def set_state(proceed: Proceed, call: Call) -> Result:
        before = row_of(app, cards, call.role("id"))
        result: Result = proceed(call)
        after = row_of(app, cards, call.role("id"))
        if before is not None and after is not None and before.blocked and not after.blocked:
            more[after.id] = more.get(after.id, 0) - 1
        return result


@fault("STA-5")
def cancellations_are_listed_as_credits(app: Application) -> None:
    """Only the entry of a cancellation has the wrong sign."""

    @on_results(app, "list", "entry")
    def edit(call: Call, result: Result) -> None:
        for item in listed(call, result):
            if get_item(call, item, "type") == call.kind("entry", "cancellation"):
                put_item(call, item, "amount", abs(get_item(call, item, "amount")))


@fault("STA-7")
def the_third_refund_is_held_against_the_whole_payment(app: Application) -> None:
    """Only after two partial refunds, a third may be as large as the payment itself."""

    @around(app, "refund", "refund")
    def refund(proceed: Proceed, call: Call) -> Result:
        try:
            result: Result = proceed(call)
        except Refusal as refusal:
            payment = row_of(app, payments, call.role("parent"))
            parts = rows(app, refunds, refunds.c.payment == call.role("parent"))
            amount = int(call.role("amount"))
            fits = payment is not None and amount <= payment.amount
            if refusal.code != "refund-exceeds" or len(parts) != 2 or payment is None or not fits:
                raise
            with meanwhile(app, payments, payment.id, amount=2 * payment.amount):
                result = proceed(call)
        return result


@fault("STA-7")
def a_large_payment_gives_one_unit_more_back(app: Application) -> None:
    """Only a payment of 1,000 units or more can be refunded by exactly one unit too much."""

    @around(app, "refund", "refund")
    def refund(proceed: Proceed, call: Call) -> Result:
        try:
            result: Result = proceed(call)
        except Refusal as refusal:
            payment = row_of(app, payments, call.role("parent"))
            if refusal.code != "refund-exceeds" or payment is None or payment.amount < _LARGE:
                raise
            with meanwhile(app, payments, payment.id, amount=payment.amount + 1):
                result = proceed(call)
        return result


@fault("ENV-9", "WHK-6")
def what_was_given_back_is_in_another_currency(app: Application) -> None:
    """Only a payment given back in part or whole tells how much in a currency that is not the card's."""

    def told(currency: str) -> str:
        return _OTHER if currency != _OTHER else _ANOTHER

    @on_results(app, "read", "payment")
    def edit(call: Call, result: Result) -> None:
        if get_member(call, result, "refunded"):
            put_member(call, result, "refunded-currency", told(get_member(call, result, "refunded-currency")))

    @on_results(app, "list", "payment")
    def edit_list(call: Call, result: Result) -> None:
        for item in listed(call, result):
            if get_item(call, item, "refunded"):
                put_item(call, item, "refunded-currency", told(get_item(call, item, "refunded-currency")))


@fault("ENV-9")
def large_entries_are_in_another_currency(app: Application) -> None:
    """Only an entry of 1,000 units or more is told in a currency that is not the card's."""

    @on_results(app, "list", "entry")
    def edit(call: Call, result: Result) -> None:
        for item in listed(call, result):
            if abs(get_item(call, item, "amount")) >= _LARGE:
                own = get_item(call, item, "currency")
                put_item(call, item, "currency", _OTHER if own != _OTHER else _ANOTHER)


@fault("ENV-9", "ENV-5")
def a_cancelled_top_up_has_decimals(app: Application) -> None:
    """Only the answer to a cancellation tells the amount in hundredths of a hundred."""

    @on_results(app, "cancel", "top-up")
    def edit(call: Call, result: Result) -> None:
        put_member(call, result, "amount", get_member(call, result, "amount") / 100 + 0.001)


@fault("STA-5")
def a_payment_of_the_whole_balance_is_refused(app: Application) -> None:
    """Only where a top-up and one payment went just before, a payment of the very rest is not covered."""

    @around(app, "debit", "payment")
    def debit(proceed: Proceed, call: Call) -> Result:
        card = row_of(app, cards, call.role("card"))
        past = sorted(rows(app, entries, entries.c.card == call.role("card")), key=lambda each: each.position)
        latest = [entry.kind for entry in past[-2:]]
        if card is None or call.role("currency") != card.currency or latest != ["top-up", "payment"]:
            result: Result = proceed(call)
            return result
        if held(app, card.id) == call.role("amount") and not is_kept(app, call):
            raise Refusal("balance-insufficient")
        paid: Result = proceed(call)
        return paid


@fault("CAT-4")
def the_greatest_amount_is_beyond_the_limits(app: Application) -> None:
    """Only a top-up of exactly the partner's maximum, which the limits include, is refused."""

    @around(app, "credit", "top-up")
    def credit(proceed: Proceed, call: Call) -> Result:
        most = profiles(app).of_key(caller(call)).credit_max
        card = row_of(app, cards, call.role("card"))
        usable = card is not None and not card.blocked
        if usable and call.role("amount") == most and not is_kept(app, call):
            raise Refusal("amount-out-of-limits")
        result: Result = proceed(call)
        return result


@fault("ROB-1", "CAT-4")
def a_full_card_crashes(app: Application) -> None:
    """Only a top-up within the limits that the card cannot hold any more is an internal error."""

    @around(app, "credit", "top-up")
    def credit(proceed: Proceed, call: Call) -> Result:
        try:
            result: Result = proceed(call)
        except Refusal as refusal:
            profile = profiles(app).of_key(caller(call))
            within = profile.credit_min <= call.role("amount") <= profile.credit_max
            if refusal.code == "amount-out-of-limits" and within:
                raise Refusal("internal") from None
            raise
        return result


@fault("STA-5")
def dinars_lose_their_last_digit(app: Application) -> None:
    """Only the balance of a card in a currency of three decimals is cut to hundredths."""

    @on_results(app, "read", "balance")
    def edit(call: Call, result: Result) -> None:
        _cut(call, result, "currency", "amount")

    @on_results(app, "read", "card")
    def edit_card(call: Call, result: Result) -> None:
        _cut(call, result, "currency", "balance")


def _cut(call: Call, result: Result, currency: str, amount: str) -> None:
    if get_member(call, result, currency) in _THOUSANDTHS:
        put_member(call, result, amount, get_member(call, result, amount) // 10 * 10)


@fault("STA-5", "STA-4", "AUZ-4")
def refunds_of_one_unit_give_nothing_back(app: Application) -> None:
    """Only a refund of a single minor unit is told and leaves neither an entry nor money on the card."""

    @database(app).hooks.move_money.around
    def move(proceed: Proceed, card: str, kind: str, amount: int) -> None:
        if kind != "refund" or amount > 1:
            proceed(card, kind, amount)
