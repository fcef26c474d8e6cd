"""Faults of HTTP Basic (BAS)."""

from __future__ import annotations

import base64
import re

from cynod_conformance.experiment.registry import fault
from cynod_conformance.faults.helpers import Proceed, is_replay, on_answers, succeeded, with_header
from cynod_sandbox._generated import credentials
from cynod_sandbox._generated.core import Application
from cynod_sandbox._generated.identity import Partner, Principal
from cynod_sandbox._generated.logins import Caller
from cynod_sandbox._generated.messages import RawAnswer, RawRequest
from cynod_sandbox._generated.oauth import OAuthRefusal
from cynod_sandbox._generated.refusals import Refusal


@fault("BAS-1")
def bad_base64_is_a_bad_request(app: Application) -> None:
    """Basic credentials that cannot be decoded are answered with 400."""

    @app.stages.identify_basic.around
    async def identify_basic(proceed: Proceed, encoded: str, caller: Caller) -> Principal:
        if credentials.basic_pair(encoded) is None:
            raise Refusal("request-invalid")
        principal: Principal = await proceed(encoded, caller)
        return principal


@fault("BAS-1", "ROB-1")
def bad_base64_crashes(app: Application) -> None:
    """Basic credentials that cannot be decoded are answered with 500."""

    @app.stages.identify_basic.around
    async def identify_basic(proceed: Proceed, encoded: str, caller: Caller) -> Principal:
        if credentials.basic_pair(encoded) is None:
            raise Refusal("internal")
        principal: Principal = await proceed(encoded, caller)
        return principal


@fault("BAS-1")
def junk_in_base64_is_skipped(app: Application) -> None:
    """Only characters that base64 does not have are left out of a pair, which then opens."""

    def cleaned(encoded: str) -> str:
        is_right = credentials.basic_pair(encoded) is not None
        return encoded if is_right else re.sub("[^A-Za-z0-9+/=]", "", encoded)

    @app.stages.identify_basic.around
    async def identify_basic(proceed: Proceed, encoded: str, caller: Caller) -> Principal:
        principal: Principal = await proceed(cleaned(encoded), caller)
        return principal

    @app.stages.oauth.authenticate.around
    async def authenticate(proceed: Proceed, request: RawRequest, form: dict[str, str]) -> Partner:
        scheme, encoded = credentials.scheme_of(request.header("authorization") or "")
        if scheme == "basic":
            request = with_header(request, "authorization", f"Basic {cleaned(encoded)}")
        partner: Partner = await proceed(request, form)
        return partner


@fault("BAS-2")
def only_a_capital_basic_is_known(app: Application) -> None:
    """The scheme is known as ``Basic`` and in no other spelling."""

    def is_misspelt(request: RawRequest) -> bool:
        scheme = (request.header("authorization") or "").strip().partition(" ")[0]
        return scheme.lower() == "basic" and scheme != "Basic"

    @app.stages.identify.around
    async def identify(proceed: Proceed, request: RawRequest) -> Principal:
        if is_misspelt(request):
            raise Refusal("scheme-unsupported")
        principal: Principal = await proceed(request)
        return principal

    @app.stages.oauth.authenticate.around
    async def authenticate(proceed: Proceed, request: RawRequest, form: dict[str, str]) -> Partner:
        if is_misspelt(request):
            raise OAuthRefusal("invalid_client", 401, (credentials.basic_challenge(app.contract.title),))
        partner: Partner = await proceed(request, form)
        return partner


@fault("BAS-3", "CAT-4")
def basic_not_enabled_looks_like_a_wrong_pair(app: Application) -> None:
    """A partner without Basic is told that its right pair is wrong."""
    _confuse(app, "basic-not-enabled", "basic-pair-wrong")


@fault("BAS-3", "CAT-4")
def a_wrong_pair_looks_like_basic_not_enabled(app: Application) -> None:
    """A wrong pair is told that Basic is not open to it."""
    _confuse(app, "basic-pair-wrong", "basic-not-enabled")


def _confuse(app: Application, right: str, wrong: str) -> None:
    @app.stages.identify_basic.around
    async def identify_basic(proceed: Proceed, encoded: str, caller: Caller) -> Principal:
        try:
            principal: Principal = await proceed(encoded, caller)
        except Refusal as refusal:
            well_formed = credentials.basic_pair(encoded) is not None
            raise Refusal(wrong if well_formed and refusal.code == right else refusal.code) from None
        return principal


@fault("BAS-4")
def basic_is_not_said_to_be_deprecated(app: Application) -> None:
    """Answers to Basic lack ``Deprecation``."""

    @on_answers(app, succeeded)
    def change(request: RawRequest, answer: RawAnswer) -> RawAnswer:
        return answer.without_header("Deprecation")


@fault("BAS-4")
def the_deprecation_of_basic_has_no_link(app: Application) -> None:
    """Answers to Basic say since when, and not where to read why."""

    @on_answers(app, succeeded)
    def change(request: RawRequest, answer: RawAnswer) -> RawAnswer:
        return answer.without_header("Link")


@fault("BAS-3")
def a_secret_ends_at_its_colon(app: Application) -> None:
    """Only what stands behind a second colon of a pair is not looked at, and the pair is right."""

    @app.stages.identify_basic.around
    async def identify_basic(proceed: Proceed, encoded: str, caller: Caller) -> Principal:
        key, secret = credentials.basic_pair(encoded) or ("", "")
        if ":" in secret:
            pair = f"{key}:{secret.partition(':')[0]}"
            encoded = base64.b64encode(pair.encode()).decode()
        principal: Principal = await proceed(encoded, caller)
        return principal


@fault("BAS-4")
def replays_do_not_say_that_basic_is_deprecated(app: Application) -> None:
    """Only a replay of a call by Basic has neither Deprecation nor Link."""

    @on_answers(app, is_replay)
    def edit(request: RawRequest, answer: RawAnswer) -> RawAnswer:
        return answer.without_header("Deprecation").without_header("Link")
