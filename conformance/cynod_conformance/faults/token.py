"""Faults of the token and revocation endpoints (TOK)."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace

from cynod_conformance.experiment.registry import fault
from cynod_conformance.faults.helpers import (
    Proceed,
    of,
    on_answers,
    succeeded,
    the,
    with_extra,
    without_extra,
)
from cynod_sandbox._generated import credentials, decoding, media
from cynod_sandbox._generated.contract import Operation
from cynod_sandbox._generated.core import Application
from cynod_sandbox._generated.identity import IssuedToken, Partner
from cynod_sandbox._generated.messages import RawAnswer, RawRequest
from cynod_sandbox._generated.oauth import OAuthRefusal
from cynod_sandbox._generated.routing import Route

Form = dict[str, str]


def _grants(request: RawRequest) -> bool:
    return request.operation is not None and request.operation.effect == "token"


@fault("TOK-1", "ERR-1", "ERR-3", "CAT-1")
def tokens_are_granted_to_get(app: Application) -> None:
    """GET is taken for POST at the token endpoint."""
    token = the(app, "token")

    @app.stages.match_method.around
    def match_method(proceed: Proceed, request: RawRequest, route: Route) -> Operation:
        if request.method == "GET" and token in route.operations.values():
            return token
        operation: Operation = proceed(request, route)
        return operation


@fault("TOK-2")
def tokens_have_no_type(app: Application) -> None:
    """The answer with a token leaves token_type out."""

    @on_answers(app, of(app, "token"), succeeded)
    def change(request: RawRequest, answer: RawAnswer) -> RawAnswer:
        return without_extra(answer, "token_type")


@fault("TOK-2")
def tokens_hold_an_apostrophe(app: Application) -> None:
    """A token has a character that no bearer token may have (RFC 6750 §2.1)."""
    at = 10

    def as_issued(value: str) -> str:
        return value[:at] + value[at + 1 :] if value[at : at + 1] == "'" else ""

    @app.stages.oauth.issue_token.around
    def issue(proceed: Proceed, partner: Partner, scopes: tuple[str, ...]) -> IssuedToken:
        token: IssuedToken = proceed(partner, scopes)
        return replace(token, value=f"{token.value[:at]}'{token.value[at:]}")

    @app.stages.find_token.around
    def find_token(proceed: Proceed, value: str) -> IssuedToken | None:
        token: IssuedToken | None = proceed(as_issued(value))
        return token

    @app.stages.oauth.revoke_token.around
    def revoke(proceed: Proceed, value: str, partner: Partner) -> None:
        proceed(as_issued(value), partner)


@fault("TOK-3")
def tokens_live_a_day(app: Application) -> None:
    """expires_in is longer than an hour."""

    @on_answers(app, of(app, "token"), succeeded)
    def change(request: RawRequest, answer: RawAnswer) -> RawAnswer:
        return with_extra(answer, "expires_in", 86400)


@fault("TOK-3", "TOK-2")
def expires_in_is_a_text(app: Application) -> None:
    """expires_in is the text of a number."""

    @on_answers(app, of(app, "token"), succeeded)
    def change(request: RawRequest, answer: RawAnswer) -> RawAnswer:
        return with_extra(answer, "expires_in", str(answer.json()["expires_in"]))


@fault("TOK-4")
def tokens_may_be_stored(app: Application) -> None:
    """The answer with a token is private, but nothing forbids storing it."""

    @on_answers(app, of(app, "token"), succeeded)
    def change(request: RawRequest, answer: RawAnswer) -> RawAnswer:
        return answer.with_header("Cache-Control", "private")


@fault("TOK-5", "TOK-6")
def a_wrong_pair_is_a_bad_request(app: Application) -> None:
    """invalid_client comes with 400 at the token endpoint."""

    @app.stages.oauth.authenticate.around
    async def authenticate(proceed: Proceed, request: RawRequest, form: Form) -> Partner:
        try:
            partner: Partner = await proceed(request, form)
        except OAuthRefusal as refusal:
            if _grants(request) and refusal.status == 401:
                raise OAuthRefusal(refusal.error, 400, refusal.headers) from None
            raise
        return partner


@fault("TOK-6")
def a_pair_in_the_form_is_not_challenged(app: Application) -> None:
    """Only a pair sent in the header is answered with WWW-Authenticate."""

    @on_answers(app, of(app, "token"), lambda request, answer: answer.status == 401)
    def change(request: RawRequest, answer: RawAnswer) -> RawAnswer:
        in_header = request.header("authorization") is not None
        return answer if in_header else answer.without_header("WWW-Authenticate")


@fault("TOK-6")
def the_challenge_of_the_token_endpoint_has_no_realm(app: Application) -> None:
    """WWW-Authenticate says Basic and no more."""

    @on_answers(app, of(app, "token"), lambda request, answer: answer.status == 401)
    def change(request: RawRequest, answer: RawAnswer) -> RawAnswer:
        return answer.with_header("WWW-Authenticate", "Basic")


@fault("TOK-7")
def any_grant_will_do(app: Application) -> None:
    """Every grant_type is taken for client_credentials."""

    @app.stages.oauth.check_grant.around
    def check_grant(proceed: Proceed, form: Form) -> None:
        proceed({"grant_type": "client_credentials"} if "grant_type" in form else form)


@fault("TOK-7")
def an_unknown_grant_is_an_invalid_request(app: Application) -> None:
    """invalid_request stands in for unsupported_grant_type."""

    @app.stages.oauth.check_grant.around
    def check_grant(proceed: Proceed, form: Form) -> None:
        try:
            proceed(form)
        except OAuthRefusal:
            raise OAuthRefusal("invalid_request") from None


@fault("TOK-8")
def the_grant_may_be_left_out(app: Application) -> None:
    """A missing grant_type means client_credentials."""

    @app.stages.oauth.check_grant.around
    def check_grant(proceed: Proceed, form: Form) -> None:
        proceed({"grant_type": "client_credentials", **form})


@fault("TOK-9")
def the_last_of_repeated_parameters_wins(app: Application) -> None:
    """A form that names a parameter twice is taken."""

    @app.stages.oauth.read_form.around
    def read_form(proceed: Proceed, request: RawRequest, raw: bytes) -> Form:
        last = {piece.partition(b"=")[0]: piece for piece in raw.split(b"&")}
        form: Form = proceed(request, b"&".join(last.values()))
        return form


@fault("TOK-10")
def unknown_form_parameters_are_refused(app: Application) -> None:
    """The token endpoint refuses a parameter that it does not know."""
    known = {b"grant_type", b"scope", b"client_id", b"client_secret", b""}

    @app.stages.oauth.read_form.around
    def read_form(proceed: Proceed, request: RawRequest, raw: bytes) -> Form:
        form: Form = proceed(request, raw)
        if _grants(request) and not {piece.partition(b"=")[0] for piece in raw.split(b"&")} <= known:
            raise OAuthRefusal("invalid_request")
        return form


@fault("TOK-11")
def the_secret_may_come_twice(app: Application) -> None:
    """A client_secret beside the Authorization header is overlooked."""

    @app.stages.oauth.authenticate.around
    async def authenticate(proceed: Proceed, request: RawRequest, form: Form) -> Partner:
        if request.header("authorization") is not None:
            form = {name: value for name, value in form.items() if name != "client_secret"}
        partner: Partner = await proceed(request, form)
        return partner


@fault("TOK-11")
def client_id_beside_the_header_is_refused(app: Application) -> None:
    """A client_id alone beside the Authorization header counts as a second way."""

    @app.stages.oauth.authenticate.around
    async def authenticate(proceed: Proceed, request: RawRequest, form: Form) -> Partner:
        if request.header("authorization") is not None and "client_id" in form:
            raise OAuthRefusal("invalid_request")
        partner: Partner = await proceed(request, form)
        return partner


@fault("TOK-12")
def the_pair_is_read_from_the_query(app: Application) -> None:
    """Parameters of the query count as parameters of the form."""

    @app.stages.oauth.read_form.around
    def read_form(proceed: Proceed, request: RawRequest, raw: bytes) -> Form:
        form: Form = proceed(request, raw)
        return {**{name: values[0] for name, values in decoding.query(request.query).items()}, **form}


@fault("TOK-13")
def scopes_not_held_are_left_out(app: Application) -> None:
    """A partial grant: what the partner does not hold is passed over."""

    @app.stages.oauth.grant_scopes.around
    def grant_scopes(proceed: Proceed, partner: Partner, form: Form) -> tuple[str, ...]:
        scopes: tuple[str, ...] = proceed(partner, _only(form, set(partner.scopes)))
        return scopes


@fault("TOK-13")
def scopes_that_do_not_exist_are_left_out(app: Application) -> None:
    """Only a scope that another partner may hold is refused; one that nobody knows is passed over."""

    @app.stages.oauth.grant_scopes.around
    def grant_scopes(proceed: Proceed, partner: Partner, form: Form) -> tuple[str, ...]:
        scopes: tuple[str, ...] = proceed(partner, _only(form, set(app.contract.security.scopes)))
        return scopes


def _only(form: Form, known: set[str]) -> Form:
    if "scope" not in form:
        return form
    kept = " ".join(scope for scope in form["scope"].split(" ") if scope in known)
    rest = {name: value for name, value in form.items() if name != "scope"}
    return {**rest, "scope": kept} if kept else rest


@fault("TOK-14")
def tokens_come_with_a_refresh_token(app: Application) -> None:
    """Client credentials are answered with a refresh_token."""

    @on_answers(app, of(app, "token"), succeeded)
    def change(request: RawRequest, answer: RawAnswer) -> RawAnswer:
        return with_extra(answer, "refresh_token", request.request_id)


@fault("TOK-15")
def an_unknown_key_is_told_from_a_wrong_secret(app: Application) -> None:
    """A consumer key that nobody has is answered with another error."""

    @app.stages.oauth.authenticate.around
    async def authenticate(proceed: Proceed, request: RawRequest, form: Form) -> Partner:
        try:
            partner: Partner = await proceed(request, form)
        except OAuthRefusal as refusal:
            if refusal.status == 401 and _is_unknown(app, request, form):
                raise OAuthRefusal("unauthorized_client") from None
            raise
        return partner


@fault("TOK-15")
def an_unknown_key_is_told_by_a_header(app: Application) -> None:
    """The refusal of a key that somebody has carries one header more."""

    @app.stages.oauth.authenticate.around
    async def authenticate(proceed: Proceed, request: RawRequest, form: Form) -> Partner:
        try:
            partner: Partner = await proceed(request, form)
        except OAuthRefusal as refusal:
            if refusal.status == 401 and not _is_unknown(app, request, form):
                more = (*refusal.headers, ("X-Attempts-Left", "4"))
                raise OAuthRefusal(refusal.error, refusal.status, more) from None
            raise
        return partner


def _is_unknown(app: Application, request: RawRequest, form: Form) -> bool:
    """Whether the token endpoint was given a whole pair whose key nobody has."""
    scheme, rest = credentials.scheme_of(request.header("authorization") or "")
    pair = credentials.basic_pair(rest, form_encoded=True) if scheme == "basic" else None
    key = pair[0] if pair else form.get("client_id")
    return _grants(request) and key is not None and app.identity.partner(key) is None


@fault("TOK-16")
def token_requests_may_be_json(app: Application) -> None:
    """A JSON object is taken for a form."""

    @app.stages.oauth.read_form.around
    def read_form(proceed: Proceed, request: RawRequest, raw: bytes) -> Form:
        kind = media.sent(request.header("content-type"))
        if kind is None or kind[0] != "application/json":
            form: Form = proceed(request, raw)
            return form
        try:
            value = json.loads(raw)
        except ValueError:
            raise OAuthRefusal("invalid_request") from None
        return {str(name): str(each) for name, each in value.items()} if isinstance(value, dict) else {}


@fault("TOK-18", "BEA-8", "CAT-4")
def revocation_does_nothing(app: Application) -> None:
    """A revoked token goes on opening everything."""

    @app.stages.oauth.revoke_token.around
    def revoke(proceed: Proceed, value: str, partner: Partner) -> None:
        return None


@fault("TOK-18", "BEA-8", "CAT-4")
def a_revoked_token_opens_once_more(app: Application) -> None:
    """Revocation is seen from the second use on."""
    used: set[str] = set()

    @app.stages.find_token.around
    def find_token(proceed: Proceed, value: str) -> IssuedToken | None:
        token: IssuedToken | None = proceed(value)
        if token is not None and token.revoked and value not in used:
            used.add(value)
            return replace(token, revoked=False)
        return token


@fault("TOK-19", "VAL-9")
def revoking_an_unknown_token_fails(app: Application) -> None:
    """A token that was never issued cannot be revoked."""

    @app.stages.oauth.revoke.around
    def revoke(proceed: Proceed, partner: Partner, form: Form, operation: Operation) -> RawAnswer:
        if "token" in form and app.identity.find_token(form["token"]) is None:
            raise OAuthRefusal("invalid_request")
        answer: RawAnswer = proceed(partner, form, operation)
        return answer


@fault("TOK-20")
def anybody_may_revoke_any_token(app: Application) -> None:
    """Who a token belongs to is not asked."""

    @app.stages.oauth.revoke_token.around
    def revoke(proceed: Proceed, value: str, partner: Partner) -> None:
        token = app.identity.find_token(value)
        proceed(value, (app.identity.partner(token.partner) if token else None) or partner)


@fault("TOK-21")
def tokens_are_counted(app: Application) -> None:
    """Tokens differ by a number that grows by one."""
    numbers = itertools.count(1)
    real: dict[str, str] = {}

    @app.stages.oauth.issue_token.around
    def issue(proceed: Proceed, partner: Partner, scopes: tuple[str, ...]) -> IssuedToken:
        token: IssuedToken = proceed(partner, scopes)
        counted = f"{'t' * 36}{next(numbers):06}"
        real[counted] = token.value
        return replace(token, value=counted)

    @app.stages.find_token.around
    def find_token(proceed: Proceed, value: str) -> IssuedToken | None:
        token: IssuedToken | None = proceed(real.get(value, value))
        return token

    @app.stages.oauth.revoke_token.around
    def revoke(proceed: Proceed, value: str, partner: Partner) -> None:
        proceed(real.get(value, value), partner)


@fault("TOK-22")
def revocation_needs_no_pair(app: Application) -> None:
    """A revocation by nobody is answered as done."""

    @app.stages.oauth.answer.around
    async def answer(proceed: Proceed, request: RawRequest, operation: Operation, raw: bytes) -> RawAnswer:
        try:
            given: RawAnswer = await proceed(request, operation, raw)
        except OAuthRefusal as refusal:
            if operation.effect == "revoke" and refusal.status == 401:
                return RawAnswer(operation.success.status)
            raise
        return given


@fault("TOK-23")
def revocation_needs_no_token(app: Application) -> None:
    """A revocation of nothing is answered as done."""

    @app.stages.oauth.revoke.around
    def revoke(proceed: Proceed, partner: Partner, form: Form, operation: Operation) -> RawAnswer:
        answer: RawAnswer = proceed(partner, {"token": "", **form}, operation)
        return answer
