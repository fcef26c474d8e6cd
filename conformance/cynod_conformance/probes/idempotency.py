"""One key, one effect: IDE clauses."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from cynod_conformance.cells import each, identified
from cynod_conformance.draft import Draft
from cynod_conformance.lab import Answer, Lab
from cynod_conformance.problems import NotApplicable
from cynod_conformance.registry import Cell, probe
from cynod_spec.model import Operation


def keyed(operation: Operation) -> bool:
    """Whether the operation takes an idempotency key."""
    return identified(operation) and "key" in operation.request


def pair(lab: Lab, operation: Operation) -> tuple[Draft, Answer, Answer]:
    """A request, its first answer, and the answer to the same request again."""
    draft = lab.control(operation)
    first = lab.call(draft, valid=True).must_succeed()
    return draft, first, lab.call(draft)


def data(answer: Answer) -> Any:
    """What the envelope of a success holds."""
    return answer.member("data")


@probe("IDE-1", tier="write", over=each(keyed))
def replay_is_the_same(lab: Lab, cell: Cell) -> None:
    """The same key and body give the same status, data and Location."""
    assert cell.operation is not None
    _, first, again = pair(lab, cell.operation)
    again.expect_status(first.status)
    if data(again) != data(first):
        again.refute("the same data", "other data")
    one, two = (a.exchange.response.header("Location") for a in (first, again))
    if one != two:
        again.refute(f"Location {one}", f"Location {two}")


@probe("IDE-2", tier="write", over=each(lambda o: keyed(o) and "amount" in o.request))
def key_reused(lab: Lab, cell: Cell) -> None:
    """A key used by an effect is refused for another body."""
    assert cell.operation is not None
    draft = lab.control(cell.operation)
    lab.call(draft, valid=True).must_succeed()
    expression = cell.operation.request["amount"]
    lab.call(draft.put(expression, draft.get(expression) + 1)).expect("key-reused")


@probe("IDE-7", tier="write", over=each(keyed))
def replay_says_so(lab: Lab, cell: Cell) -> None:
    """A replay carries the header that says so; the first answer does not say true."""
    assert cell.operation is not None
    header = next((h for h in cell.operation.success.headers if h.role == "replayed"), None)
    if header is None:
        raise NotApplicable("not-here", what="replayed")
    name = header.name
    _, first, again = pair(lab, cell.operation)
    again.expect_header(name, lambda v: v.strip().lower() == "true", "true")
    if (first.exchange.response.header(name) or "").lower() == "true":
        first.refute(f"no {name}: true", "true at the first time")


@probe("IDE-9", tier="write", over=each(lambda o: keyed(o) and o.body is not None))
def body_is_compared_as_json(lab: Lab, cell: Cell) -> None:
    """Member order and spacing of a retried body do not matter."""
    assert cell.operation is not None
    draft = lab.control(cell.operation)
    first = lab.call(draft, valid=True).must_succeed()
    turned = json.dumps(turn(draft.body), indent=3).encode()
    again = lab.call(replace(draft, raw=turned)).expect_status(first.status)
    if data(again) != data(first):
        again.refute("the same data", "other data")


def turn(value: Any) -> Any:
    """*value* with the members of its objects in the opposite order."""
    if isinstance(value, dict):
        return {name: turn(member) for name, member in reversed(value.items())}
    return [turn(item) for item in value] if isinstance(value, list) else value


@probe("IDE-8", tier="write", over=each(lambda o: keyed(o) and o.body is not None))
def refusal_leaves_the_key_free(lab: Lab, cell: Cell) -> None:
    """A refused first try does not burn the key."""
    assert cell.operation is not None
    draft = lab.control(cell.operation)
    if lab.call(draft.with_member((), {})).status < 400:
        return
    lab.call(draft, valid=True).expect_success()
