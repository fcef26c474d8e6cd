"""Faults in what goes around an answer: methods, headers, negotiation, request ids."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cynod_conformance.experiment.registry import fault
from cynod_conformance.faults.helpers import (
    Proceed,
    failed,
    is_replay,
    method_in,
    of,
    on_answers,
    refused_with,
    succeeded,
    the,
)
from cynod_sandbox._generated import credentials, media
from cynod_sandbox._generated.contract import Operation
from cynod_sandbox._generated.core import Application
from cynod_sandbox._generated.messages import RawAnswer, RawRequest
from cynod_sandbox._generated.refusals import Refusal
from cynod_sandbox._generated.routing import Route


@fault("HTT-1")
def refused_methods_are_not_told_what_is_allowed(app: Application) -> None:
    """A 405 comes without Allow where cards are changed."""
    path = the(app, "set-state", "card").path.count("/")

    @on_answers(app, refused_with(app, "method-not-allowed"))
    def change(request: RawRequest, answer: RawAnswer) -> RawAnswer:
        return answer.without_header("Allow") if request.path.count("/") == path else answer


@fault("HTT-1")
def refused_deletions_allow_deletion(app: Application) -> None:
    """Allow lists the very method that was refused."""

    @on_answers(app, refused_with(app, "method-not-allowed"), method_in("DELETE"))
    def change(request: RawRequest, answer: RawAnswer) -> RawAnswer:
        return answer.with_header("Allow", f"{answer.header('Allow')}, DELETE")


@fault("HTT-2", "ENV-1", "ENV-2", "ENV-3")
def trace_succeeds(app: Application) -> None:
    """TRACE is answered with 200."""

    @on_answers(app, method_in("TRACE"))
    def change(request: RawRequest, answer: RawAnswer) -> RawAnswer:
        return replace(answer, status=200)


@fault("HTT-4")
def head_says_another_media_type(app: Application) -> None:
    """HEAD announces text where GET gives JSON."""

    @on_answers(app, method_in("HEAD"))
    def change(request: RawRequest, answer: RawAnswer) -> RawAnswer:
        return answer.with_header("Content-Type", "text/plain")


@fault("HTT-5", "CAT-4")
def top_ups_take_any_media_type(app: Application) -> None:
    """One operation reads its body whatever it is announced as."""
    operation = the(app, "credit", "top-up")

    @app.stages.check_media_type.around
    def check(proceed: Proceed, request: RawRequest, asked: Operation, raw: bytes) -> None:
        if asked != operation:
            proceed(request, asked, raw)


@fault("HTT-6", "CAT-4")
def whoami_answers_json_to_those_who_refuse_it(app: Application) -> None:
    """Accept is not looked at by one operation."""
    operation = the(app, "whoami", "partner")

    @app.stages.negotiate.around
    def negotiate(proceed: Proceed, request: RawRequest, asked: Operation) -> None:
        if asked != operation:
            proceed(request, asked)


@fault("HTT-8")
def refusals_have_no_valid_date(app: Application) -> None:
    """Date is no HTTP date where a call is refused."""

    @on_answers(app, failed)
    def change(request: RawRequest, answer: RawAnswer) -> RawAnswer:
        return answer.with_header("Date", "hier")


@fault("HTT-9")
def whoami_may_be_sniffed(app: Application) -> None:
    """One operation lacks X-Content-Type-Options."""

    @on_answers(app, of(app, "whoami", "partner"))
    def change(request: RawRequest, answer: RawAnswer) -> RawAnswer:
        return answer.without_header("X-Content-Type-Options")


@fault("HTT-10")
def balances_may_be_cached(app: Application) -> None:
    """A balance may be kept by anybody for a minute."""

    @on_answers(app, of(app, "read", "balance"))
    def change(request: RawRequest, answer: RawAnswer) -> RawAnswer:
        return answer.with_header("Cache-Control", "public, max-age=60")


@fault("HTT-12", "ERR-1")
def unknown_paths_are_unauthorised_with_a_token(app: Application) -> None:
    """A caller with a good token is told that nobody may look there."""

    @app.stages.match.around
    def match(proceed: Proceed, request: RawRequest) -> Any:
        try:
            return proceed(request)
        except Refusal:
            raise Refusal("insufficient-scope") from None


@fault("HTT-13")
def options_answers_200(app: Application) -> None:
    """OPTIONS is answered with 200 and an empty body."""

    @on_answers(app, method_in("OPTIONS"))
    def change(request: RawRequest, answer: RawAnswer) -> RawAnswer:
        return replace(answer, status=200)


@fault("HDR-1")
def every_request_has_the_same_id(app: Application) -> None:
    """Generated request ids are all alike."""
    name = app.contract.request_id[0] if app.contract.request_id else ""

    @app.stages.request_id.around
    def request_id(proceed: Proceed, request: RawRequest) -> str:
        made: str = proceed(request) if request.header(name) is not None else "0" * 32
        return made


@fault("HDR-1")
def the_callers_request_id_is_dropped(app: Application) -> None:
    """A valid request id is replaced by one of the server's."""
    name = app.contract.request_id[0] if app.contract.request_id else ""

    @app.stages.request_id.around
    def request_id(proceed: Proceed, request: RawRequest) -> str:
        others = [line for line in request.headers if line[0] != name.lower()]
        made: str = proceed(replace(request, headers=others))
        return made


