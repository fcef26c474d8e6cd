"""Faults of bearer tokens (BEA)."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from urllib.parse import parse_qs

from cynod_conformance.experiment.registry import fault
from cynod_conformance.faults.helpers import Proceed, of, on_answers, refused_with
from cynod_sandbox._generated import credentials, decoding, media
from cynod_sandbox._generated.core import Application
from cynod_sandbox._generated.identity import IssuedToken, Partner, Principal
from cynod_sandbox._generated.messages import RawAnswer, RawRequest
from cynod_sandbox._generated.refusals import Refusal

FORM = "application/x-www-form-urlencoded"


@fault("BEA-1", "BEA-2")
def whoami_does_not_challenge(app: Application) -> None:
    """One operation refuses a caller without credentials and does not say how to identify."""

    @on_answers(app, of(app, "whoami"), refused_with(app, "credentials-missing"))
    def change(request: RawRequest, answer: RawAnswer) -> RawAnswer:
        return answer.without_header("WWW-Authenticate")


@fault("BEA-1")
def callers_without_credentials_are_asked_for_basic(app: Application) -> None:
    """The challenge names another scheme than Bearer."""

    @on_answers(app, refused_with(app, "credentials-missing"))
    def change(request: RawRequest, answer: RawAnswer) -> RawAnswer:
        return answer.with_header(*credentials.basic_challenge(app.contract.title))


@fault("BEA-2")
def callers_without_credentials_are_told_of_an_error(app: Application) -> None:
    """The challenge to a caller without token says error="invalid_token"."""

    @on_answers(app, refused_with(app, "credentials-missing"))
    def change(request: RawRequest, answer: RawAnswer) -> RawAnswer:
        return answer.with_header(*credentials.bearer_challenge(app.contract.title, error="invalid_token"))


@fault("BEA-3")
def an_invalid_token_is_challenged_without_error(app: Application) -> None:
    """The challenge to an invalid token lacks error="invalid_token"."""

    @on_answers(app, refused_with(app, "token-invalid"))
    def change(request: RawRequest, answer: RawAnswer) -> RawAnswer:
        return answer.with_header(*credentials.bearer_challenge(app.contract.title))


@fault("BEA-3")
def the_beginning_of_a_token_is_enough(app: Application) -> None:
    """A truncated token opens what the whole one opens."""
    issued: list[str] = []
    _remember(app, issued)

    @app.stages.identify_bearer.around
    def identify_bearer(proceed: Proceed, value: str) -> Principal:
        whole = next((each for each in issued if len(value) >= 8 and each.startswith(value)), value)
        principal: Principal = proceed(whole)
        return principal


@fault("BEA-3")
def the_middle_of_a_token_is_not_looked_at(app: Application) -> None:
    """A token is known by its first and last characters and its length."""
    issued: list[str] = []
    _remember(app, issued)

    @app.stages.identify_bearer.around
    def identify_bearer(proceed: Proceed, value: str) -> Principal:
        def fits(each: str) -> bool:
            return (each[:8], each[-8:], len(each)) == (value[:8], value[-8:], len(value))

        principal: Principal = proceed(next((each for each in issued if fits(each)), value))
        return principal


@fault("BEA-3")
def tokens_are_compared_without_case(app: Application) -> None:
    """Only the case of letters differs, and the token opens what the right one opens."""
    issued: list[str] = []
    _remember(app, issued)

    @app.stages.identify_bearer.around
    def identify_bearer(proceed: Proceed, value: str) -> Principal:
        right = next((each for each in issued if each.lower() == value.lower()), value)
        principal: Principal = proceed(right)
        return principal


@fault("BEA-3")
def an_empty_bearer_counts_as_no_credentials(app: Application) -> None:
    """Only the scheme without any token is answered as if nothing had been sent."""

    @app.stages.identify_bearer.around
    def identify_bearer(proceed: Proceed, value: str) -> Principal:
        if not value:
            raise Refusal("credentials-missing")
        principal: Principal = proceed(value)
        return principal


def _remember(app: Application, issued: list[str]) -> None:
    @app.stages.oauth.issue_token.around
    def issue(proceed: Proceed, partner: Partner, scopes: tuple[str, ...]) -> IssuedToken:
        token: IssuedToken = proceed(partner, scopes)
        issued.append(token.value)
        return token


@fault("BEA-5")
def a_token_is_read_from_the_query(app: Application) -> None:
    """access_token in the query opens what the header opens."""

    @app.stages.identify.around
    async def identify(proceed: Proceed, request: RawRequest) -> Principal:
        given = decoding.query(request.query).get("access_token")
        if given and request.header("authorization") is None:
            return app.stages.identify_bearer.run(given[0])
        principal: Principal = await proceed(request)
        return principal


@fault("BEA-6")
def only_a_capital_bearer_is_known(app: Application) -> None:
    """The scheme is known as ``Bearer`` and in no other spelling."""

    @app.stages.identify.around
    async def identify(proceed: Proceed, request: RawRequest) -> Principal:
        scheme = (request.header("authorization") or "").strip().partition(" ")[0]
        if scheme.lower() == "bearer" and scheme != "Bearer":
            raise Refusal("scheme-unsupported")
        principal: Principal = await proceed(request)
        return principal


@fault("BEA-7", "CAT-4")
def an_unknown_scheme_is_an_invalid_token(app: Application) -> None:
    """A scheme that is not supported is answered as a token that is not valid."""

    @app.stages.identify.around
    async def identify(proceed: Proceed, request: RawRequest) -> Principal:
        try:
            principal: Principal = await proceed(request)
        except Refusal as refusal:
            raise Refusal("token-invalid" if refusal.code == "scheme-unsupported" else refusal.code) from None
        return principal


@fault("BEA-7", "CAT-4")
def an_unknown_scheme_counts_as_no_credentials(app: Application) -> None:
    """A scheme that is not supported is answered as if nothing had been sent."""

    @app.stages.identify.around
    async def identify(proceed: Proceed, request: RawRequest) -> Principal:
        try:
            principal: Principal = await proceed(request)
        except Refusal as refusal:
            name = "credentials-missing" if refusal.code == "scheme-unsupported" else refusal.code
            raise Refusal(name) from None
        return principal


@fault("BEA-8", "CAT-4")
def a_revoked_token_is_an_invalid_one(app: Application) -> None:
    """Revoked tokens are refused as tokens that never were."""
    _misname(app, "token-invalid")


@fault("BEA-8", "CAT-4")
def a_revoked_token_is_an_expired_one(app: Application) -> None:
    """Revoked tokens are refused as tokens past their time."""
    _misname(app, "token-expired")


def _misname(app: Application, wrong: str) -> None:
    @app.stages.identify_bearer.around
    def identify_bearer(proceed: Proceed, value: str) -> Principal:
        try:
            principal: Principal = proceed(value)
        except Refusal as refusal:
            raise Refusal(wrong if refusal.code == "token-revoked" else refusal.code) from None
        return principal


@fault("BEA-4", "CAT-4")
def expired_tokens_still_open(app: Application) -> None:
    """The end of a token's life is not looked at."""

    @app.stages.identify_bearer.around
    def identify_bearer(proceed: Proceed, value: str) -> Principal:
        token = app.identity.find_token(value) if value else None
        if token is not None and token.expired and not token.revoked:
            partner = app.identity.partner(token.partner)
            if partner is not None:
                return Principal(partner, token.scopes, "bearer")
        principal: Principal = proceed(value)
        return principal


@fault("BEA-3")
def what_follows_a_token_is_overlooked(app: Application) -> None:
    """Only what stands behind a right token and a blank or a comma is not looked at."""

    @app.stages.identify_bearer.around
    def identify_bearer(proceed: Proceed, value: str) -> Principal:
        principal: Principal = proceed(re.split("[ ,]", value)[0])
        return principal


@fault("BEA-5")
def a_token_is_read_from_a_form(app: Application) -> None:
    """Only a caller that sends access_token in a form, and no Authorization, is known by it."""

    @app.stages.answer.around
    async def answer(proceed: Proceed, request: RawRequest) -> RawAnswer:
        given = media.sent(request.header("content-type"))
        if request.header("authorization") is None and given is not None and given[0] == FORM:
            raw = b"".join([chunk async for chunk in request.body])
            for token in parse_qs(raw.decode("utf-8", "replace")).get("access_token", [])[:1]:
                request.headers.append(("authorization", f"Bearer {token}"))
            request.body = again(raw)
        found: RawAnswer = await proceed(request)
        return found


async def again(raw: bytes) -> AsyncIterator[bytes]:
    """*raw* as a body that has not been read."""
    yield raw
