"""Faults of targets: paths that are nearly known, ids that are nearly text, what a path answers by method."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from cynod_conformance.experiment.registry import fault
from cynod_conformance.faults.handlers import around
from cynod_conformance.faults.helpers import (
    Proceed,
    method_in,
    of,
    on_answers,
    refused_with,
    the,
)
from cynod_sandbox._generated.calls import Call, Result
from cynod_sandbox._generated.core import Application
from cynod_sandbox._generated.messages import RawAnswer, RawRequest
from cynod_sandbox._generated.refusals import Refusal
from cynod_sandbox._generated.routing import Route


@fault("HTT-12", "CAT-3")
def paths_are_known_in_any_case(app: Application) -> None:
    """Only the case of letters differs, and the path is known."""
    _read_as(app, str.lower)


@fault("HTT-12", "CAT-3")
def matrix_parameters_are_cut(app: Application) -> None:
    """Only what stands behind a semicolon in a segment makes no other path."""
    _read_as(app, lambda path: re.sub(";[^/]*", "", path))


@fault("HTT-12", "CAT-3")
def a_slash_after_an_id_is_overlooked(app: Application) -> None:
    """Only behind the id of a top-up, a slash makes no other path."""
    before, _, _ = the(app, "read", "top-up").path.partition("{")
    details = re.compile(f"({re.escape(before)}[^/]+)/")
    _read_as(app, lambda path: details.sub(r"\1", path) if details.fullmatch(path) else path)


def _read_as(app: Application, read: Callable[[str], str]) -> None:
    """Where a path is unknown, look for what *read* makes of it."""

    @app.stages.match.around
    def match(proceed: Proceed, request: RawRequest) -> Any:
        try:
            return proceed(request)
        except Refusal:
            return proceed(replace(request, path=read(request.path)))


@fault("HTT-13")
def options_of_a_resource_needs_a_token(app: Application) -> None:
    """Only a path with an id wants to know who asks what it allows."""

    @app.stages.answer_options.around
    def answer_options(proceed: Proceed, request: RawRequest, route: Route) -> RawAnswer:
        if any(route.names) and request.header("authorization") is None:
            raise Refusal("credentials-missing")
        answer: RawAnswer = proceed(request, route)
        return answer


@fault("HTT-4")
def head_of_an_unknown_payment_is_a_bad_request(app: Application) -> None:
    """Only a HEAD of a payment that does not exist has another status than its GET."""
    status = app.contract.code("request-invalid").status

    @on_answers(app, method_in("HEAD"), of(app, "read", "payment"), refused_with(app, "payment-unknown"))
    def change(request: RawRequest, answer: RawAnswer) -> RawAnswer:
        return replace(answer, status=status)


@fault("ROB-1")
def a_zero_octet_in_an_id_crashes(app: Application) -> None:
    """Only the entries of a card whose id holds a zero octet are an internal error."""

    @around(app, "list", "entry")
    def page(proceed: Proceed, call: Call) -> Result:
        if "\0" in call.role("card"):
            raise Refusal("internal")
        result: Result = proceed(call)
        return result


@fault("ERR-1", "ERR-3", "ENV-6")
def targets_beyond_4096_octets_are_refused_in_plain_text(app: Application) -> None:
    """Only a target of more than 4,096 octets is refused, and in a line of text without the envelope."""

    @on_answers(app, lambda request, answer: len(request.path) + len(request.query) > 4096)
    def change(request: RawRequest, answer: RawAnswer) -> RawAnswer:
        told = answer.with_header("Content-Type", "text/plain")
        return replace(told, status=414, body=b"URI Too Long")
