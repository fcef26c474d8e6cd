"""Methods, media types and paths (RFC 9110): HTT and ENV-8 clauses."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import urlsplit

from cynod_conformance.base.outcomes import NotApplicable
from cynod_conformance.experiment.answer import Answer
from cynod_conformance.experiment.canaries import canary
from cynod_conformance.experiment.card_account import CardAccount
from cynod_conformance.experiment.case_types import OperationCase, TestCase
from cynod_conformance.experiment.context import TestContext
from cynod_conformance.experiment.other_callers import identified_headers
from cynod_conformance.experiment.registry import probe
from cynod_conformance.experiment.test_cases import each, each_listing, each_path, each_reading, identified
from cynod_conformance.text.phrase import any_of, phrase
from cynod_spec.model import Operation
from cynod_spec.network import urls

METHOD_OVERRIDE = ("X-HTTP-Method-Override", "PATCH")  # no header of the contract: nobody need know it


def methods_of(context: TestContext, path: str) -> set[str]:
    """Every method that the document declares for *path*."""
    return {o.method for o in context.contract.operations if o.path == path}


@probe("HTT-1", cases=each_path)
def undeclared_method(context: TestContext, case: OperationCase) -> None:
    """An undeclared PUT, PATCH or DELETE is 405 with an exact Allow; no header names a method."""
    headers = () if case.operation.is_oauth else identified_headers(context)
    declared = methods_of(context, case.operation.path)
    target = context.fixtures.bare(case.operation).target
    for method in sorted({"PUT", "PATCH", "DELETE"} - declared):
        answer = context.raw(method, target, headers=headers).expect("method-not-allowed")
        named = {m.strip() for v in answer.exchange.response.all("Allow") for m in v.split(",") if m.strip()}
        if not declared <= named or not named - declared <= {"HEAD", "OPTIONS"}:
            came = ", ".join(sorted(named)) or phrase("absent")
            answer.fail(f"Allow: {', '.join(sorted(declared))}", phrase("is", what="Allow", value=came))
    if identified(case.operation) and (context.may_write or not case.operation.writes):
        context.call(
            context.control(case.operation), headers=[METHOD_OVERRIDE], valid=True
        )  # VAL-9's observer looks


@probe("HTT-2")
def strange_methods(context: TestContext, case: TestCase) -> None:
    """TRACE and invented methods get a 4xx or 501."""
    operation = context.simple()
    headers = identified_headers(context)
    target = context.fixtures.bare(operation).target
    for method in ("TRACE", "CYNODX"):
        answer = context.raw(method, target, headers=headers, tags={"malformed"})
        if not (400 <= answer.status < 500 or answer.status == 501):
            answer.fail(any_of(["4xx", "501"]), answer.said)


@probe("HTT-4", cases=each_reading)
def head_mirrors_get(context: TestContext, case: OperationCase) -> None:
    """HEAD has the status and media type of GET."""
    draft = context.control(case.operation)
    get = context.call(draft).must_succeed()
    head = context.call(draft, method="HEAD").expect_status(get.status)
    wanted = get.exchange.response.media_type
    if head.exchange.response.media_type != wanted:
        head.fail(wanted, head.exchange.response.media_type or phrase("none"))
    if draft.path:
        nowhere = replace(draft, path=dict.fromkeys(draft.path, f"cf-{context.fixtures.nonce}"))
        context.call(nowhere, method="HEAD").expect_status(context.call(nowhere).status)


@probe("ENV-8")
def head_has_no_body(context: TestContext, case: TestCase) -> None:
    """HEAD and OPTIONS are answered without a body; the observer looks."""
    operation = context.simple()
    draft = context.control(operation)
    context.call(draft, method="HEAD").expect_success()
    context.call(draft, method="OPTIONS", authorization=None)


@probe("HTT-5", tier="write", cases=each_listing("media-type-unsupported"))
def wrong_media_type(context: TestContext, case: OperationCase) -> None:
    """A wrong or missing media type of the request is refused; the case of its letters does not matter."""
    draft = context.control(case.operation)
    for media_type in ("text/plain", "application/xml", "application/json-seq", "application/jsonp", None):
        context.call(replace(draft, media_type=media_type)).expect("media-type-unsupported")
    context.call(replace(draft, media_type="Application/JSON"), valid=True).expect_not(
        ["media-type-unsupported"]
    )


@probe("HTT-6", cases=each_listing("not-acceptable"))
def unsatisfiable_accept(context: TestContext, case: OperationCase) -> None:
    """An Accept that rules JSON out is refused."""
    draft = context.control(case.operation)
    for accept in ("image/png", "application/json;q=0"):
        context.call(draft, headers=[("Accept", accept)]).expect("not-acceptable")
    if not case.operation.writes:
        context.call(draft, valid=True).must_succeed()
        for accept in ("*/*", "application/*", "application/*;q=0.1, image/png"):
            context.call(draft, headers=[("Accept", accept)]).expect_success()


@probe("HTT-7", tier="write", cases=each(lambda o: identified(o) and o.success.status == 201))
def location_answers(context: TestContext, case: OperationCase) -> None:
    """201 has a Location that answers with the resource just made, a large one too."""
    operation = case.operation
    reading = context.contract.find("read", operation.resource)
    if reading is None:
        raise NotApplicable("no-operation", what="read")
    drafts = [context.control(operation)]
    if operation.effect in ("credit", "debit"):
        account = CardAccount.open(context)
        drafts.append(account.draft(operation.effect, operation.resource, amount=account.large_amount))
    for draft in drafts:
        answer = context.call(draft, valid=True).must_succeed()
        location = answer.exchange.response.header("Location")
        if answer.status != 201 or not location:
            answer.fail(
                phrase("with", one="201", other="Location"), f"{answer.status}, Location {location!r}"
            )
        url = here(context, answer, location or "")
        there = operation_at(context, url)
        exchange = context.target.send_steadily(
            "GET", url, headers=(("Authorization", context.bearer(reading)),), operation=there
        )
        read = Answer(context.contract, exchange).expect_success()
        made = context.fixtures.shown(answer.exchange)
        if there != reading or context.fixtures.shown(exchange).get("id") != made.get("id"):
            read.fail(phrase("just-made"), phrase("another-one"))


def here(context: TestContext, answer: Answer, location: str) -> str:
    """The URL that *location* of *answer* leads to; it refutes when that is outside the target's base URL.

    Nothing is sent there, then: the next request would carry a token to somebody who was not named.
    """
    try:
        url = urls.resolved(answer.exchange.request.url, location)
    except ValueError:
        answer.fail(phrase("location-here"), repr(location))
    if not urls.is_within(url, context.target.base_url):
        answer.fail(phrase("location-here"), url)
    return url


def operation_at(context: TestContext, url: str) -> Operation | None:
    """The operation that reads what stands at *url*, which is inside the target's base URL, or None."""
    inside = urlsplit(url).path.removeprefix(urlsplit(context.target.base_url).path)
    for operation in context.contract.operations:
        template = "".join(
            "[^/]+" if part.startswith("{") else re.escape(part)
            for part in re.split(r"(\{[^}]*\})", operation.path)
        )
        if operation.method == "GET" and re.fullmatch(template, inside):
            return operation
    return None


