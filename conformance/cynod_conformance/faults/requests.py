"""Faults in how requests are judged: required fields, values, bounds, JSON, keys."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from cynod_conformance.experiment.registry import fault
from cynod_conformance.faults.helpers import Proceed, the
from cynod_sandbox._generated import pointers
from cynod_sandbox._generated.calls import Call
from cynod_sandbox._generated.contract import Operation
from cynod_sandbox._generated.core import Application
from cynod_sandbox._generated.messages import RawRequest
from cynod_sandbox._generated.refusals import Fault, Refusal

Judge = Callable[[Call, Refusal], Refusal | None]
Edit = Callable[[Any], Any]
Told = Callable[[str], str]


def on_refusals(app: Application, effect: str, resource: str) -> Callable[[Judge], Judge]:
    """Let the decorated function decide what becomes of one operation's validation refusals."""
    operation = the(app, effect, resource)

    def install(judge: Judge) -> Judge:
        @app.stages.validate.around
        def validate(proceed: Proceed, call: Call, raw: bytes, repeated: list[str]) -> None:
            try:
                proceed(call, raw, repeated)
            except Refusal as refusal:
                kept = judge(call, refusal) if call.operation == operation else refusal
                if kept is not None:
                    raise kept from None

        return judge

    return install


def on_members(app: Application, effect: str, resource: str, role: str) -> Callable[[Edit], Edit]:
    """Let the decorated function change the member *role* of one operation's body before it is judged."""
    operation = the(app, effect, resource)
    path = operation.request[role].path

    def install(edit: Edit) -> Edit:
        @app.stages.decode.around
        def decode(proceed: Proceed, raw: bytes, asked: Operation) -> Any:
            body = proceed(raw, asked)
            if asked == operation and isinstance(body, dict):
                value = pointers.get(body, path, pointers.MISSING)
                if value is not pointers.MISSING:
                    pointers.put(body, path, edit(value))
            return body

        return edit

    return install


def judged_as(app: Application, effect: str, resource: str, role: str) -> Callable[[Told], Told]:
    """Let the text *role* of one operation's body be judged as the decorated function tells it, too."""
    operation = the(app, effect, resource)
    path = operation.request[role].path

    def install(told: Told) -> Told:
        @app.stages.validate.around
        def validate(proceed: Proceed, call: Call, raw: bytes, repeated: list[str]) -> None:
            proceed(call, raw, repeated)
            value = pointers.get(call.body, path, None) if call.operation == operation else None
            if not isinstance(value, str):
                return
            pointers.put(call.body, path, told(value))
            try:
                proceed(call, raw, repeated)
            finally:
                pointers.put(call.body, path, value)

        return told

    return install


def unknown_members(refusal: Refusal) -> bool:
    """Whether *refusal* is for members that the document does not know, and for nothing else."""
    keywords = ("additionalProperties", "unevaluatedProperties")
    return bool(refusal.fields) and all(each.keyword in keywords for each in refusal.fields)


@fault("VAL-1", "ERR-4", "ERR-5", "CAT-4")
def absent_members_of_a_card_are_invalid_ones(app: Application) -> None:
    """What is absent is told as what is invalid."""

    @on_refusals(app, "issue", "card")
    def judge(call: Call, refusal: Refusal) -> Refusal:
        if refusal.code != "required-absent":
            return refusal
        fields = [Fault(each.field, each.place, "value-invalid") for each in refusal.fields]
        return Refusal("value-invalid", fields)


@fault("VAL-2")
def a_null_label_is_accepted(app: Application) -> None:
    """null stands for an optional text that is absent."""
    operation = the(app, "credit", "top-up")
    path = operation.request["label"].path

    @app.stages.decode.around
    def decode(proceed: Proceed, raw: bytes, asked: Operation) -> Any:
        body = proceed(raw, asked)
        if asked == operation and isinstance(body, dict) and path[-1] in body and body[path[-1]] is None:
            del body[path[-1]]
        return body


@fault("VAL-3")
def references_may_be_one_too_long(app: Application) -> None:
    """The bound on one text is off by one."""
    path = the(app, "credit", "top-up").request["reference"].path

    @app.stages.validate.around
    def validate(proceed: Proceed, call: Call, raw: bytes, repeated: list[str]) -> None:
        try:
            proceed(call, raw, repeated)
        except Refusal as refusal:
            value = pointers.get(call.body, path) if isinstance(call.body, dict) else None
            long = any(each.keyword == "maxLength" for each in refusal.fields)
            if call.operation.effect != "credit" or not long or not isinstance(value, str):
                raise
            pointers.put(call.body, path, value[:-1])
            proceed(call, raw, repeated)


