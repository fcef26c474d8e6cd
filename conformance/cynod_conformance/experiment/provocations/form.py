"""Provocations of the codes about a request's form: headers, media types, JSON, parameters, members."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from cynod_conformance.base.outcomes import NotApplicable
from cynod_conformance.experiment.context import TestContext
from cynod_conformance.experiment.inputs import InputLocation, body_inputs, inputs
from cynod_conformance.experiment.provocations.request_under_test import RequestUnderTest
from cynod_conformance.experiment.request_builder import NOTHING
from cynod_spec.model import Operation

ACCEPT_NO_JSON = ("Accept", "image/png")
TRUNCATED_JSON = b'{"cf":'
UNKNOWN_MEMBER = "cf_unknown"
INVENTED_CURSOR = "cf-invented"
INDEPENDENT = ("reference", "holder")  # roles of members on which no other provocation depends


def not_acceptable(context: TestContext, request: RequestUnderTest) -> RequestUnderTest:
    """An Accept that rules JSON out."""
    return request.with_header(*ACCEPT_NO_JSON)


def text_body(context: TestContext, request: RequestUnderTest) -> RequestUnderTest:
    """A body that is announced as plain text."""
    return request.with_draft(replace(request.draft, media_type="text/plain"))


def truncated_json(context: TestContext, request: RequestUnderTest) -> RequestUnderTest:
    """A body that ends in the middle of an object."""
    return request.with_draft(request.draft.with_raw(TRUNCATED_JSON))


def has_body(context: TestContext, operation: Operation) -> bool:
    """Whether the operation takes a body."""
    return operation.body is not None


def no_key(context: TestContext, request: RequestUnderTest) -> RequestUnderTest:
    """No idempotency key."""
    key = first_input(request, inputs(context.contract, request.draft.operation), lambda s: s.role == "key")
    return request.with_draft(key.set(request.draft, NOTHING))


def absent_input(context: TestContext, request: RequestUnderTest) -> RequestUnderTest:
    """A required parameter or member left out."""
    found = inputs(context.contract, request.draft.operation)
    absent = first_input(request, found, lambda s: s.required and s.role != "key")
    return request.with_draft(absent.set(request.draft, NOTHING))


def absent_independent_member(context: TestContext, request: RequestUnderTest) -> RequestUnderTest:
    """A required member left out, one that no other provocation changes."""
    found = body_inputs(context.contract, request.draft.operation)
    absent = first_input(request, found, lambda s: s.required and s.role in INDEPENDENT)
    return request.with_draft(absent.set(request.draft, NOTHING))


def invalid_input(context: TestContext, request: RequestUnderTest) -> RequestUnderTest:
    """A body that is no object; where there is no body, a parameter outside its bounds."""
    operation = request.draft.operation
    if operation.body is not None:
        return request.with_draft(request.draft.with_member((), []))
    for role, invalid in (("limit", 0), ("number", "x")):
        if role in operation.request:
            return request.with_role(role, invalid)
    raise NotApplicable("not-here", what=operation.key)


def unknown_member(context: TestContext, request: RequestUnderTest) -> RequestUnderTest:
    """A member of the body that the document does not know; the other members stay as they are."""
    if not isinstance(request.draft.body, dict):
        raise NotApplicable("not-here", what=request.draft.operation.key)
    return request.with_draft(request.draft.with_member((UNKNOWN_MEMBER,), 1))


def invented_cursor(context: TestContext, request: RequestUnderTest) -> RequestUnderTest:
    """A cursor that no page has given."""
    return request.with_role("cursor", INVENTED_CURSOR)


def first_input(
    request: RequestUnderTest, found: Iterable[InputLocation], holds: Callable[[InputLocation], bool]
) -> InputLocation:
    """The first of the inputs *found* for which *holds*. Raises NotApplicable when there is none."""
    for each in found:
        if holds(each):
            return each
    raise NotApplicable("not-here", what=request.draft.operation.key)
