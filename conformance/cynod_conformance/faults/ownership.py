"""Faults between partners: whose resources can be told apart, changed, listed or opened."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Any

from cynod_conformance.experiment.registry import fault
from cynod_conformance.faults.handlers import around, caller, listed, relist, row_of, rows, shown
from cynod_conformance.faults.helpers import (
    Proceed,
    get_item,
    of,
    on_answers,
    on_results,
    put_item,
    put_member,
    refused_with,
    the,
)
from cynod_conformance.faults.requests import on_refusals
from cynod_sandbox._generated import credentials
from cynod_sandbox._generated.calls import Call, Result
from cynod_sandbox._generated.contract import Operation
from cynod_sandbox._generated.core import Application
from cynod_sandbox._generated.identity import Principal
from cynod_sandbox._generated.messages import RawAnswer, RawRequest
from cynod_sandbox._generated.refusals import Fault, Refusal
from cynod_sandbox.app.hook_points import profiles
from cynod_sandbox.storage.tables import card_grants, cards, entries, payments, top_ups
from cynod_sandbox.storage.timestamps import microseconds


@fault("AUZ-2")
def payments_of_others_have_one_header_more(app: Application) -> None:
    """Only a payment that exists is refused with a header that an unknown one lacks."""

    @around(app, "read", "payment")
    def read(proceed: Proceed, call: Call) -> Result:
        try:
            result: Result = proceed(call)
        except Refusal as refusal:
            if row_of(app, payments, call.role("id")) is not None:
                raise Refusal(refusal.code, headers={"Vary": "Authorization"}) from None
            raise
        return result


@fault("AUZ-2")
def cancelled_top_ups_of_others_are_known(app: Application) -> None:
    """Only a top-up that its owner has cancelled tells a partner which it is not that it is too late."""

    @around(app, "cancel", "top-up")
    def cancel(proceed: Proceed, call: Call) -> Result:
        try:
            result: Result = proceed(call)
        except Refusal:
            top_up = row_of(app, top_ups, call.role("id"))
            if top_up is not None and top_up.state == "cancelled":
                raise Refusal("state-forbids") from None
            raise
        return result


@fault("AUZ-2")
def refunds_of_others_are_known_by_their_payment(app: Application) -> None:
    """Only a refund looked for under a payment of somebody else is unknown where the payment should be."""

    @around(app, "read", "refund")
    def read(proceed: Proceed, call: Call) -> Result:
        try:
            result: Result = proceed(call)
        except Refusal as refusal:
            if refusal.code == "payment-unknown" and row_of(app, payments, call.role("parent")) is not None:
                raise Refusal("refund-unknown") from None
            raise
        return result


@fault("AUZ-3", "AUZ-2")
def top_ups_are_cancelled_by_who_shares_the_card(app: Application) -> None:
    """Only a partner to which the same card is opened can cancel what another has credited."""

    @around(app, "cancel", "top-up")
    def cancel(proceed: Proceed, call: Call) -> Result:
        top_up = row_of(app, top_ups, call.role("id"))
        if top_up is not None and top_up.partner != caller(call):
            shared = card_grants.c.card == top_up.card, card_grants.c.partner == caller(call)
            if rows(app, card_grants, *shared):
                _be(app, call, top_up.partner)
        result: Result = proceed(call)
        return result


@fault("AUZ-3", "VAL-10")
def refused_partners_refund_all_the_same(app: Application) -> None:
    """The refund of another partner's payment is refused as unknown, and made."""

    @around(app, "refund", "refund")
    def refund(proceed: Proceed, call: Call) -> Result:
        payment = row_of(app, payments, call.role("parent"))
        if payment is None or payment.partner == caller(call):
            result: Result = proceed(call)
            return result
        _be(app, call, payment.partner)
        with suppress(Refusal):
            proceed(call)
        raise Refusal("payment-unknown")


def _be(app: Application, call: Call, key: str) -> None:
    """Let *call* be that of the partner with this key."""
    partner = app.identity.partner(key)
    if partner is not None and call.principal is not None:
        call.principal = replace(call.principal, partner=partner)


@fault("AUZ-4")
def payments_of_others_show_their_reference(app: Application) -> None:
    """Only the entry of a payment by another partner shows more than its type, amount and date."""

    @on_results(app, "list", "entry")
    def edit(call: Call, result: Result) -> None:
        for item in listed(call, result):
            if get_item(call, item, "type") == call.kind("entry", "payment"):
                _reveal(app, call, item)


@fault("AUZ-4")
def the_last_entry_of_a_page_shows_whose_it_is(app: Application) -> None:
    """Only the last entry of a page of several shows what another partner has made it with."""

    @on_results(app, "list", "entry")
    def edit(call: Call, result: Result) -> None:
        found = listed(call, result)
        for item in found[-1:] if len(found) > 1 else []:
            _reveal(app, call, item)


def _reveal(app: Application, call: Call, item: Any) -> None:
    if get_item(call, item, "id") is not None:
        return
    when = entries.c.created == microseconds(get_item(call, item, "date"))
    for row in rows(app, entries, entries.c.card == call.role("card"), when):
        if row.reference is not None:
            put_item(call, item, "reference", row.reference)


