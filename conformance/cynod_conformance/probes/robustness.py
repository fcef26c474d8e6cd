"""Sizes, depths, echoes and correlation: ROB, LEA and HDR clauses."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from functools import partial
from itertools import islice
from operator import eq

from cynod_conformance.base.outcomes import NotApplicable
from cynod_conformance.experiment.callers import caller
from cynod_conformance.experiment.canaries import canary
from cynod_conformance.experiment.context import Answer, Lab
from cynod_conformance.experiment.inputs import slots
from cynod_conformance.experiment.registry import Cell, probe
from cynod_conformance.experiment.request_builder import Draft
from cynod_conformance.experiment.test_cases import each, each_reading, identified
from cynod_conformance.http.authorization import FORM
from cynod_conformance.http.raw import NO_ANSWER
from cynod_conformance.observe.correlation import request_id
from cynod_conformance.text.phrase import any_of, phrase
from cynod_spec.model import Expression, Header, Operation

CHUNKED = ("Transfer-Encoding", "chunked")  # RFC 9112 §7.1: any recipient can read it
HOSTILE = ("\0", "'\"%s{{7*7}}", "9" * 40)


def with_body(lab: Lab) -> tuple[Operation, Draft]:
    """An operation that takes a body, and a draft of it made from the examples. Raises NotApplicable."""
    for operation in lab.contract.operations:
        if identified(operation) and operation.body is not None:
            return operation, lab.control(operation) if lab.may_write else lab.world.bare(operation)
    raise NotApplicable("not-here", what="body")


@probe("ROB-2")
def oversize(lab: Lab, cell: Cell) -> None:
    """A body past the bound is refused, or the connection closed while it is sent; one of its size is not."""
    operation, draft = with_body(lab)
    size = lab.config.max_body or lab.contract.max_body
    body = draft.content + b" " * (size + 1 - len(draft.content))
    sent = (
        *draft.headers,
        ("Content-Type", draft.media_type or ""),
        ("Authorization", lab.bearer(operation)),
    )
    for headers in (sent, (*sent, CHUNKED)):
        answer = lab.try_raw(operation.method, draft.target, operation=operation, headers=headers, body=body)
        if isinstance(answer, Answer):
            answer.expect_status(lab.contract.code("body-too-large").status)
    if lab.may_write:
        largest = draft.content + b" " * (size - len(draft.content))
        lab.call(draft.with_raw(largest), valid=True).expect_not(["body-too-large"])
        lab.call(lab.control(operation), headers=[CHUNKED], valid=True)  # VAL-9's observer looks
        for bare in (o for o in lab.contract.operations if identified(o) and o.writes and o.body is None):
            small = lab.control(bare)
            headers = (*small.headers, ("Authorization", lab.bearer(bare)))
            answer = lab.try_raw(
                bare.method, small.target, operation=bare, headers=headers, body=b" " * (size + 1)
            )
            if isinstance(answer, Answer):
                answer.expect_status(lab.contract.code("body-too-large").status)
    healthy = operation if lab.may_write else lab.simple()
    lab.call(lab.control(healthy), valid=True).must_succeed()


@probe("ROB-1", over=each_reading)
def hostile_values(lab: Lab, cell: Cell) -> None:
    """Values that break careless readers, in the query and in the path; the observer looks."""
    assert cell.operation is not None
    draft = lab.control(cell.operation)
    for value in HOSTILE:
        for slot in slots(lab.contract, cell.operation):
            if slot.place == "query":
                lab.call(slot.set(draft, value))
        if value.isprintable():  # what is not, a proxy may refuse in a path, in words of its own
            for name in draft.path:
                lab.call(replace(draft, path={**draft.path, name: value}))


@probe("ERR-2")
def malformed_is_told_in_the_envelope(lab: Lab, cell: Cell) -> None:
    """Bad percent-encoding and bad headers are refused in an envelope, if at all; the observer looks."""
    authorization, simple = caller(lab), lab.simple()
    target = lab.world.bare(simple).target
    for url, more, operation in (
        (f"/cf-{lab.world.nonce}%zz", (), None),
        (f"/cf-{lab.world.nonce}%ff", (), None),
        (f"{target}%", (), None),
        (f"{target}?cf=%zz&%=1", (), simple),
        (f"{target}?cf=%ff%fe", (), simple),
        (target, (("X Cf", "1"),), simple),
        (target, (("X-Cf", ""),), simple),  # a line without a colon
    ):
        with suppress(*NO_ANSWER):  # a connection that is closed says no
            lab.target.speak("GET", url, (*authorization, *more), operation)
    for listing in lab.contract.all("list"):
        if (reference := listing.request.get("reference")) is not None:
            headers = (("Authorization", lab.bearer(listing)),)
            with suppress(*NO_ANSWER):
                lab.target.speak("GET", f"{listing.path}?{reference.name}=%ff", headers, listing)


@probe("ROB-3")
def long_uri_and_header(lab: Lab, cell: Cell) -> None:
    """A very long URI or header is a 4xx or a closed connection, and the next request succeeds."""
    operation = lab.simple()
    target = lab.world.bare(operation).target
    headers = caller(lab)
    for url, more in ((f"{target}?cf={'a' * 70_000}", ()), (target, (("X-Cf", "a" * 70_000),))):
        answer = lab.try_raw(
            operation.method, url, operation=operation, headers=(*headers, *more), tags={"malformed"}
        )
        if isinstance(answer, Answer) and answer.status >= 500:
            answer.refute(any_of(["4xx", phrase("closed")]), answer.said)
        lab.call(lab.control(operation)).expect_success()


@probe("ROB-4", tier="destructive")
def deep_nesting(lab: Lab, cell: Cell) -> None:
    """A deeply nested body is refused, and the next request succeeds."""
    operation, draft = with_body(lab)
    for raw in (b"[" * 100_000, b'{"a":' * 50_000 + b"1" + b"}" * 50_000):
        headers = [
            *draft.headers,
            ("Content-Type", draft.media_type or ""),
            ("Authorization", lab.bearer(operation)),
        ]
        answer = lab.try_raw(
            operation.method, draft.target, operation=operation, headers=tuple(headers), body=raw
        )
        if isinstance(answer, Answer) and not 400 <= answer.status < 500:
            answer.refute("4xx", answer.said)
    lab.call(lab.control(operation), valid=True).expect_success()


@probe("LEA-2")
def canaries(lab: Lab, cell: Cell) -> None:
    """Secrets planted in every place for credentials never come back; the observer looks."""
    operation = lab.simple()
    draft = lab.control(operation)
    for scheme in ("Bearer", "Basic", "Digest"):
        lab.call(draft, authorization=f"{scheme} {canary(lab, 'header')}")
    lab.call(draft, authorization=None, path=f"{draft.target}?access_token={canary(lab, 'query')}")
    endpoint = lab.contract.find("token")
    if endpoint is not None:
        body = f"grant_type=client_credentials&client_id=cf&client_secret={canary(lab, 'form')}".encode()
        lab.raw("POST", endpoint.path, operation=endpoint, headers=(("Content-Type", FORM),), body=body)


@probe("LEA-4", over=each(lambda o: identified(o) and bool(naming(o))))
def numbers_in_the_place_of_ids(lab: Lab, cell: Cell) -> None:
    """A card's number where an id is due is not repeated by the refusal; the observer looks."""
    assert cell.operation is not None
    lab.world.card_roles()
    draft = lab.control(cell.operation) if lab.may_write else lab.world.bare(cell.operation)
    for expression in naming(cell.operation):
        for number in sorted(lab.world.numbers)[:1]:
            lab.call(draft.put(expression, number))


