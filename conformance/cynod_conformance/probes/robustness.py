"""Sizes, depths, echoes and correlation: ROB, LEA and HDR clauses."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from functools import partial
from itertools import islice
from operator import eq

from cynod_conformance.base.outcomes import NotApplicable
from cynod_conformance.experiment.answer import Answer
from cynod_conformance.experiment.canaries import canary
from cynod_conformance.experiment.case_types import OperationCase, TestCase
from cynod_conformance.experiment.context import TestContext
from cynod_conformance.experiment.inputs import inputs
from cynod_conformance.experiment.other_callers import identified_headers
from cynod_conformance.experiment.registry import probe
from cynod_conformance.experiment.request_builder import RequestBuilder
from cynod_conformance.experiment.test_cases import each, each_reading, identified
from cynod_conformance.http.authorization import FORM
from cynod_conformance.http.errors import TransportError
from cynod_conformance.observe.correlation import request_id
from cynod_conformance.text.phrase import any_of, phrase
from cynod_spec.model import Expression, Header, Operation

CHUNKED = ("Transfer-Encoding", "chunked")  # RFC 9112 §7.1: any recipient can read it
HOSTILE_VALUES = ("\0", "'\"%s{{7*7}}", "9" * 40)


def with_body(context: TestContext) -> tuple[Operation, RequestBuilder]:
    """An operation that takes a body, and a draft of it made from the examples. Raises NotApplicable."""
    for operation in context.contract.operations:
        if identified(operation) and operation.body is not None:
            return operation, context.control(operation) if context.may_write else context.fixtures.bare(
                operation
            )
    raise NotApplicable("not-here", what="body")


@probe("ROB-2")
def oversize(context: TestContext, case: TestCase) -> None:
    """A body past the bound is refused, or the connection closed while it is sent; one of its size is not."""
    operation, draft = with_body(context)
    size = context.config.max_body or context.contract.max_body
    body = draft.content + b" " * (size + 1 - len(draft.content))
    sent = (
        *draft.headers,
        ("Content-Type", draft.media_type or ""),
        ("Authorization", context.bearer(operation)),
    )
    for headers in (sent, (*sent, CHUNKED)):
        answer = context.try_raw(
            operation.method, draft.target, operation=operation, headers=headers, body=body
        )
        if isinstance(answer, Answer):
            answer.expect_status(context.contract.code("body-too-large").status)
    if context.may_write:
        largest = draft.content + b" " * (size - len(draft.content))
        context.call(draft.with_raw(largest), valid=True).expect_not(["body-too-large"])
        context.call(context.control(operation), headers=[CHUNKED], valid=True)  # VAL-9's observer looks
        for bare in (o for o in context.contract.operations if identified(o) and o.writes and o.body is None):
            small = context.control(bare)
            headers = (*small.headers, ("Authorization", context.bearer(bare)))
            answer = context.try_raw(
                bare.method, small.target, operation=bare, headers=headers, body=b" " * (size + 1)
            )
            if isinstance(answer, Answer):
                answer.expect_status(context.contract.code("body-too-large").status)
    healthy = operation if context.may_write else context.simple()
    context.call(context.control(healthy), valid=True).must_succeed()


@probe("ROB-1", cases=each_reading)
def hostile_values(context: TestContext, case: OperationCase) -> None:
    """Values that break careless readers, in the query and in the path; the observer looks."""
    draft = context.control(case.operation)
    for value in HOSTILE_VALUES:
        for location in inputs(context.contract, case.operation):
            if location.place == "query":
                context.call(location.set(draft, value))
        if value.isprintable():  # what is not, a proxy may refuse in a path, in words of its own
            for name in draft.path:
                context.call(replace(draft, path={**draft.path, name: value}))


@probe("ERR-2")
def malformed_is_told_in_the_envelope(context: TestContext, case: TestCase) -> None:
    """Bad percent-encoding and bad headers are refused in an envelope, if at all; the observer looks."""
    authorization, simple = identified_headers(context), context.simple()
    target = context.fixtures.bare(simple).target
    for url, more, operation in (
        (f"/cf-{context.fixtures.nonce}%zz", (), None),
        (f"/cf-{context.fixtures.nonce}%ff", (), None),
        (f"{target}%", (), None),
        (f"{target}?cf=%zz&%=1", (), simple),
        (f"{target}?cf=%ff%fe", (), simple),
        (target, (("X Cf", "1"),), simple),
        (target, (("X-Cf", ""),), simple),  # a line without a colon
    ):
        with suppress(TransportError):  # a connection that is closed says no
            context.target.speak("GET", url, (*authorization, *more), operation)
    for listing in context.contract.all("list"):
        if (reference := listing.request.get("reference")) is not None:
            headers = (("Authorization", context.bearer(listing)),)
            with suppress(TransportError):
                context.target.speak("GET", f"{listing.path}?{reference.name}=%ff", headers, listing)


@probe("ROB-3")
def long_uri_and_header(context: TestContext, case: TestCase) -> None:
    """A very long URI or header is a 4xx or a closed connection, and the next request succeeds."""
    operation = context.simple()
    target = context.fixtures.bare(operation).target
    headers = identified_headers(context)
    for url, more in ((f"{target}?cf={'a' * 70_000}", ()), (target, (("X-Cf", "a" * 70_000),))):
        answer = context.try_raw(
            operation.method, url, operation=operation, headers=(*headers, *more), tags={"malformed"}
        )
        if isinstance(answer, Answer) and answer.status >= 500:
            answer.fail(any_of(["4xx", phrase("closed")]), answer.said)
        context.call(context.control(operation)).expect_success()


@probe("ROB-4", tier="destructive")
def deep_nesting(context: TestContext, case: TestCase) -> None:
    """A deeply nested body is refused, and the next request succeeds."""
    operation, draft = with_body(context)
    for raw in (b"[" * 100_000, b'{"a":' * 50_000 + b"1" + b"}" * 50_000):
        headers = [
            *draft.headers,
            ("Content-Type", draft.media_type or ""),
            ("Authorization", context.bearer(operation)),
        ]
        answer = context.try_raw(
            operation.method, draft.target, operation=operation, headers=tuple(headers), body=raw
        )
        if isinstance(answer, Answer) and not 400 <= answer.status < 500:
            answer.fail("4xx", answer.said)
    context.call(context.control(operation), valid=True).expect_success()


@probe("LEA-2")
def canaries(context: TestContext, case: TestCase) -> None:
    """Secrets planted in every place for credentials never come back; the observer looks."""
    operation = context.simple()
    draft = context.control(operation)
    for scheme in ("Bearer", "Basic", "Digest"):
        context.call(draft, authorization=f"{scheme} {canary(context, 'header')}")
    context.call(draft, authorization=None, path=f"{draft.target}?access_token={canary(context, 'query')}")
    endpoint = context.contract.find("token")
    if endpoint is not None:
        body = f"grant_type=client_credentials&client_id=cf&client_secret={canary(context, 'form')}".encode()
        context.raw("POST", endpoint.path, operation=endpoint, headers=(("Content-Type", FORM),), body=body)


@probe("LEA-4", cases=each(lambda o: identified(o) and bool(resource_places(o))))
def numbers_in_the_place_of_ids(context: TestContext, case: OperationCase) -> None:
    """A card's number where an id is due is not repeated by the refusal; the observer looks."""
    context.fixtures.card_roles()
    draft = context.control(case.operation) if context.may_write else context.fixtures.bare(case.operation)
    for expression in resource_places(case.operation):
        for number in sorted(context.fixtures.numbers)[:1]:
            context.call(draft.put(expression, number))