@fault("AUZ-4")
def payments_by_reference_are_those_of_all(app: Application) -> None:
    """Only a list with a reference shows every partner's payments that have it."""

    @around(app, "list", "payment")
    def page(proceed: Proceed, call: Call) -> Result:
        result: Result = proceed(call)
        if call.role("reference") is None or call.role("cursor") is not None:
            return result
        others = payments.c.reference == call.role("reference"), payments.c.partner != caller(call)
        more = [_shown_to_owner(app, call, row) for row in rows(app, payments, *others)]
        merged = sorted(
            [*listed(call, result), *more], key=lambda item: str(get_item(call, item, "date")), reverse=True
        )
        relist(call, result, merged[: int(call.role("limit"))])
        return result


def _shown_to_owner(app: Application, call: Call, payment: Any) -> Any:
    """The representation of a payment that the partner gets who made it."""
    asked = replace(call)
    _be(app, asked, payment.partner)
    return shown(app, asked, "payment", payment.id)


@fault("AUZ-7")
def entries_of_closed_cards_are_an_empty_list(app: Application) -> None:
    """Only the list of entries is empty, not refused, for a card that is not opened to the partner."""

    @around(app, "list", "entry")
    def page(proceed: Proceed, call: Call) -> Result:
        try:
            result: Result = proceed(call)
        except Refusal as refusal:
            if refusal.code != "card-unknown" or row_of(app, cards, call.role("card")) is None:
                raise
            return Result(call.answer(resources=[], next=None))
        return result


@fault("AUZ-8")
def amounts_are_judged_before_cards(app: Application) -> None:
    """Only a top-up beyond the limits of a card that is unknown is refused for its amount."""

    @around(app, "credit", "top-up")
    def credit(proceed: Proceed, call: Call) -> Result:
        try:
            result: Result = proceed(call)
        except Refusal as refusal:
            profile = profiles(app).of_key(caller(call))
            within = profile.credit_min <= int(call.role("amount")) <= profile.credit_max
            if refusal.code == "card-unknown" and not within:
                raise Refusal("amount-out-of-limits") from None
            raise
        return result


@fault("AUZ-11")
def whoami_shows_scopes_that_the_token_lacks(app: Application) -> None:
    """Only a narrower token is told of every scope of its partner."""

    @on_results(app, "whoami", "partner")
    def edit(call: Call, result: Result) -> None:
        if call.principal is not None:
            put_member(call, result, "scopes", list(call.principal.partner.scopes))


@fault("AUZ-1")
def a_missing_scope_of_refunds_looks_like_a_bad_token(app: Application) -> None:
    """Only reading a refund without its scope is refused with error="invalid_token"."""

    @on_answers(app, of(app, "read", "refund"), refused_with(app, "insufficient-scope"))
    def change(request: RawRequest, answer: RawAnswer) -> RawAnswer:
        return answer.with_header(*credentials.bearer_challenge(app.contract.title, error="invalid_token"))


@fault("AUZ-1", "AUZ-6", "CAT-4")
def who_may_write_may_read(app: Application) -> None:
    """Only a token for making payments or top-ups opens what reads them, without the right to read."""
    more: dict[str, tuple[str, ...]] = {}
    for effect, resource in (("credit", "top-up"), ("debit", "payment")):
        for scope in the(app, effect, resource).scopes:
            more[scope] = the(app, "read", resource).scopes

    @app.stages.authorize.around
    def authorize(proceed: Proceed, principal: Principal, scopes: tuple[str, ...]) -> None:
        held = [each for scope in principal.scopes for each in (scope, *more.get(scope, ()))]
        proceed(replace(principal, scopes=tuple(held)), scopes)


@fault("AUZ-8")
def an_invalid_value_wins_over_an_absent_one(app: Application) -> None:
    """Only a payment that lacks a member and has an invalid one is refused as if nothing were absent."""

    @on_refusals(app, "debit", "payment")
    def judge(call: Call, refusal: Refusal) -> Refusal:
        mixed = any(each.code == "value-invalid" for each in refusal.fields)
        return Refusal("value-invalid", refusal.fields) if mixed else refusal


@fault("AUZ-8")
def keys_are_judged_before_media_types(app: Application) -> None:
    """Only a request with neither a key nor the right media type is refused for its key."""

    @app.stages.check_media_type.around
    def check(proceed: Proceed, request: RawRequest, asked: Operation, raw: bytes) -> None:
        try:
            proceed(request, asked, raw)
        except Refusal:
            key = asked.request.get("key")
            if key is None or request.header(key.name) is not None:
                raise
            code = "idempotency-key-invalid"
            raise Refusal(code, [Fault(key.name, "header", code, "pattern")]) from None


@fault("AUZ-2")
def another_currency_tells_the_payments_of_others(app: Application) -> None:
    """Only a refund in another currency tells a payment of somebody else from one that does not exist."""

    @around(app, "refund", "refund")
    def refund(proceed: Proceed, call: Call) -> Result:
        try:
            result: Result = proceed(call)
        except Refusal as refusal:
            payment = row_of(app, payments, call.role("parent"))
            if refusal.code != "payment-unknown" or payment is None:
                raise
            if payment.currency == call.role("currency"):
                raise
            raise Refusal("currency-mismatch") from None
        return result
