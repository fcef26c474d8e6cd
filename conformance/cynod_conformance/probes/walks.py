"""Pages: PAG clauses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cynod_conformance.cells import each, identified
from cynod_conformance.draft import Draft
from cynod_conformance.lab import Answer, Lab
from cynod_conformance.money import Bank
from cynod_conformance.observe.answers import value_at
from cynod_conformance.problems import ControlFailed, NotApplicable
from cynod_conformance.registry import Cell, probe
from cynod_conformance.slots import schema_at
from cynod_conformance.world import Roles
from cynod_spec.model import Operation

LONGEST = 200  # pages that a walk may have
MOVES = {"top-up": "credit", "payment": "debit", "entry": "credit"}


def paged(operation: Operation) -> bool:
    """Whether the operation answers by pages."""
    return (
        identified(operation) and {"cursor", "limit"} <= set(operation.request) and "next" in operation.answer
    )


def next_cursor(answer: Answer, operation: Operation) -> Any:
    """The cursor of the page after this one; None at the end."""
    return value_at(answer.json, operation.answer["next"].path)


def walk(
    lab: Lab, first: Draft, limit: int | None = None, between: Callable[[], None] = lambda: None
) -> tuple[list[Roles], Answer]:
    """Every item from the first page to the last, and the last answer. ``between`` runs after each page."""
    operation, draft = first.operation, first
    if limit is not None:
        draft = draft.put(operation.request["limit"], limit)
    found: list[Roles] = []
    for _ in range(LONGEST):
        answer = lab.call(draft).must_succeed()
        items = lab.world.listed(answer.exchange)
        if limit is not None and len(items) > limit:
            answer.refute(f"at most {limit} items", f"{len(items)}")
        found += items
        cursor = next_cursor(answer, operation)
        if cursor is None:
            return found, answer
        draft = draft.put(operation.request["cursor"], cursor)
        between()
    raise ControlFailed("control", what=operation.key, status=f"> {LONGEST} pages")


def filled(lab: Lab, operation: Operation, count: int) -> tuple[Bank, Draft, list[Roles]]:
    """A list that has exactly *count* items of our own (cards: at least), made just now."""
    bank = Bank.open(lab)
    reference = lab.world.fresh()
    if operation.resource == "card":
        for _ in range(count - 1):
            Bank.open(lab)
        return bank, lab.world.draft(operation), []
    effect = MOVES.get(operation.resource)
    if effect is None:
        raise NotApplicable("not-here", what=operation.key)
    kind = "top-up" if operation.resource == "entry" else operation.resource
    made = [bank.made(effect, kind, reference=reference) for _ in range(count)]
    roles = {"reference": reference} if "reference" in operation.request else {}
    return bank, bank.draft("list", operation.resource, **roles), made


def identities(items: list[Roles]) -> list[Any]:
    """The ids of items; another partner's entries show none."""
    return [item["id"] for item in items if "id" in item]


@probe("PAG-1", tier="write", over=each(paged))
def walk_gives_each_once(lab: Lab, cell: Cell) -> None:
    """A walk gives every entry of its beginning exactly once, also while others write."""
    assert cell.operation is not None
    bank, draft, made = filled(lab, cell.operation, 5)
    whole, _ = walk(lab, draft)
    wanted = set(identities(whole))
    if not made:
        walked, last = walk(lab, draft, 3)
    else:
        effect = MOVES[cell.operation.resource]
        kind = "top-up" if cell.operation.resource == "entry" else cell.operation.resource
        walked, last = walk(
            lab, draft, 2, lambda: void(bank.do(effect, kind, reference=made[0]["reference"]))
        )
    ids = identities(walked)
    if len(ids) != len(set(ids)):
        last.refute("each entry once", "an entry twice")
    if missing := wanted - set(ids):
        last.refute("every entry", f"{len(missing)} of {len(wanted)} missing")
    if made and cell.operation.resource != "entry" and (lost := set(identities(made)) - wanted):
        last.refute("every entry in a whole page", f"{len(lost)} missing")


def void(answer: Answer) -> None:
    """Forget an answer."""