@probe("HTT-12")
def unknown_path(context: TestContext, case: TestCase) -> None:
    """An unknown path is unknown; so is a known one in another case, or with something behind it."""
    headers = identified_headers(context)
    operation = context.simple()
    context.raw("GET", f"/cf-{context.fixtures.nonce}", headers=headers).expect("unknown-path")
    context.raw("POST", f"/cf-{context.fixtures.nonce}/x", headers=headers).expect("unknown-path")
    known = context.fixtures.bare(operation).target.partition("?")[0]
    for other in (known + "/", known + ";v=1", known.swapcase()):
        context.raw("GET", other, headers=headers).expect("unknown-path")
    for reading in context.contract.all("read"):
        if "{" in reading.path and context.may_write:
            longer = context.control(reading).target.partition("?")[0] + "/"
            context.raw("GET", longer, headers=(("Authorization", context.bearer(reading)),)).expect(
                "unknown-path"
            )


@probe("HTT-13", cases=each_path)
def options(context: TestContext, case: OperationCase) -> None:
    """OPTIONS is 204 with Allow, before identity: without credentials, and with a token that is none."""
    target = context.fixtures.bare(case.operation).target.partition("?")[0]
    for headers in ((), (("Authorization", f"Bearer {canary(context, 'token')}"),)):
        answer = context.raw("OPTIONS", target, headers=headers).expect_status(204)
        named = {m.strip() for v in answer.exchange.response.all("Allow") for m in v.split(",")}
        if not methods_of(context, case.operation.path) <= named:
            answer.fail(phrase("allow-all"), ", ".join(sorted(named)))


def is_simple(operation: Operation) -> bool:
    """Whether a stranger's Origin may be tried on it."""
    return operation.method == "GET" and identified(operation)


@probe("HTT-11")
def foreign_origin(context: TestContext, case: TestCase) -> None:
    """A foreign Origin is never allowed with credentials; the observer looks."""
    operation = context.simple()
    draft = context.control(operation)
    origin = ("Origin", "https://cf.example")
    answer = context.call(draft, headers=[origin])
    preflight = context.call(
        draft,
        method="OPTIONS",
        authorization=None,
        headers=[origin, ("Access-Control-Request-Method", "GET")],
    )
    for one in (answer, preflight):
        allowed = one.exchange.response.header("Access-Control-Allow-Origin")
        credentials = (one.exchange.response.header("Access-Control-Allow-Credentials") or "").lower()
        if allowed in ("*", origin[1]) and credentials == "true":
            one.fail(phrase("no-origin"), phrase("with-credentials", origin=allowed))
