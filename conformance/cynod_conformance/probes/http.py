"""Methods, media types and paths (RFC 9110): HTT and ENV-8 clauses."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import urlsplit

from cynod_conformance.base.outcomes import NotApplicable
from cynod_conformance.experiment.callers import caller
from cynod_conformance.experiment.canaries import canary
from cynod_conformance.experiment.card_account import Bank
from cynod_conformance.experiment.context import Answer, Lab
from cynod_conformance.experiment.registry import Cell, probe
from cynod_conformance.experiment.test_cases import each, each_listing, each_path, each_reading, identified
from cynod_conformance.text.phrase import any_of, phrase
from cynod_spec import urls
from cynod_spec.model import Operation

OVERRIDE = ("X-HTTP-Method-Override", "PATCH")  # no header of the contract: nobody need know it


def methods_of(lab: Lab, path: str) -> set[str]:
    """Every method that the document declares for *path*."""
    return {o.method for o in lab.contract.operations if o.path == path}


@probe("HTT-1", over=each_path)
def undeclared_method(lab: Lab, cell: Cell) -> None:
    """An undeclared PUT, PATCH or DELETE is 405 with an exact Allow; no header names a method."""
    assert cell.operation is not None
    headers = () if cell.operation.is_oauth else caller(lab)
    declared = methods_of(lab, cell.operation.path)
    target = lab.world.bare(cell.operation).target
    for method in sorted({"PUT", "PATCH", "DELETE"} - declared):
        answer = lab.raw(method, target, headers=headers).expect("method-not-allowed")
        named = {m.strip() for v in answer.exchange.response.all("Allow") for m in v.split(",") if m.strip()}
        if not declared <= named or not named - declared <= {"HEAD", "OPTIONS"}:
            came = ", ".join(sorted(named)) or phrase("absent")
            answer.refute(f"Allow: {', '.join(sorted(declared))}", phrase("is", what="Allow", value=came))
    if identified(cell.operation) and (lab.may_write or not cell.operation.writes):
        lab.call(lab.control(cell.operation), headers=[OVERRIDE], valid=True)  # VAL-9's observer looks


@probe("HTT-2")
def strange_methods(lab: Lab, cell: Cell) -> None:
    """TRACE and invented methods get a 4xx or 501."""
    operation = lab.simple()
    headers = caller(lab)
    target = lab.world.bare(operation).target
    for method in ("TRACE", "CYNODX"):
        answer = lab.raw(method, target, headers=headers, tags={"malformed"})
        if not (400 <= answer.status < 500 or answer.status == 501):
            answer.refute(any_of(["4xx", "501"]), answer.said)


@probe("HTT-4", over=each_reading)
def head_mirrors_get(lab: Lab, cell: Cell) -> None:
    """HEAD has the status and media type of GET."""
    assert cell.operation is not None
    draft = lab.control(cell.operation)
    get = lab.call(draft).must_succeed()
    head = lab.call(draft, method="HEAD").expect_status(get.status)
    wanted = get.exchange.response.media_type
    if head.exchange.response.media_type != wanted:
        head.refute(wanted, head.exchange.response.media_type or phrase("none"))
    if draft.path:
        nowhere = replace(draft, path=dict.fromkeys(draft.path, f"cf-{lab.world.nonce}"))
        lab.call(nowhere, method="HEAD").expect_status(lab.call(nowhere).status)


@probe("ENV-8")
def head_has_no_body(lab: Lab, cell: Cell) -> None:
    """HEAD and OPTIONS are answered without a body; the observer looks."""
    operation = lab.simple()
    draft = lab.control(operation)
    lab.call(draft, method="HEAD").expect_success()
    lab.call(draft, method="OPTIONS", authorization=None)


@probe("HTT-5", tier="write", over=each_listing("media-type-unsupported"))
def wrong_media_type(lab: Lab, cell: Cell) -> None:
    """A wrong or missing media type of the request is refused; the case of its letters does not matter."""
    assert cell.operation is not None
    draft = lab.control(cell.operation)
    for media_type in ("text/plain", "application/xml", "application/json-seq", "application/jsonp", None):
        lab.call(replace(draft, media_type=media_type)).expect("media-type-unsupported")
    lab.call(replace(draft, media_type="Application/JSON"), valid=True).expect_not(["media-type-unsupported"])


@probe("HTT-6", over=each_listing("not-acceptable"))
def unsatisfiable_accept(lab: Lab, cell: Cell) -> None:
    """An Accept that rules JSON out is refused."""
    assert cell.operation is not None
    draft = lab.control(cell.operation)
    for accept in ("image/png", "application/json;q=0"):
        lab.call(draft, headers=[("Accept", accept)]).expect("not-acceptable")
    if not cell.operation.writes:
        lab.call(draft, valid=True).must_succeed()
        for accept in ("*/*", "application/*", "application/*;q=0.1, image/png"):
            lab.call(draft, headers=[("Accept", accept)]).expect_success()


@probe("HTT-7", tier="write", over=each(lambda o: identified(o) and o.success.status == 201))
def location_answers(lab: Lab, cell: Cell) -> None:
    """201 has a Location that answers with the resource just made, a large one too."""
    assert cell.operation is not None
    operation = cell.operation
    reading = lab.contract.find("read", operation.resource)
    if reading is None:
        raise NotApplicable("no-operation", what="read")
    drafts = [lab.control(operation)]
    if operation.effect in ("credit", "debit"):
        bank = Bank.open(lab)
        drafts.append(bank.draft(operation.effect, operation.resource, amount=bank.most))
    for draft in drafts:
        answer = lab.call(draft, valid=True).must_succeed()
        location = answer.exchange.response.header("Location")
        if answer.status != 201 or not location:
            answer.refute(
                phrase("with", one="201", other="Location"), f"{answer.status}, Location {location!r}"
            )
        url = here(lab, answer, location or "")
        there = operation_at(lab, url)
        exchange = lab.target.send_steadily(
            "GET", url, headers=(("Authorization", lab.bearer(reading)),), operation=there
        )
        read = Answer(lab.contract, exchange).expect_success()
        made = lab.world.shown(answer.exchange)
        if there != reading or lab.world.shown(exchange).get("id") != made.get("id"):
            read.refute(phrase("just-made"), phrase("another-one"))


def here(lab: Lab, answer: Answer, location: str) -> str:
    """The URL that *location* of *answer* leads to; it refutes when that is outside the target's base URL.

    Nothing is sent there, then: the next request would carry a token to somebody who was not named.
    """
    try:
        url = urls.resolved(answer.exchange.request.url, location)
    except ValueError:
        answer.refute(phrase("location-here"), repr(location))
    if not urls.is_within(url, lab.target.base_url):
        answer.refute(phrase("location-here"), url)
    return url


def operation_at(lab: Lab, url: str) -> Operation | None:
    """The operation that reads what stands at *url*, which is inside the target's base URL, or None."""
    inside = urlsplit(url).path.removeprefix(urlsplit(lab.target.base_url).path)
    for operation in lab.contract.operations:
        template = "".join(
            "[^/]+" if part.startswith("{") else re.escape(part)
            for part in re.split(r"(\{[^}]*\})", operation.path)
        )
        if operation.method == "GET" and re.fullmatch(template, inside):
            return operation
    return None


