"""Faults of what a request may look like: formats, nested members, media types, keys; under a condition."""

from __future__ import annotations

import json
import re
import unicodedata
from datetime import date, timedelta
from typing import Any

from cynod_conformance.experiment.registry import fault
from cynod_conformance.faults.handlers import around, change, row_of, set_role
from cynod_conformance.faults.helpers import Proceed, the
from cynod_conformance.faults.requests import on_members, on_refusals
from cynod_sandbox._generated import media, pointers
from cynod_sandbox._generated.calls import Call, Result
from cynod_sandbox._generated.contract import Operation
from cynod_sandbox._generated.core import Application
from cynod_sandbox._generated.messages import RawRequest
from cynod_sandbox._generated.refusals import Fault, Refusal
from cynod_sandbox.storage.tables import payments, top_ups

HOUR_24 = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})T24:00:00Z")

_NO_SUCH_DAY = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])-(29|30|31)")


@fault("VAL-7")
def days_that_a_month_lacks_are_taken(app: Application) -> None:
    """Only a day that other months have, such as 30 February, is taken for the end of a card."""

    @on_refusals(app, "issue", "card")
    def judge(call: Call, refusal: Refusal) -> Refusal | None:
        expiry = call.role("expiry")
        if not _is_format(refusal) or not _NO_SUCH_DAY.fullmatch(str(expiry)):
            return refusal
        set_role(call, "expiry", f"{expiry[:-2]}28")
        return None


@fault("VAL-7")
def top_ups_from_an_impossible_instant_are_all(app: Application) -> None:
    """Only the beginning of a period may be an instant that no clock shows: it counts as none."""
    _forget_format(app, "top-up", "from")


@fault("VAL-7")
def entries_until_an_impossible_instant_are_all(app: Application) -> None:
    """Only the end of a card's period may be an instant that no clock shows: it counts as none."""
    _forget_format(app, "entry", "until")


def _forget_format(app: Application, resource: str, role: str) -> None:
    name = the(app, "list", resource).request[role].name

    @on_refusals(app, "list", resource)
    def judge(call: Call, refusal: Refusal) -> Refusal | None:
        if not _is_format(refusal) or {each.field for each in refusal.fields} != {name}:
            return refusal
        set_role(call, role, None)
        return None


def _is_format(refusal: Refusal) -> bool:
    return bool(refusal.fields) and all(each.keyword == "format" for each in refusal.fields)


@fault("VAL-1")
def refunds_need_no_currency(app: Application) -> None:
    """Only the currency of a refund may be absent: the payment's stands for it."""
    pointer = pointers.encode(the(app, "refund", "refund").request["currency"].path)

    @on_refusals(app, "refund", "refund")
    def judge(call: Call, refusal: Refusal) -> Refusal | None:
        payment = row_of(app, payments, call.role("parent"))
        absent = refusal.code == "required-absent" and {each.field for each in refusal.fields} == {pointer}
        if payment is None or not absent:
            return refusal
        set_role(call, "currency", payment.currency)
        return None


@fault("VAL-2", "VAL-5")
def amounts_of_refunds_may_be_texts(app: Application) -> None:
    """Only a text of digits stands for an amount, in refunds."""

    @on_members(app, "refund", "refund", "amount")
    def edit(value: Any) -> Any:
        return int(value) if isinstance(value, str) and re.fullmatch("[0-9]{1,15}", value) else value


@fault("VAL-3")
def currencies_of_cards_may_be_small(app: Application) -> None:
    """Only small letters are taken for capitals, in the currency of a new card."""

    @on_members(app, "issue", "card", "currency")
    def edit(value: Any) -> Any:
        return value.upper() if isinstance(value, str) and value.isascii() else value


@fault("VAL-6")
def labels_of_top_ups_are_composed(app: Application) -> None:
    """Only a letter written with an accent of its own comes back as one character."""

    @on_members(app, "credit", "top-up", "label")
    def edit(value: Any) -> Any:
        return unicodedata.normalize("NFC", value) if isinstance(value, str) else value


@fault("VAL-6")
def holders_lose_what_needs_four_octets(app: Application) -> None:
    """Only characters beyond the basic plane, as a database of three octets a character loses them."""

    @on_members(app, "issue", "card", "holder")
    def edit(value: Any) -> Any:
        return re.sub("[^\u0000-\uffff]", "\ufffd", value) if isinstance(value, str) else value


@fault("VAL-8")
def amounts_of_payments_may_have_members_of_their_own(app: Application) -> None:
    """Only inside the amount of a payment, a member that the contract lacks is let through."""
    inside = pointers.encode(the(app, "debit", "payment").request["amount"].path[:-1]) + "/"

    @on_refusals(app, "debit", "payment")
    def judge(call: Call, refusal: Refusal) -> Refusal | None:
        unknown = all(
            each.keyword in ("additionalProperties", "unevaluatedProperties")
            and each.field.startswith(inside)
            for each in refusal.fields
        )
        return None if unknown and refusal.fields else refusal


@fault("VAL-10")
def a_cancellation_that_is_not_covered_still_counts(app: Application) -> None:
    """Only a cancellation refused for want of money leaves the top-up cancelled and its money there."""

    @around(app, "cancel", "top-up")
    def cancel(proceed: Proceed, call: Call) -> Result:
        try:
            result: Result = proceed(call)
        except Refusal as refusal:
            if refusal.code == "balance-insufficient":
                change(app, top_ups, call.role("id"), state="cancelled")
            raise
        return result


@fault("HTT-5")
def refunds_need_no_media_type(app: Application) -> None:
    """Only a body of no announced media type is read, and only where a payment is refunded."""
    operation = the(app, "refund", "refund")

    @app.stages.check_media_type.around
    def check(proceed: Proceed, request: RawRequest, asked: Operation, raw: bytes) -> None:
        if asked != operation or request.header("content-type") is not None:
            proceed(request, asked, raw)