def resource_places(operation: Operation) -> list[Expression]:
    """The places of a request that name a resource."""
    return [
        operation.request[role] for role in ("id", "parent", "card", "cursor") if role in operation.request
    ]


def request_id_header(context: TestContext) -> tuple[Header, Operation]:
    """The header that names exchanges. Raises NotApplicable when the contract has none."""
    header = request_id(context.contract)
    if header is None:
        raise NotApplicable("not-here", what="request-id")
    return header, context.simple()


@probe("HDR-1")
def names_are_unique(context: TestContext, case: TestCase) -> None:
    """Generated request ids differ, also those that replace an invalid one; each valid one comes back."""
    header, operation = request_id_header(context)
    draft = context.control(operation)
    sent = (None, None, None, "a b", "a b")
    drafts = [draft if value is None else draft.with_header(header.name, value) for value in sent]
    given = [context.call(each).exchange.response.header(header.name) for each in drafts]
    if len(set(given)) < len(given):
        context.call(draft).fail(phrase("five-ids"), phrase("repeated-ids"))
    for value in (f"cf.{context.fixtures.nonce}_1-A", "a", "9" * 128):
        if not context.validators.is_valid(header.schema, value):
            continue
        for authorization in ("", None):
            answer = context.call(draft, authorization=authorization, headers=[(header.name, value)])
            answer.expect_header(header.name, partial(eq, value), value)
    takes_key = (
        o for o in context.contract.operations if context.may_write and identified(o) and "key" in o.request
    )
    for writing in islice(takes_key, 1):
        again = context.control(writing)
        for value in (
            f"cf.{context.fixtures.nonce}_2",
            f"cf.{context.fixtures.nonce}_3",
        ):  # the second is a replay
            answer = context.call(again, headers=[(header.name, value)])
            answer.expect_header(header.name, partial(eq, value), value)


@probe("HDR-2")
def invalid_names_are_replaced(context: TestContext, case: TestCase) -> None:
    """An invalid request id is replaced, each time anew; encoded line ends are never decoded into it."""
    header, operation = request_id_header(context)
    draft = context.control(operation)
    for value in ("a b", "x" * 129, "é", "a%0d%0aX-Cf: 1", "<script>", "a,b", "cf-1;cf"):
        if context.validators.is_valid(header.schema, value):
            continue
        known: set[str] = set()
        for _ in range(2):
            answer = context.call(draft, headers=[(header.name, value)])
            came = answer.exchange.response.header(header.name) or ""
            if not context.validators.is_valid(header.schema, came) or came in (value, *known):
                answer.fail(phrase("new-id"), repr(came))
            if answer.exchange.response.header("X-Cf") is not None:
                answer.fail(phrase("no-injection"), "X-Cf")
            known.add(came)


@probe("HDR-3")
def version_is_visible(context: TestContext, case: TestCase) -> None:
    """The health operation shows the contract's version."""
    operation = context.contract.find("health")
    if operation is None:
        raise NotApplicable("no-operation", what="health")
    answer = context.call(context.control(operation)).must_succeed()
    shown = context.fixtures.shown(answer.exchange).get("version")
    if shown != context.contract.version:
        answer.fail(context.contract.version, repr(shown))
