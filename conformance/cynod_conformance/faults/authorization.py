"""Faults of scopes, ownership and the order of refusal (AUZ)."""

from __future__ import annotations

import time
from dataclasses import replace

from sqlalchemy import Column, ColumnElement, select

from cynod_conformance.experiment.registry import fault
from cynod_conformance.faults.handlers import around
from cynod_conformance.faults.helpers import (
    Proceed,
    of,
    on_answers,
    on_results,
    put_member,
    refused_with,
    the,
)
from cynod_sandbox._generated import media
from cynod_sandbox._generated.calls import Call, Result
from cynod_sandbox._generated.contract import Operation
from cynod_sandbox._generated.core import Application
from cynod_sandbox._generated.identity import IssuedToken, Partner, Principal
from cynod_sandbox._generated.messages import RawAnswer, RawRequest
from cynod_sandbox._generated.refusals import Refusal
from cynod_sandbox.app.hook_points import database
from cynod_sandbox.storage.tables import card_grants, cards, top_ups

CACHED_S = 1.0  # seconds that an answer is kept in a cache


@fault("AUZ-1", "AUZ-6", "TOK-13", "CAT-4")
def scope_is_never_checked(app: Application) -> None:
    """Every valid token opens everything."""

    @app.stages.authorize.around
    def authorize(proceed: Proceed, principal: Principal, scopes: tuple[str, ...]) -> None:
        return None


@fault("AUZ-1", "TOK-13", "CAT-4")
def lists_of_top_ups_need_no_scope(app: Application) -> None:
    """One operation is open to every valid token."""
    operation = the(app, "list", "top-up")

    @app.stages.identify.after
    async def identified(principal: Principal, request: RawRequest) -> Principal:
        return _with_scopes(principal, operation) if request.operation == operation else principal


def _with_scopes(principal: Principal, operation: Operation) -> Principal:
    """*principal* with the scopes that *operation* asks for."""
    return replace(principal, scopes=(*principal.scopes, *operation.scopes))


@fault("AUZ-1")
def a_missing_scope_is_not_named_in_a_challenge(app: Application) -> None:
    """A credit without its scope is refused without ``WWW-Authenticate``."""

    @on_answers(app, of(app, "credit", "top-up"), refused_with(app, "insufficient-scope"))
    def change(request: RawRequest, answer: RawAnswer) -> RawAnswer:
        return answer.without_header("WWW-Authenticate")


@fault("AUZ-5", "AUZ-8")
def bodies_are_judged_before_callers(app: Application) -> None:
    """A bad body without a token is answered with what is wrong with the body."""

    @app.stages.answer.around
    async def answer(proceed: Proceed, request: RawRequest) -> RawAnswer:
        route, _ = app.stages.match.run(request)
        operation = route.operations.get(request.method)
        kind = media.sent(request.header("content-type"))
        is_json = kind is not None and kind[0] == app.contract.media_type
        if operation and operation.body and is_json and request.header("authorization") is None:
            raw = await app.stages.read_body.run(request, operation)
            request.operation = operation
            value = app.stages.decode.run(raw, operation)
            if not app.validators.is_valid(operation.body.schema, value):
                raise Refusal("value-invalid")
        given: RawAnswer = await proceed(request)
        return given


@fault("AUZ-6")
def existence_is_judged_before_scope(app: Application) -> None:
    """An unknown id is answered as such to a token that may not even ask."""
    places: dict[str, tuple[Column[str], str]] = {
        "top-up": (top_ups.c.id, "top-up-unknown"),
        "card": (cards.c.id, "card-unknown"),
    }

    @app.stages.answer.around
    async def answer(proceed: Proceed, request: RawRequest) -> RawAnswer:
        try:
            given: RawAnswer = await proceed(request)
        except Refusal as refusal:
            operation = request.operation
            expression = operation.request.get("id") if operation else None
            if (
                operation
                and expression
                and refusal.code == "insufficient-scope"
                and operation.resource in places
            ):
                column, unknown = places[operation.resource]
                id = app.stages.match.run(request)[1].get(expression.name)
                with database(app).transaction() as connection:
                    if connection.execute(select(column).where(column == id)).first() is None:
                        raise Refusal(unknown) from None
            raise
        return given


