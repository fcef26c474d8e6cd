"""One key, one effect: IDE clauses."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

from cynod_conformance.base.outcomes import ControlFailed, NotApplicable
from cynod_conformance.experiment.card_account import Bank
from cynod_conformance.experiment.context import SUCCESS, Answer, Lab
from cynod_conformance.experiment.idempotency import keyed, moved, replayed
from cynod_conformance.experiment.inputs import schema_at, stretch
from cynod_conformance.experiment.registry import Cell, probe
from cynod_conformance.experiment.request_builder import Draft
from cynod_conformance.experiment.test_cases import each
from cynod_conformance.text.phrase import phrase
from cynod_spec.model import Operation


def pair(lab: Lab, operation: Operation) -> tuple[Draft, Answer, Answer]:
    """A request, its first answer, and the answer to the same request again."""
    draft = lab.control(operation)
    first = lab.call(draft, valid=True).must_succeed()
    return draft, first, lab.call(draft)


def must_replay(first: Answer, again: Answer) -> None:
    """Raises ControlFailed where *again* is no replay of *first* at all, which IDE-1 tells."""
    if (again.status, data(again)) != (first.status, data(first)):
        raise ControlFailed("no-replay", what=again.exchange.label, said=again.said)


def data(answer: Answer) -> Any:
    """What the envelope of a success holds."""
    return answer.member("data")


@probe("IDE-1", tier="write", over=each(keyed))
def replay_is_the_same(lab: Lab, cell: Cell) -> None:
    """The same key and body give the same status, data and Location, and have one effect.

    By whatever token of the partner, in whatever language, and whatever else was tried with the key.
    """
    operation = cell.operation
    assert operation is not None
    draft, first, again = pair(lab, operation)
    same(first, again)
    for other in islice(variants(lab, draft), 1):
        lab.call(other)
    same(first, lab.call(draft, authorization=f"Bearer {lab.tokens.fresh(lab.caller(operation)).value}"))
    for language in lab.contract.languages[1:]:
        same(first, lab.call(draft, headers=[("Accept-Language", language)]))
    move = moved(lab, operation)
    if move is None:
        return
    bank, draft = move
    before = bank.balance()
    first = lab.call(draft, valid=True).must_succeed()
    after = bank.balance()
    change(bank, first)
    settled = bank.balance()
    same(first, lab.call(draft))
    for name in ("blocked", "active"):
        if restated(bank, name):
            same(first, lab.call(draft))
    last = bank.do("read", "balance").must_succeed()
    if after == before or lab.world.shown(last.exchange).get("amount") != settled:
        wanted = phrase("is", what=phrase("one-effect"), value=settled)
        last.refute(wanted, str(lab.world.shown(last.exchange).get("amount")))


def same(first: Answer, again: Answer) -> None:
    """The second answer is the first one over again."""
    again.expect_status(first.status)
    if data(again) != data(first):
        again.refute(phrase("same-data"), phrase("other-data"))
    one, two = (a.exchange.response.header("Location") for a in (first, again))
    if one != two:
        again.refute(f"Location {one}", f"Location {two}")


def restated(bank: Bank, name: str) -> bool:
    """Whether the card could be put into the state *name*."""
    contract = bank.lab.contract
    state = contract.resources["card"].state(name)
    if state is None or contract.find("set-state", "card") is None:
        return False
    return bank.do("set-state", "card", id=bank.card["id"], state=state.value).status in SUCCESS


def change(bank: Bank, made: Answer) -> None:
    """Change what was just made, as far as that can be: a top-up is cancelled, a payment refunded in part."""
    shown = bank.lab.world.shown(made.exchange)
    resource = made.exchange.operation.resource if made.exchange.operation else ""
    if resource == "top-up":
        bank.made("cancel", "top-up", id=shown["id"])
    elif resource == "payment":
        bank.made("refund", "refund", parent=shown["id"], amount=1)


@probe("IDE-2", tier="write", over=each(keyed))
def key_reused(lab: Lab, cell: Cell) -> None:
    """A key used by an effect is refused for another body, whatever its difference, and for another path.

    A key that differs from it by case alone, or by the last character that a key may have, was not used.
    """
    assert cell.operation is not None
    operation = cell.operation
    draft = lab.control(operation)
    lab.call(draft, valid=True).must_succeed()
    for other in variants(lab, draft):
        lab.call(other).expect("key-reused")
    key = operation.request["key"]
    for other in islice(variants(lab, draft), 1):
        lab.call(other.put(key, str(draft.get(key)).swapcase())).expect_not(["key-reused"])
    parameter = operation.parameter("key")
    most = schema_at(lab.contract, parameter.schema.pointer).get("maxLength") if parameter else None
    if isinstance(most, int):
        stem = stretch(lab.world.fresh(), most - 1, "0")
        draft = lab.control(operation).put(key, stem + "1")
        lab.call(draft, valid=True).must_succeed()
        for other in islice(variants(lab, draft), 1):
            lab.call(other.put(key, stem + "2")).expect_not(["key-reused"])


def variants(lab: Lab, draft: Draft) -> Iterator[Draft]:
    """*draft* with one member of its body, or what its path names, changed to another valid value."""
    request, body = draft.operation.request, draft.operation.body
    for role in ("amount", "initial-amount"):
        if role in request and isinstance(value := draft.get(request[role]), int):
            yield draft.put(request[role], value + 1)
    if "reference" in request:
        yield draft.put(request["reference"], lab.world.fresh())
    for role in ("label", "holder"):
        if role in request and isinstance(value := draft.get(request[role]), str):
            yield draft.put(request[role], value[:-1] + ("a" if value[-1:] != "a" else "b"))
    for role in ("reference", "label", "holder"):
        if role in request and isinstance(value := draft.get(request[role]), str):
            other = draft.put(request[role], value.swapcase())
            if other != draft and body and lab.validators.is_valid(body.schema, other.body):
                yield other
    if "parent" in request:
        yield draft.put(request["parent"], lab.world.make("payment")["id"])


@probe("IDE-7", tier="write", over=each(keyed))
def replay_says_so(lab: Lab, cell: Cell) -> None:
    """A replay carries the header that says so; the first answer does not say true."""
    assert cell.operation is not None
    header = next((h for h in cell.operation.success.headers if h.role == "replayed"), None)
    if header is None:
        raise NotApplicable("not-here", what="replayed")
    name = header.name
    _, first, again = pair(lab, cell.operation)
    must_replay(first, again)
    again.expect_header(name, lambda v: v.strip().lower() == "true", "true")
    if replayed(first):
        first.refute(phrase("without", what=f"{name}: true"), phrase("at-first", header=f"{name}: true"))


@probe("IDE-9", tier="write", over=each(lambda o: keyed(o) and o.body is not None))
def body_is_compared_as_json(lab: Lab, cell: Cell) -> None:
    """Member order, spacing, escapes and ways to write a number do not matter, each by itself."""
    assert cell.operation is not None
    _, first, again = pair(lab, cell.operation)
    must_replay(first, again)
    draft = lab.control(cell.operation)
    first = lab.call(draft, valid=True).must_succeed()
    for text in (
        re.sub(r"(?<=: )(\d+)(?=[,}])", r"\1.0", json.dumps(draft.body)),
        json.dumps(draft.body, ensure_ascii=False, separators=(",", ":")),
        json.dumps(draft.body, ensure_ascii=False, indent=3),
        json.dumps(draft.body),
        json.dumps(turn(draft.body), ensure_ascii=False),
        json.dumps(turn(draft.body), indent=1),
    ):
        again = lab.call(replace(draft, raw=text.encode())).expect_status(first.status)
        if data(again) != data(first):
            again.refute(phrase("same-data"), phrase("other-data"))


def turn(value: Any) -> Any:
    """*value* with the members of its objects in the opposite order."""
    if isinstance(value, dict):
        return {name: turn(member) for name, member in reversed(value.items())}
    return [turn(item) for item in value] if isinstance(value, list) else value