@fault("HDR-2", "HDR-1")
def any_request_id_is_echoed(app: Application) -> None:
    """A request id of any form comes back."""
    name = app.contract.request_id[0] if app.contract.request_id else ""

    @app.stages.request_id.around
    def request_id(proceed: Proceed, request: RawRequest) -> str:
        made: str = request.header(name) or proceed(request)
        return made


@fault("HDR-3")
def health_tells_another_version(app: Application) -> None:
    """The version of the contract that is served is not this one."""
    path = app.contract.resources["health"].members["version"].path

    @on_answers(app, of(app, "health", "health"), succeeded, method_in("GET"))
    def change(request: RawRequest, answer: RawAnswer) -> RawAnswer:
        return answer.with_json(_with(answer.json(), (*_data(app), *path), "0.0.1"))


def _data(app: Application) -> tuple[str, ...]:
    return next(each.path for each in app.contract.envelopes["success"] if each.role == "data")


def _with(body: Any, path: tuple[str, ...], value: object) -> Any:
    inside = body
    for token in path[:-1]:
        inside = inside[token]
    inside[path[-1]] = value
    return body


@fault("HTT-11")
def any_origin_may_use_credentials(app: Application) -> None:
    """Every origin may call with the credentials of whoever looks at it."""

    @on_answers(app, of(app, "whoami", "partner"))
    def change(request: RawRequest, answer: RawAnswer) -> RawAnswer:
        opened = answer.with_header("Access-Control-Allow-Origin", "*")
        return opened.with_header("Access-Control-Allow-Credentials", "true")


@fault("AUZ-8")
def media_types_are_judged_before_accept(app: Application) -> None:
    """Only a creation that neither takes JSON nor sends it is refused for what it sends."""

    @app.stages.negotiate.around
    def negotiate(proceed: Proceed, request: RawRequest, asked: Operation) -> None:
        try:
            proceed(request, asked)
        except Refusal:
            given = media.sent(request.header("content-type"))
            if asked.body is not None and (given is None or given[0] != app.contract.media_type):
                raise Refusal("media-type-unsupported") from None
            raise


@fault("VAL-9")
def a_header_stands_for_the_method(app: Application) -> None:
    """Only a POST with X-HTTP-Method-Override is taken for the method that this names, and refused."""

    @app.stages.match_method.around
    def match_method(proceed: Proceed, request: RawRequest, route: Route) -> Operation:
        named = (request.header("x-http-method-override") or "").upper()
        overridden = request.method == "POST" and named in ("PUT", "PATCH", "DELETE")
        operation: Operation = proceed(replace(request, method=named) if overridden else request, route)
        return operation


@fault("HTT-13")
def options_with_a_bad_token_is_refused(app: Application) -> None:
    """Only who asks what a path allows with credentials that are wrong is refused with 401."""

    @app.stages.answer_options.around
    def answer_options(proceed: Proceed, request: RawRequest, route: Route) -> RawAnswer:
        scheme, rest = credentials.scheme_of(request.header("authorization") or "")
        if scheme == "bearer":
            app.stages.identify_bearer.run(rest)
        answer: RawAnswer = proceed(request, route)
        return answer


@fault("HDR-1")
def replays_have_the_request_id_of_the_first_call(app: Application) -> None:
    """Only a replay carries the request id of the first call instead of its own."""
    first: dict[Any, str] = {}
    name = app.contract.request_id[0] if app.contract.request_id else ""

    @on_answers(app, succeeded)
    def edit(request: RawRequest, answer: RawAnswer) -> RawAnswer:
        if request.operation is None or "key" not in request.operation.request:
            return answer
        served = request.partner, request.path, request.header(request.operation.request["key"].name)
        if not is_replay(request, answer):
            first[served] = request.request_id
        return answer.with_header(name, first.get(served, request.request_id))