@fault("HTT-6")
def a_quality_of_zero_is_overlooked(app: Application) -> None:
    """Only who excludes JSON by q=0 is answered with it, in lists of top-ups."""
    operation = the(app, "list", "top-up")

    @app.stages.negotiate.around
    def negotiate(proceed: Proceed, request: RawRequest, asked: Operation) -> None:
        named = re.sub(";[^,]*", "", request.header("accept") or "")
        if asked != operation or not media.acceptable(named, (app.contract.media_type,)):
            proceed(request, asked)


@fault("IDE-5")
def only_the_beginning_of_a_key_is_looked_at(app: Application) -> None:
    """Only a key that begins well and is then too long or malformed is taken, for refunds."""
    operation = the(app, "refund", "refund")

    @app.stages.check_idempotency_key.around
    def check(proceed: Proceed, call: Call) -> None:
        key = call.key or ""
        schema = next((each.schema for each in call.operation.parameters if each.role == "key"), "")
        if call.operation == operation and any(
            app.validators.is_valid(schema, key[:end]) for end in range(1, len(key))
        ):
            return
        proceed(call)


@fault("VAL-2")
def true_is_one_in_initial_balances(app: Application) -> None:
    """Only true and false count as the numbers 1 and 0, in the first balance of a card."""

    @on_members(app, "issue", "card", "initial-amount")
    def edit(value: Any) -> Any:
        return int(value) if isinstance(value, bool) else value


@fault("VAL-2")
def a_list_of_one_top_up_is_taken(app: Application) -> None:
    """Only a body that is a list of one object is taken for that object."""
    operation = the(app, "credit", "top-up")

    @app.stages.decode.around
    def decode(proceed: Proceed, raw: bytes, asked: Operation) -> Any:
        body = proceed(raw, asked)
        return body[0] if asked == operation and isinstance(body, list) and len(body) == 1 else body


@fault("VAL-3")
def partners_named_twice_are_named_once(app: Application) -> None:
    """Only where a card's partners hold one twice, although they have to be unique, it is taken once."""

    @on_members(app, "issue", "card", "partners")
    def edit(value: Any) -> Any:
        texts = isinstance(value, list) and all(isinstance(each, str) for each in value)
        return list(dict.fromkeys(value)) if texts else value


@fault("VAL-4")
def what_follows_a_body_is_overlooked(app: Application) -> None:
    """Only what stands behind a whole JSON value is not looked at, in top-ups."""
    operation = the(app, "credit", "top-up")

    @app.stages.decode.around
    def decode(proceed: Proceed, raw: bytes, asked: Operation) -> Any:
        try:
            return proceed(raw, asked)
        except Refusal:
            whole = _first_value(raw) if asked == operation else b""
            if not whole:
                raise
            return proceed(whole, asked)


def _first_value(raw: bytes) -> bytes:
    """The JSON value that *raw* begins with; nothing without one."""
    try:
        text = raw.decode()
        _, end = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return b""
    return text[:end].encode()


@fault("VAL-5")
def an_exponent_makes_no_integer(app: Application) -> None:
    """Only an amount written with an exponent, such as 1e3, is not taken for the integer that it is."""
    operation = the(app, "credit", "top-up")
    path = operation.request["amount"].path

    @app.stages.validate.around
    def validate(proceed: Proceed, call: Call, raw: bytes, repeated: list[str]) -> None:
        proceed(call, raw, repeated)
        if call.operation == operation:
            spelt = str(pointers.get(json.loads(raw, parse_float=str), path))
            if "e" in spelt.lower():
                fault = Fault(pointers.encode(path), "body", "value-invalid", "type")
                raise Refusal("value-invalid", [fault])


@fault("HTT-5")
def types_that_begin_like_json_are_taken(app: Application) -> None:
    """Only a media type whose name goes on after application/json, such as that of a sequence, is taken."""

    @app.stages.check_media_type.around
    def check(proceed: Proceed, request: RawRequest, asked: Operation, raw: bytes) -> None:
        given = (request.header("content-type") or "").lower()
        if not given.startswith(app.contract.media_type):
            proceed(request, asked, raw)


@fault("VAL-9", "HTT-5")
def media_types_in_capitals_are_refused(app: Application) -> None:
    """Only a body whose media type has a capital letter is refused, although case does not count."""

    @app.stages.check_media_type.around
    def check(proceed: Proceed, request: RawRequest, asked: Operation, raw: bytes) -> None:
        kind = (request.header("content-type") or "").partition(";")[0]
        if asked.body is not None and kind != kind.lower():
            raise Refusal("media-type-unsupported")
        proceed(request, asked, raw)


@fault("HTT-6")
def any_application_is_not_acceptable(app: Application) -> None:
    """Only who accepts application/* and nothing else is refused."""

    @app.stages.negotiate.around
    def negotiate(proceed: Proceed, request: RawRequest, asked: Operation) -> None:
        if (request.header("accept") or "").partition(";")[0].strip() == "application/*":
            raise Refusal("not-acceptable")
        proceed(request, asked)


@fault("VAL-7")
def midnight_may_be_hour_24(app: Application) -> None:
    """Only as the end of a list of payments, the 24th hour of a day is taken for the next day's first."""

    @on_refusals(app, "list", "payment")
    def judge(call: Call, refusal: Refusal) -> Refusal | None:
        match = HOUR_24.fullmatch(str(call.role("until")))
        if match is None or len(refusal.fields) > 1:
            return refusal
        try:
            day = date.fromisoformat(match[1])
        except ValueError:
            return refusal
        set_role(call, "until", f"{day + timedelta(days=1)}T00:00:00Z")
        return None
