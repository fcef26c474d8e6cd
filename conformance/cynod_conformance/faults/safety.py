"""Faults of methods that should change nothing, and of where what they made is found."""

from __future__ import annotations

import secrets
from contextlib import suppress
from typing import Any

from sqlalchemy import insert, update

from cynod_conformance.experiment.registry import fault
from cynod_conformance.faults.handlers import around, given_back, row_of
from cynod_conformance.faults.helpers import Proceed, get_member, of, on_answers, succeeded, the
from cynod_sandbox._generated.calls import Call, Result
from cynod_sandbox._generated.core import Application
from cynod_sandbox._generated.messages import RawAnswer, RawRequest
from cynod_sandbox._generated.refusals import Refusal
from cynod_sandbox.app.hook_points import database
from cynod_sandbox.storage.database import now
from cynod_sandbox.storage.ledger import post
from cynod_sandbox.storage.tables import payments, refunds, top_ups

_LARGE = 1_000  # minor units from which an amount counts as large


@fault("HTT-3")
def head_of_a_top_up_cancels_it(app: Application) -> None:
    """Only HEAD: looking at a top-up takes its money back."""

    def cancel(id: str) -> None:
        top_up = row_of(app, top_ups, id)
        if top_up is None or top_up.state != "done":
            return
        undo = top_up.card, "cancellation", -top_up.amount, top_up.partner, top_up.id, top_up.reference
        with suppress(Refusal), database(app).transaction() as connection:
            post(connection, *undo, created=now())
            connection.execute(update(top_ups).where(top_ups.c.id == id).values(state="cancelled"))

    _on_head(app, "top-up", cancel)


@fault("HTT-3")
def head_of_a_payment_gives_a_unit_back(app: Application) -> None:
    """Only HEAD: looking at a payment refunds one unit of it, as long as one is left."""

    def refund(id: str) -> None:
        payment = row_of(app, payments, id)
        if payment is None or given_back(app, id) >= payment.amount:
            return
        new = f"{id[:4]}{secrets.token_urlsafe(12)}"
        with database(app).transaction() as connection:
            given = payment.card, "refund", 1, payment.partner, new, payment.reference
            post(connection, *given, created=now())
            row = insert(refunds).values(id=new, payment=id, amount=1, created=now())
            connection.execute(row.values(currency=payment.currency))

    _on_head(app, "payment", refund)


def _on_head(app: Application, resource: str, act: Any) -> None:
    operation = the(app, "read", resource)

    @app.stages.answer.around
    async def answer(proceed: Proceed, request: RawRequest) -> RawAnswer:
        given: RawAnswer = await proceed(request)
        if request.method == "HEAD" and request.operation == operation and succeeded(request, given):
            act(app.stages.match.run(request)[1][operation.request["id"].name])
        return given


@fault("HTT-3")
def a_refund_read_again_gives_a_unit_more(app: Application) -> None:
    """Only from the second reading on, a refund puts one unit more on its card."""
    seen: set[Any] = set()

    @around(app, "read", "refund")
    def read(proceed: Proceed, call: Call) -> Result:
        result: Result = proceed(call)
        id, payment = call.role("id"), row_of(app, payments, call.role("parent"))
        if id in seen and payment is not None:
            with database(app).transaction() as connection:
                post(
                    connection,
                    payment.card,
                    "refund",
                    1,
                    payment.partner,
                    id,
                    payment.reference,
                    created=now(),
                )
        seen.add(id)
        return result


@fault("HTT-7")
def refunds_are_located_at_their_payment(app: Application) -> None:
    """Only the Location of a refund leads elsewhere: to the payment that it belongs to."""

    @on_answers(app, of(app, "refund", "refund"), succeeded)
    def change(request: RawRequest, answer: RawAnswer) -> RawAnswer:
        found = answer.header("Location")
        return answer.with_header("Location", found.rsplit("/", 2)[0]) if found else answer


@fault("HTT-7")
def cards_are_located_by_their_id_alone(app: Application) -> None:
    """Only the Location of a card is relative, and to nothing that the request could resolve."""

    @on_answers(app, of(app, "issue", "card"), succeeded)
    def change(request: RawRequest, answer: RawAnswer) -> RawAnswer:
        found = answer.header("Location")
        return answer.with_header("Location", found.rsplit("/", 1)[1]) if found else answer


@fault("HTT-7")
def large_payments_have_no_location(app: Application) -> None:
    """Only the creation of a payment of 1,000 units or more does not tell where it is read."""
    operation = the(app, "debit", "payment")

    @app.stages.succeed.around
    def succeed(proceed: Proceed, request: RawRequest, call: Call, result: Result) -> RawAnswer:
        answer: RawAnswer = proceed(request, call, result)
        large = call.operation == operation and get_member(call, result, "amount") >= _LARGE
        return answer.without_header("Location") if large else answer