def naming(operation: Operation) -> list[Expression]:
    """The places of a request that name a resource."""
    return [
        operation.request[role] for role in ("id", "parent", "card", "cursor") if role in operation.request
    ]


def named(lab: Lab) -> tuple[Header, Operation]:
    """The header that names exchanges. Raises NotApplicable when the contract has none."""
    header = request_id(lab.contract)
    if header is None:
        raise NotApplicable("not-here", what="request-id")
    return header, lab.simple()


@probe("HDR-1")
def names_are_unique(lab: Lab, cell: Cell) -> None:
    """Generated request ids differ, also those that replace an invalid one; each valid one comes back."""
    header, operation = named(lab)
    draft = lab.control(operation)
    sent = (None, None, None, "a b", "a b")
    drafts = [draft if value is None else draft.with_header(header.name, value) for value in sent]
    given = [lab.call(each).exchange.response.header(header.name) for each in drafts]
    if len(set(given)) < len(given):
        lab.call(draft).refute(phrase("five-ids"), phrase("repeated-ids"))
    for value in (f"cf.{lab.world.nonce}_1-A", "a", "9" * 128):
        if not lab.validators.is_valid(header.schema, value):
            continue
        for authorization in ("", None):
            answer = lab.call(draft, authorization=authorization, headers=[(header.name, value)])
            answer.expect_header(header.name, partial(eq, value), value)
    keyed = (o for o in lab.contract.operations if lab.may_write and identified(o) and "key" in o.request)
    for writing in islice(keyed, 1):
        again = lab.control(writing)
        for value in (f"cf.{lab.world.nonce}_2", f"cf.{lab.world.nonce}_3"):  # the second is a replay
            answer = lab.call(again, headers=[(header.name, value)])
            answer.expect_header(header.name, partial(eq, value), value)


@probe("HDR-2")
def invalid_names_are_replaced(lab: Lab, cell: Cell) -> None:
    """An invalid request id is replaced, each time anew; encoded line ends are never decoded into it."""
    header, operation = named(lab)
    draft = lab.control(operation)
    for value in ("a b", "x" * 129, "é", "a%0d%0aX-Cf: 1", "<script>", "a,b", "cf-1;cf"):
        if lab.validators.is_valid(header.schema, value):
            continue
        known: set[str] = set()
        for _ in range(2):
            answer = lab.call(draft, headers=[(header.name, value)])
            came = answer.exchange.response.header(header.name) or ""
            if not lab.validators.is_valid(header.schema, came) or came in (value, *known):
                answer.refute(phrase("new-id"), repr(came))
            if answer.exchange.response.header("X-Cf") is not None:
                answer.refute(phrase("no-injection"), "X-Cf")
            known.add(came)


@probe("HDR-3")
def version_is_visible(lab: Lab, cell: Cell) -> None:
    """The health operation shows the contract's version."""
    operation = lab.contract.find("health")
    if operation is None:
        raise NotApplicable("no-operation", what="health")
    answer = lab.call(lab.control(operation)).must_succeed()
    shown = lab.world.shown(answer.exchange).get("version")
    if shown != lab.contract.version:
        answer.refute(lab.contract.version, repr(shown))