@fault("AUZ-7")
def balances_of_all_cards_are_open(app: Application) -> None:
    """A balance can be read by a partner to which the card is not opened."""
    operation = the(app, "read", "balance")

    @app.stages.run_handler.around
    async def run(proceed: Proceed, call: Call) -> Result:
        try:
            result: Result = await proceed(call)
        except Refusal as refusal:
            owner = (
                _owner(app, cards.c.number == call.role("number")) if call.operation == operation else None
            )
            if refusal.code != "card-unknown" or owner is None or call.principal is None:
                raise
            call.principal = replace(call.principal, partner=owner)
            result = await proceed(call)
        return result


@fault("AUZ-7")
def cards_of_others_look_blocked_to_credits(app: Application) -> None:
    """A credit tells a card that is not opened to the partner from one that does not exist."""
    operation = the(app, "credit", "top-up")

    @app.stages.run_handler.around
    async def run(proceed: Proceed, call: Call) -> Result:
        try:
            result: Result = await proceed(call)
        except Refusal as refusal:
            closed = call.operation == operation and refusal.code == "card-unknown"
            if closed and _owner(app, cards.c.id == call.role("card")) is not None:
                raise Refusal("card-blocked") from None
            raise
        return result


def _owner(app: Application, wanted: ColumnElement[bool]) -> Partner | None:
    """A partner to which the card that fits *wanted* is opened."""
    query = select(card_grants.c.partner).join(cards, card_grants.c.card == cards.c.id)
    with database(app).transaction() as connection:
        key = connection.execute(query.where(wanted)).scalars().first()
    return app.identity.partner(str(key)) if key is not None else None


@fault("AUZ-9", "CAT-4")
def suspension_is_never_checked(app: Application) -> None:
    """A suspended partner goes on as if nothing had happened."""

    @app.stages.check_suspended.around
    def check_suspended(proceed: Proceed, principal: Principal) -> None:
        return None


@fault("AUZ-9", "CAT-4")
def a_suspended_partner_is_told_that_its_address_is_refused(app: Application) -> None:
    """Suspension is answered with the code of a refused address."""

    @app.stages.check_suspended.around
    def check_suspended(proceed: Proceed, principal: Principal) -> None:
        try:
            proceed(principal)
        except Refusal:
            raise Refusal("address-refused") from None


@fault("AUZ-10", "CAT-4")
def addresses_are_never_checked(app: Application) -> None:
    """A partner may call from anywhere."""

    @app.stages.logins.verify.around
    @app.stages.logins.recall.around
    def known(proceed: Proceed, key: str, secret: str) -> Partner | None:
        partner: Partner | None = proceed(key, secret)
        return replace(partner, allowed_ips=()) if partner else None

    @app.stages.find_token.around
    def find_token(proceed: Proceed, value: str) -> IssuedToken | None:
        token: IssuedToken | None = proceed(value)
        owner = token.owner if token is not None else None
        return replace(token, owner=replace(owner, allowed_ips=())) if token and owner else token


@fault("AUZ-11")
def whoami_names_another_partner(app: Application) -> None:
    """The consumer key is not that of the caller."""

    @on_results(app, "whoami", "partner")
    def edit(call: Call, result: Result) -> None:
        put_member(call, result, "key", "x")


@fault("AUZ-1", "AUZ-6", "CAT-4")
def who_may_read_top_ups_may_cancel_them(app: Application) -> None:
    """Only a token for reading top-ups opens their cancellation, without the right to write."""
    cancel, read = the(app, "cancel", "top-up"), the(app, "read", "top-up")

    @app.stages.identify.after
    async def identified(principal: Principal, request: RawRequest) -> Principal:
        reads = request.operation == cancel and set(read.scopes) <= set(principal.scopes)
        return _with_scopes(principal, cancel) if reads else principal


@fault("AUZ-9", "CAT-4")
def suspended_partners_go_on_by_basic(app: Application) -> None:
    """Only by Basic, a suspended partner goes on as if nothing had happened."""

    @app.stages.check_suspended.around
    def check_suspended(proceed: Proceed, principal: Principal) -> None:
        if principal.scheme != "basic":
            proceed(principal)


@fault("AUZ-11")
def whoami_is_kept_by_scopes(app: Application) -> None:
    """Only who asks within a second of another partner with the same scopes is told to be that one."""
    kept: dict[tuple[str, ...], tuple[float, Result]] = {}

    @around(app, "whoami", "partner")
    def whoami(proceed: Proceed, call: Call) -> Result:
        scopes = call.principal.scopes if call.principal is not None else ()
        since, result = kept.get(scopes, (0.0, None))
        if result is not None and time.monotonic() - since < CACHED_S:
            return result
        fresh: Result = proceed(call)
        kept[scopes] = time.monotonic(), fresh
        return fresh
