"""Faults of a key that is used again: by whom, for what, after which refusal, in which spelling."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlalchemy import delete

from cynod_conformance.experiment.registry import fault
from cynod_conformance.faults.handlers import Key, around, is_kept, key_of, row_of, rows, shown
from cynod_conformance.faults.helpers import (
    Proceed,
    get_member,
    member,
    on_answers,
    succeeded,
    the,
    with_member,
)
from cynod_conformance.faults.wire import when_gone
from cynod_sandbox._generated import pointers
from cynod_sandbox._generated.calls import Call, Result
from cynod_sandbox._generated.core import Application
from cynod_sandbox._generated.messages import RawAnswer, RawRequest
from cynod_sandbox._generated.refusals import Refusal
from cynod_sandbox.app.hook_points import database
from cynod_sandbox.storage.tables import cards, effects

Alike = Callable[[bytes, bytes], bool]


@fault("IDE-1")
def replayed_payments_are_as_they_are_now(app: Application) -> None:
    """Only after a refund, the replay of a payment tells what was given back since."""

    @around(app, "debit", "payment")
    def debit(proceed: Proceed, call: Call) -> Result:
        result: Result = proceed(call)
        if not result.replayed:
            return result
        now = shown(app, call, "payment", get_member(call, result, "id"))
        return replace(result, data=call.answer(resource=now))


@fault("IDE-1")
def a_replay_after_the_card_was_blocked_is_refused(app: Application) -> None:
    """Only of a card blocked since, a payment is not replayed: the card is looked at before the key."""

    @around(app, "debit", "payment")
    def debit(proceed: Proceed, call: Call) -> Result:
        result: Result = proceed(call)
        card = row_of(app, cards, call.role("card"))
        if result.replayed and card is not None and card.blocked:
            raise Refusal("card-blocked")
        return result


@fault("ERR-6")
def replays_speak_the_first_language(app: Application) -> None:
    """Only a replay has its message in the language of the first call, whatever this one asks for."""
    said: dict[Any, Any] = {}

    @on_answers(app, succeeded)
    def change(request: RawRequest, answer: RawAnswer) -> RawAnswer:
        operation = request.operation
        if operation is None or "key" not in operation.request:
            return answer
        message = pointers.get(answer.json(), member(app, answer, "message"))
        served = request.partner, request.path, request.header(operation.request["key"].name)
        header = operation.success.header("replayed")
        if header is None or not answer.has(header.name):
            said[served] = message
        return with_member(app, answer, "message", said.get(served, message))


@fault("IDE-2")
def a_refund_of_another_payment_replays_the_first(app: Application) -> None:
    """Only the path differs: the key replays the refund of another payment."""
    _replay(app, "refund", "refund", lambda call: call.body)


@fault("IDE-2")
def a_top_up_with_another_label_replays_the_first(app: Application) -> None:
    """Only the label differs: the key replays the first top-up."""
    label = the(app, "credit", "top-up").request["label"].path

    def without_label(call: Call) -> Any:
        return {name: value for name, value in call.body.items() if name != label[-1]}

    _replay(app, "credit", "top-up", without_label)


def _replay(app: Application, effect: str, resource: str, seen: Callable[[Call], Any]) -> None:
    """Replay the first call of a key when the next one's is equal in what is *seen* of it."""
    first: dict[Key, tuple[Any, Result]] = {}

    @around(app, effect, resource)
    def work(proceed: Proceed, call: Call) -> Result:
        try:
            result: Result = proceed(call)
        except Refusal as refusal:
            known = first.get(key_of(call))
            if refusal.code != "key-reused" or known is None or known[0] != seen(call):
                raise
            return replace(known[1], replayed=True)
        first.setdefault(key_of(call), (seen(call), result))
        return result


@fault("IDE-4")
def a_payment_key_of_another_partner_is_taken(app: Application) -> None:
    """Only a key with which another partner has paid conflicts."""

    @around(app, "debit", "payment")
    def debit(proceed: Proceed, call: Call) -> Result:
        partner, operation, key = key_of(call)
        others = effects.c.partner != partner, effects.c.operation == operation, effects.c.key == key
        if rows(app, effects, *others):
            raise Refusal("key-reused")
        result: Result = proceed(call)
        return result


@fault("IDE-4")
def a_key_of_a_top_up_is_taken_for_payments(app: Application) -> None:
    """Only the key of a top-up conflicts in a payment of the same partner, not the other way round."""
    credit = the(app, "credit", "top-up")

    @around(app, "debit", "payment")
    def debit(proceed: Proceed, call: Call) -> Result:
        partner, _, key = key_of(call)
        operation = f"{credit.effect} {credit.resource}"
        others = effects.c.partner == partner, effects.c.operation == operation, effects.c.key == key
        if rows(app, effects, *others):
            raise Refusal("key-reused")
        result: Result = proceed(call)
        return result


@fault("IDE-8")
def a_payment_that_was_not_covered_keeps_its_key(app: Application) -> None:
    """Only a key refused for want of money conflicts with the corrected payment."""
    _keep(app, "debit", "payment", "balance-insufficient", lambda refusal: "key-reused")