@fault("VAL-4")
def an_empty_body_is_an_empty_object(app: Application) -> None:
    """Nothing is read as {} by one operation."""
    operation = the(app, "debit", "payment")

    @app.stages.decode.around
    def decode(proceed: Proceed, raw: bytes, asked: Operation) -> Any:
        return {} if asked == operation and not raw else proceed(raw, asked)


@fault("VAL-5")
def amounts_are_rounded(app: Application) -> None:
    """A fraction of the minor unit is cut off."""

    @on_members(app, "credit", "top-up", "amount")
    def edit(value: Any) -> Any:
        return int(value) if isinstance(value, float) and math.isfinite(value) else value


@fault("VAL-6")
def other_alphabets_come_back_as_question_marks(app: Application) -> None:
    """A name outside Latin-1 is stored without its letters."""

    @on_members(app, "issue", "card", "holder")
    def edit(value: Any) -> Any:
        return value.encode("latin-1", "replace").decode("latin-1") if isinstance(value, str) else value


@fault("VAL-8")
def refunds_take_unknown_members(app: Application) -> None:
    """A member that the contract lacks is let through by one operation."""

    @on_refusals(app, "refund", "refund")
    def judge(call: Call, refusal: Refusal) -> Refusal | None:
        return None if unknown_members(refusal) else refusal


@fault("VAL-3", "VAL-6", "VAL-9")
def the_longest_label_is_refused(app: Application) -> None:
    """The bound on one text is too tight by one."""

    @judged_as(app, "debit", "payment", "label")
    def longer(value: str) -> str:
        return f"{value}x"


@fault("VAL-9")
def lists_of_cards_need_a_limit(app: Application) -> None:
    """An optional parameter is asked for."""
    operation = the(app, "list", "card")

    @app.stages.negotiate.around
    def negotiate(proceed: Proceed, request: Any, asked: Operation) -> None:
        proceed(request, asked)
        if asked == operation and not request.query:
            raise Refusal("request-invalid")


@fault("VAL-11")
def a_repeated_limit_is_taken_once(app: Application) -> None:
    """The first of two values counts."""
    operation = the(app, "list", "top-up")

    @app.stages.validate.around
    def validate(proceed: Proceed, call: Call, raw: bytes, repeated: list[str]) -> None:
        proceed(call, raw, [] if call.operation == operation else repeated)


@fault("VAL-12")
def unknown_parameters_are_refused_by_whoami(app: Application) -> None:
    """One operation refuses a query parameter that the contract lacks."""
    operation = the(app, "whoami", "partner")

    @app.stages.negotiate.around
    def negotiate(proceed: Proceed, request: Any, asked: Operation) -> None:
        proceed(request, asked)
        if asked == operation and request.query and "access_token" not in request.query:
            raise Refusal("request-invalid")


@fault("IDE-5")
def keys_of_payments_may_be_short(app: Application) -> None:
    """A key of any form will do for one operation."""
    operation = the(app, "debit", "payment")

    @app.stages.check_idempotency_key.around
    def check(proceed: Proceed, call: Call) -> None:
        if call.operation != operation or call.key is None:
            proceed(call)


@fault("VAL-8")
def members_are_known_in_any_case(app: Application) -> None:
    """Only a member of a payment whose name is right but for its case is taken for the one meant."""
    operation = the(app, "debit", "payment")
    known = {
        place.path[0].lower(): place.path[0] for place in operation.request.values() if place.place == "body"
    }

    @app.stages.decode.around
    def decode(proceed: Proceed, raw: bytes, asked: Operation) -> Any:
        body = proceed(raw, asked)
        if asked != operation or not isinstance(body, dict):
            return body
        return {known.get(name.lower(), name): value for name, value in body.items()}


@fault("VAL-12")
def parameters_are_known_in_any_case(app: Application) -> None:
    """Only a parameter that is unknown for its case alone is taken for the one of that name, in lists."""

    @app.stages.read_parameters.around
    def read(proceed: Proceed, call: Call, request: RawRequest, path: dict[str, str]) -> list[str]:
        declared = {each.name for each in call.operation.parameters if each.place == "query"}
        known = {name.lower(): name for name in declared}
        pieces = [piece.partition("=") for piece in request.query.split("&") if piece]
        sent = {name for name, _, _ in pieces}
        query = "&".join(
            f"{name if known.get(name.lower(), name) in sent else known[name.lower()]}={value}"
            for name, _, value in pieces
        )
        asked = replace(request, query=query) if call.operation.effect == "list" else request
        repeated: list[str] = proceed(call, asked, path)
        return repeated
