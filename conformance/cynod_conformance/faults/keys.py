"""Faults of idempotency keys: replays that are no replays, keys that are not kept."""

from __future__ import annotations

from dataclasses import replace

from cynod_conformance.faults.helpers import Stage, database, instead, of, on_answers, succeeded, the
from cynod_conformance.registry import fault
from cynod_sandbox._generated.calls import Call, Result
from cynod_sandbox._generated.core import Application
from cynod_sandbox._generated.messages import RawAnswer, RawRequest
from cynod_sandbox.storage.tables import effects


@fault("IDE-7")
def replayed_payments_look_new(app: Application) -> None:
    """A replay does not say that it is one."""
    header = the(app, "debit", "payment").success.header("replayed")

    @on_answers(app, of(app, "debit", "payment"), succeeded)
    def change(request: RawRequest, answer: RawAnswer) -> RawAnswer:
        return answer.without_header(header.name) if header else answer


@fault("IDE-2", "CAT-4")
def a_reused_key_replays_the_first_payment(app: Application) -> None:
    """Another body with a used key gets the first answer."""
    operation = the(app, "debit", "payment")

    @instead(app, "run")
    async def run(original: Stage, call: Call) -> Result:
        if call.operation == operation:
            with database(app).transaction() as connection:
                row = connection.execute(
                    effects.select().where(
                        effects.c.key == call.key,
                        effects.c.partner == (call.principal.partner.key if call.principal else ""),
                        effects.c.operation == f"{operation.effect} {operation.resource}",
                    )
                ).one_or_none()
            if row is not None:
                return Result(row.data, location=row.location, replayed=True)
        made: Result = await original(call)
        return made


@fault("IDE-1")
def replayed_top_ups_have_another_location(app: Application) -> None:
    """The replay of one operation is found elsewhere than its first answer."""
    operation = the(app, "credit", "top-up")
    header = operation.success.header("replayed")

    @on_answers(app, of(app, "credit", "top-up"), succeeded)
    def change(request: RawRequest, answer: RawAnswer) -> RawAnswer:
        if header is None or not answer.has(header.name):
            return answer
        return replace(answer).with_header("Location", f"{answer.header('Location')}?rejeu")