@probe("PAG-2", tier="write", over=each(paged))
def limit_is_respected(lab: Lab, cell: Cell) -> None:
    """A page has no more items than its limit; a limit outside its bounds is invalid."""
    assert cell.operation is not None
    _, draft, _ = filled(lab, cell.operation, 2)
    expression = cell.operation.request["limit"]
    answer = lab.call(draft.put(expression, 1)).must_succeed()
    if len(lab.world.listed(answer.exchange)) != 1:
        answer.refute("one item", f"{len(lab.world.listed(answer.exchange))}")
    parameter = cell.operation.parameter("limit")
    schema = schema_at(lab.contract, parameter.schema.pointer) if parameter else {}
    for value in (schema.get("minimum", 1) - 1, schema.get("maximum", 100) + 1):
        lab.call(draft.put(expression, value)).expect("value-invalid")


@probe("PAG-3", tier="write", over=each(paged))
def foreign_cursors(lab: Lab, cell: Cell) -> None:
    """A cursor that nobody gave, or that another list gave, is invalid."""
    assert cell.operation is not None
    operation = cell.operation
    _, draft, made = filled(lab, operation, 3)
    cursor = operation.request["cursor"]
    for garbage in ("cf", "AAAA", "x" * 60, "MTIzNDU2Nzg5MA=="):
        lab.call(draft.put(cursor, garbage)).expect("cursor-invalid")
    if not made:
        return
    first = lab.call(draft.put(operation.request["limit"], 1)).must_succeed()
    _, elsewhere, _ = filled(lab, operation, 2)
    given = next_cursor(first, operation)
    if given is None:
        first.refute("a cursor, for there are more items", "none")
    lab.call(draft.put(cursor, given)).expect_success()
    lab.call(elsewhere.put(cursor, given)).expect("cursor-invalid")


@probe("PAG-4", tier="write", over=each(paged))
def newest_first(lab: Lab, cell: Cell) -> None:
    """Items come newest first, in an order that does not change."""
    assert cell.operation is not None
    _, draft, made = filled(lab, cell.operation, 4)
    items, last = walk(lab, draft, 3)
    dates = [str(item.get("date", "")) for item in items]
    if dates != sorted(dates, reverse=True):
        last.refute("newest first", ", ".join(dates[:5]))
    if made and cell.operation.resource != "entry" and identities(items) != identities(made)[::-1]:
        last.refute("the newest of four first", "another order")
    if identities(walk(lab, draft, 2)[0]) != identities(items):
        last.refute("the same order each time", "another order")


@probe("PAG-5", tier="write", over=each(paged))
def last_page_has_no_cursor(lab: Lab, cell: Cell) -> None:
    """A walk ends with a null cursor, also when the last page is full."""
    assert cell.operation is not None
    _, draft, made = filled(lab, cell.operation, 2)
    items, last = walk(lab, draft, 2)
    if made and cell.operation.resource != "entry" and len(items) != 2:
        last.refute("two items", f"{len(items)}")


@probe("PAG-6", tier="write", over=each(lambda o: paged(o) and {"from", "until"} <= set(o.request)))
def period_is_exact(lab: Lab, cell: Cell) -> None:
    """The period includes its beginning and excludes its end."""
    assert cell.operation is not None
    operation = cell.operation
    _, draft, _ = filled(lab, operation, 1)
    items, _ = walk(lab, draft)
    when = items[0].get("date")
    if not isinstance(when, str):
        raise NotApplicable("not-here", what="date")
    since, until = operation.request["from"], operation.request["until"]
    inside, last = walk(lab, draft.put(since, when))
    if items[0].get("id") not in identities(inside):
        last.refute(f"the item of {when} from {when} on", "it is missing")
    outside, last = walk(lab, draft.put(until, when))
    if items[0].get("id") in identities(outside):
        last.refute(f"no item of {when} before {when}", "it is there")
    none, last = walk(lab, draft.put(since, "2099-01-01T00:00:00Z").put(until, "2001-01-01T00:00:00Z"))
    if none:
        last.refute("an empty page", f"{len(none)} items")
