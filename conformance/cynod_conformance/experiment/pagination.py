"""Pages of a list: cursors, and walks from page to page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import count, islice
from typing import Any

from cynod_conformance.base.outcomes import ControlFailed, NotApplicable
from cynod_conformance.experiment.answer import Answer
from cynod_conformance.experiment.context import TestContext
from cynod_conformance.experiment.fixtures import RoleValues
from cynod_conformance.experiment.request_builder import RequestBuilder
from cynod_conformance.experiment.test_cases import identified
from cynod_conformance.observe.answers import value_at
from cynod_spec.model import Operation

MAX_PAGES = 200  # of one walk
SAMPLE_PAGES = 8  # of a list that may be long
FILLING_EFFECTS = {"top-up": "credit", "payment": "debit", "entry": "credit"}


@dataclass(frozen=True)
class Page:
    """One page of a list: its number from 1, its items by role, the answer, and the next page's cursor."""

    number: int
    items: list[RoleValues]
    answer: Answer
    cursor: Any  # None on the last page


def is_paged(operation: Operation) -> bool:
    """Whether the operation answers by pages."""
    return (
        identified(operation) and {"cursor", "limit"} <= set(operation.request) and "next" in operation.answer
    )


def next_cursor(answer: Answer, operation: Operation) -> Any:
    """The cursor of the page after this one; None at the end."""
    return value_at(answer.json, operation.answer["next"].path)


def pages(
    context: TestContext,
    first: RequestBuilder,
    *limits: int,
    send: Callable[[RequestBuilder], Answer] | None = None,
) -> Iterator[Page]:
    """Each page of the list that *first* asks for, until one has no cursor; the caller may stop before.

    The pages have *limits* in turn, over and over; with none, the document's own. ``send`` sends a request:
    by default as the operation's own caller, and it must succeed (ControlFailed). How many items a page has,
    and how many pages a list, is for the caller to judge::

        for page in islice(pages(context, draft, 2), MAX_PAGES):
            ids += identities(page.items)
    """
    operation, draft = first.operation, first
    send = send or (lambda request: context.call(request).must_succeed())
    for number in count(1):
        if limits:
            draft = draft.put(operation.request["limit"], limits[(number - 1) % len(limits)])
        answer = send(draft)
        page = Page(number, context.fixtures.listed(answer.exchange), answer, next_cursor(answer, operation))
        yield page
        if page.cursor is None:
            return
        draft = draft.put(operation.request["cursor"], page.cursor)


def walk(
    context: TestContext,
    first: RequestBuilder,
    *limits: int,
    most: int = MAX_PAGES,
    send: Callable[[RequestBuilder], Answer] | None = None,
) -> tuple[list[RoleValues], Page]:
    """Every item of the first *most* pages, and the last of them."""
    found: list[RoleValues] = []
    for page in islice(pages(context, first, *limits, send=send), most):
        found += page.items
    return found, page


def whole_list(
    context: TestContext,
    first: RequestBuilder,
    *limits: int,
    send: Callable[[RequestBuilder], Answer] | None = None,
) -> tuple[list[RoleValues], Answer]:
    """Every item of the list, and the last answer. Raises ControlFailed after ``MAX_PAGES`` pages."""
    found, last = walk(context, first, *limits, send=send)
    if last.cursor is not None:
        raise ControlFailed("control", what=first.operation.key, status=f"> {MAX_PAGES} pages")
    return found, last.answer


def identities(items: list[RoleValues]) -> list[Any]:
    """The ids of items; another partner's entries show none."""
    return [item["id"] for item in items if "id" in item]


def creation_time(item: RoleValues) -> dt.datetime:
    """When the item was made. Raises NotApplicable where it does not say so by RFC 3339."""
    with suppress(ValueError):
        when = dt.datetime.fromisoformat(str(item.get("date")))
        if when.tzinfo is not None:
            return when
    raise NotApplicable("not-here", what="date")