@fault("IDE-8")
def a_refund_that_was_too_large_is_refused_again(app: Application) -> None:
    """Only a key refused because too much was asked for gets that refusal again, whatever is asked for."""
    _keep(app, "refund", "refund", "refund-exceeds", lambda refusal: refusal)


def _keep(app: Application, effect: str, resource: str, code: str, told: Callable[[str], str]) -> None:
    """Keep the keys refused with *code*, and refuse another request with them as *told*."""
    refused: dict[Key, str] = {}

    @around(app, effect, resource)
    def work(proceed: Proceed, call: Call) -> Result:
        before = refused.get(key_of(call))
        if before is not None and before != call.fingerprint:
            raise Refusal(told(code))
        try:
            result: Result = proceed(call)
        except Refusal as refusal:
            if refusal.code == code:
                refused[key_of(call)] = call.fingerprint
            raise
        return result


@fault("IDE-8")
def a_top_up_that_was_invalid_keeps_its_key(app: Application) -> None:
    """Only a key refused because of a value conflicts with the corrected top-up."""
    operation, refused = the(app, "credit", "top-up"), set[Key]()

    @app.stages.validate.around
    def validate(proceed: Proceed, call: Call, raw: bytes, repeated: list[str]) -> None:
        try:
            proceed(call, raw, repeated)
        except Refusal as refusal:
            if call.operation == operation and refusal.code == "value-invalid":
                refused.add(key_of(call))
            raise

    @around(app, "credit", "top-up")
    def credit(proceed: Proceed, call: Call) -> Result:
        if key_of(call) in refused:
            raise Refusal("key-reused")
        result: Result = proceed(call)
        return result


@fault("IDE-9")
def spaces_make_another_top_up(app: Application) -> None:
    """Only the spaces between members differ, and the key conflicts."""
    _compare(app, "credit", "top-up", lambda first, raw: b"".join(first.split()) == b"".join(raw.split()))


@fault("IDE-9")
def escapes_make_another_top_up(app: Application) -> None:
    """Only the characters escaped in a JSON text differ, and the key conflicts."""

    def alike(first: bytes, raw: bytes) -> bool:
        return (b"\\" in first) != (b"\\" in raw) and json.loads(first) == json.loads(raw)

    _compare(app, "credit", "top-up", alike)


@fault("IDE-9")
def whole_numbers_with_a_point_make_another_payment(app: Application) -> None:
    """Only the spelling of an amount differs, as 1500 and 1500.0 do, and the key conflicts."""
    path = the(app, "debit", "payment").request["amount"].path

    def spelt(raw: bytes) -> str:
        return str(pointers.get(json.loads(raw, parse_int=str, parse_float=str), path))

    _compare(
        app,
        "debit",
        "payment",
        lambda first, raw: spelt(first) != spelt(raw) and float(spelt(first)) == float(spelt(raw)),
    )


def _compare(app: Application, effect: str, resource: str, alike: Alike) -> None:
    """Let a key conflict when the text of the body is another than the first, but *alike*."""
    operation = the(app, effect, resource)
    texts: dict[Key, bytes] = {}

    @app.stages.validate.around
    def validate(proceed: Proceed, call: Call, raw: bytes, repeated: list[str]) -> None:
        proceed(call, raw, repeated)
        if call.operation != operation:
            return
        first = texts.get(key_of(call), raw)
        if not is_kept(app, call):
            texts[key_of(call)] = raw
        elif first != raw and alike(first, raw):
            raise Refusal("key-reused")


@fault("IDE-9")
def another_order_makes_another_payment(app: Application) -> None:
    """Only the members of the amount stand in another order, and the key conflicts."""
    _order(app, "debit", "payment", lambda call: call.operation.request["amount"].path[:-1])


@fault("IDE-9")
def another_order_makes_another_card(app: Application) -> None:
    """Only the outermost members of a card's request stand in another order, and the key conflicts."""
    _order(app, "issue", "card", lambda call: ())


def _order(app: Application, effect: str, resource: str, place: Callable[[Call], tuple[str, ...]]) -> None:
    first: dict[Key, list[str]] = {}

    @around(app, effect, resource)
    def work(proceed: Proceed, call: Call) -> Result:
        result: Result = proceed(call)
        order = list(pointers.get(call.body, place(call)))
        if result.replayed and first.get(key_of(call), order) != order:
            raise Refusal("key-reused")
        first.setdefault(key_of(call), order)
        return result


@fault("IDE-6")
def a_payment_whose_answer_is_lost_is_made_again(app: Application) -> None:
    """Only when the caller goes away before the answer, its key is forgotten and its payment is not."""
    operation = the(app, "debit", "payment")
    name = operation.request["key"].name.lower()

    @when_gone(app, operation.method, operation.path)
    def forget(headers: dict[str, str]) -> None:
        served = f"{operation.effect} {operation.resource}"
        with database(app).transaction() as connection:
            connection.execute(
                delete(effects).where(effects.c.key == headers.get(name), effects.c.operation == served)
            )
