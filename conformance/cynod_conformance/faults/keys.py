"""Faults of idempotency keys: replays that are no replays, keys that are not kept."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

from sqlalchemy import delete

from cynod_conformance.experiment.registry import fault
from cynod_conformance.faults.handlers import Key, around, key_of, row_of, rows, set_role
from cynod_conformance.faults.helpers import Proceed, of, on_answers, succeeded, the
from cynod_sandbox._generated.calls import Call, Result
from cynod_sandbox._generated.core import Application
from cynod_sandbox._generated.messages import RawAnswer, RawRequest
from cynod_sandbox._generated.refusals import Fault, Refusal
from cynod_sandbox.app.hook_points import database
from cynod_sandbox.storage.tables import cards, effects

KEY_COLUMN_CHARS = 64  # characters


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

    @app.stages.run_handler.around
    async def run(proceed: Proceed, call: Call) -> Result:
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
        made: Result = await proceed(call)
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


@fault("IDE-1")
def keys_belong_to_a_token(app: Application) -> None:
    """Only once another body has met it, the key of a payment is a new one to another token."""
    first: dict[Key, str] = {}  # the token that a key came with
    met: set[Key] = set()

    @around(app, "debit", "payment")
    def debit(proceed: Proceed, call: Call) -> Result:
        key, token = key_of(call), call.headers.get("authorization", "")
        if key in met and first[key] != token:
            set_role(call, "key", hashlib.sha256(f"{call.key} {token}".encode()).hexdigest())
        first.setdefault(key, token)
        try:
            result: Result = proceed(call)
        except Refusal as refusal:
            if refusal.code == "key-reused":
                met.add(key)
            raise
        return result


@fault("IDE-1", "IDE-2")
def a_conflict_forgets_the_first_answer(app: Application) -> None:
    """Only after a conflict, the key of a top-up is free again, for the first body and for any other."""

    @around(app, "credit", "top-up")
    def credit(proceed: Proceed, call: Call) -> Result:
        try:
            result: Result = proceed(call)
        except Refusal as refusal:
            if refusal.code == "key-reused":
                _forget(app, call)
            raise
        return result


@fault("IDE-1", "IDE-3", "IDE-6")
def the_third_call_with_a_key_is_new(app: Application) -> None:
    """Only a key whose payment was asked for twice in a row in the very same text is forgotten by then."""
    operation = the(app, "debit", "payment")
    last: dict[Key, bytes] = {}
    twice: set[Key] = set()

    @app.stages.validate.around
    def validate(proceed: Proceed, call: Call, raw: bytes, repeated: list[str]) -> None:
        proceed(call, raw, repeated)
        if call.operation == operation:
            if last.get(key_of(call)) == raw:
                twice.add(key_of(call))
            last[key_of(call)] = raw

    @around(app, "debit", "payment")
    def debit(proceed: Proceed, call: Call) -> Result:
        result: Result = proceed(call)
        if result.replayed and key_of(call) in twice:
            _forget(app, call)
        return result


@fault("IDE-1", "IDE-2", "IDE-3", "IDE-6", "CAT-4")
def keys_serve_no_top_up(app: Application) -> None:
    """Only for top-ups no key is kept: each call is a new one."""

    @around(app, "credit", "top-up")
    def credit(proceed: Proceed, call: Call) -> Result:
        _forget(app, call)
        result: Result = proceed(call)
        return result


def _forget(app: Application, call: Call) -> None:
    """Let the call's key be as if it had never served its partner in this operation."""
    partner, operation, key = key_of(call)
    kept = effects.c.partner == partner, effects.c.operation == operation, effects.c.key == key
    with database(app).transaction() as connection:
        connection.execute(delete(effects).where(*kept))


@fault("AUZ-8")
def a_reused_key_with_an_unknown_card_meets_the_card_first(app: Application) -> None:
    """Only where the other body of a used key names an unknown card, the card is refused, not the key."""

    @around(app, "credit", "top-up")
    def credit(proceed: Proceed, call: Call) -> Result:
        try:
            result: Result = proceed(call)
        except Refusal as refusal:
            if refusal.code == "key-reused" and row_of(app, cards, call.role("card")) is None:
                raise Refusal("card-unknown") from None
            raise
        return result


@fault("IDE-2")
def keys_are_compared_without_case(app: Application) -> None:
    """Only the case of letters differs between two keys of top-ups, and they are one key."""

    @around(app, "credit", "top-up")
    def credit(proceed: Proceed, call: Call) -> Result:
        set_role(call, "key", str(call.key).lower())
        result: Result = proceed(call)
        return result


@fault("VAL-9", "IDE-5")
def keys_of_cards_with_a_colon_are_refused(app: Application) -> None:
    """Only a key with a colon, which the document allows, is malformed for a new card."""
    operation = the(app, "issue", "card")
    name = operation.request["key"].name

    @app.stages.check_idempotency_key.around
    def check(proceed: Proceed, call: Call) -> None:
        proceed(call)
        if call.operation == operation and ":" in (call.key or ""):
            code = "idempotency-key-invalid"
            raise Refusal(code, [Fault(name, "header", code, "pattern")])


@fault("IDE-4")
def a_refund_with_the_key_of_its_payment_conflicts(app: Application) -> None:
    """Only the very key with which a payment was made conflicts where that payment is refunded."""
    debit = the(app, "debit", "payment")

    @around(app, "refund", "refund")
    def refund(proceed: Proceed, call: Call) -> Result:
        partner, _, key = key_of(call)
        served = effects.c.operation == f"{debit.effect} {debit.resource}"
        for row in rows(app, effects, effects.c.partner == partner, served, effects.c.key == key):
            if row.location == {"id": call.role("parent")}:
                raise Refusal("key-reused")
        result: Result = proceed(call)
        return result


@fault("IDE-2")
def a_reference_in_another_case_replays_the_payment(app: Application) -> None:
    """Only the case of the reference differs, and the key replays the first payment."""
    first: dict[Key, tuple[Any, Result]] = {}
    path = the(app, "debit", "payment").request["reference"].path

    @around(app, "debit", "payment")
    def debit(proceed: Proceed, call: Call) -> Result:
        seen = {**call.body, path[-1]: str(call.role("reference")).lower()}
        try:
            result: Result = proceed(call)
        except Refusal as refusal:
            known = first.get(key_of(call))
            if refusal.code != "key-reused" or known is None or known[0] != seen:
                raise
            return replace(known[1], replayed=True)
        first.setdefault(key_of(call), (seen, result))
        return result


@fault("IDE-2")
def keys_of_refunds_are_cut(app: Application) -> None:
    """Only keys of refunds that are alike up to their 64th character are one key."""

    @around(app, "refund", "refund")
    def refund(proceed: Proceed, call: Call) -> Result:
        set_role(call, "key", str(call.key)[:KEY_COLUMN_CHARS])
        result: Result = proceed(call)
        return result
