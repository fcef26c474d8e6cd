"""Pages of a list: cursors, and walks from page to page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from cynod_conformance.base.outcomes import ControlFailed, NotApplicable
from cynod_conformance.experiment.context import Answer, TestContext
from cynod_conformance.experiment.fixtures import Roles
from cynod_conformance.experiment.request_builder import RequestBuilder
from cynod_conformance.experiment.test_cases import identified
from cynod_conformance.observe.answers import value_at
from cynod_spec.model import Operation

LONGEST = 200  # pages that a walk may have
FEW = 8  # pages of a list that may be long
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
    context: TestContext,
    first: RequestBuilder,
    *limits: int,
    pages: int = LONGEST,
    between: Callable[[], object] = lambda: None,
) -> tuple[list[Roles], Answer]:
    """Every item of the first *pages* pages, and the last answer.

    The pages have *limits* in turn, over and over; with none, the document's own. ``between`` runs after
    each. How many items a page has is for PAG-2 to judge.
    """
    operation, draft = first.operation, first
    found: list[Roles] = []
    turn = 0
    while True:
        limit = limits[turn % len(limits)] if limits else None
        if limit is not None:
            draft = draft.put(operation.request["limit"], limit)
        answer = context.call(draft).must_succeed()
        found += context.fixtures.listed(answer.exchange)
        cursor, turn = next_cursor(answer, operation), turn + 1
        if cursor is None or turn == pages:
            return found, answer
        draft = draft.put(operation.request["cursor"], cursor)
        between()


def whole(context: TestContext, first: RequestBuilder, *limits: int) -> tuple[list[Roles], Answer]:
    """A walk to its end. Raises ControlFailed when there is none."""
    found, last = walk(context, first, *limits)
    if next_cursor(last, first.operation) is not None:
        raise ControlFailed("control", what=first.operation.key, status=f"> {LONGEST} pages")
    return found, last


def identities(items: list[Roles]) -> list[Any]:
    """The ids of items; another partner's entries show none."""
    return [item["id"] for item in items if "id" in item]


def instant(item: Roles) -> dt.datetime:
    """When the item was made. Raises NotApplicable where it does not say so by RFC 3339."""
    with suppress(ValueError):
        when = dt.datetime.fromisoformat(str(item.get("date")))
        if when.tzinfo is not None:
            return when
    raise NotApplicable("not-here", what="date")