@probe("HTT-12")
def unknown_path(lab: Lab, cell: Cell) -> None:
    """An unknown path is unknown; so is a known one in another case, or with something behind it."""
    headers = caller(lab)
    operation = lab.simple()
    lab.raw("GET", f"/cf-{lab.world.nonce}", headers=headers).expect("unknown-path")
    lab.raw("POST", f"/cf-{lab.world.nonce}/x", headers=headers).expect("unknown-path")
    known = lab.world.bare(operation).target.partition("?")[0]
    for other in (known + "/", known + ";v=1", known.swapcase()):
        lab.raw("GET", other, headers=headers).expect("unknown-path")
    for reading in lab.contract.all("read"):
        if "{" in reading.path and lab.may_write:
            longer = lab.control(reading).target.partition("?")[0] + "/"
            lab.raw("GET", longer, headers=(("Authorization", lab.bearer(reading)),)).expect("unknown-path")


@probe("HTT-13", over=each_path)
def options(lab: Lab, cell: Cell) -> None:
    """OPTIONS is 204 with Allow, before identity: without credentials, and with a token that is none."""
    assert cell.operation is not None
    target = lab.world.bare(cell.operation).target.partition("?")[0]
    for headers in ((), (("Authorization", f"Bearer {canary(lab, 'token')}"),)):
        answer = lab.raw("OPTIONS", target, headers=headers).expect_status(204)
        named = {m.strip() for v in answer.exchange.response.all("Allow") for m in v.split(",")}
        if not methods_of(lab, cell.operation.path) <= named:
            answer.refute(phrase("allow-all"), ", ".join(sorted(named)))


def is_simple(operation: Operation) -> bool:
    """Whether a stranger's Origin may be tried on it."""
    return operation.method == "GET" and identified(operation)


@probe("HTT-11")
def foreign_origin(lab: Lab, cell: Cell) -> None:
    """A foreign Origin is never allowed with credentials; the observer looks."""
    operation = lab.simple()
    draft = lab.control(operation)
    origin = ("Origin", "https://cf.example")
    answer = lab.call(draft, headers=[origin])
    preflight = lab.call(
        draft,
        method="OPTIONS",
        authorization=None,
        headers=[origin, ("Access-Control-Request-Method", "GET")],
    )
    for one in (answer, preflight):
        allowed = one.exchange.response.header("Access-Control-Allow-Origin")
        credentials = (one.exchange.response.header("Access-Control-Allow-Credentials") or "").lower()
        if allowed in ("*", origin[1]) and credentials == "true":
            one.refute(phrase("no-origin"), phrase("with-credentials", origin=allowed))
