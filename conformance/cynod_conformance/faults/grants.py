"""Faults of the token and revocation endpoints that show under a condition alone."""

from __future__ import annotations

from dataclasses import replace

from cynod_conformance.experiment.registry import fault
from cynod_conformance.faults.helpers import Proceed
from cynod_sandbox._generated.contract import Operation
from cynod_sandbox._generated.core import Application
from cynod_sandbox._generated.identity import IssuedToken, Partner
from cynod_sandbox._generated.messages import RawAnswer, RawRequest

Form = dict[str, str]


@fault("TOK-9")
def a_parameter_repeated_with_the_same_value_is_taken(app: Application) -> None:
    """Only a parameter that is named twice with one value counts once."""

    @app.stages.oauth.read_form.around
    def read_form(proceed: Proceed, request: RawRequest, raw: bytes) -> Form:
        form: Form = proceed(request, b"&".join(dict.fromkeys(raw.split(b"&"))))
        return form


@fault("TOK-13")
def tokens_of_two_scopes_open_everything(app: Application) -> None:
    """Only who asks for exactly two scopes gets a token that opens all it may hold, told as those two."""

    @app.stages.oauth.issue_token.around
    def issue(proceed: Proceed, partner: Partner, scopes: tuple[str, ...]) -> IssuedToken:
        token: IssuedToken = proceed(partner, partner.scopes if len(scopes) == 2 else scopes)
        return replace(token, scopes=scopes)


@fault("TOK-18")
def a_wrong_hint_hides_the_token(app: Application) -> None:
    """Only with a hint at another kind of token, a token is said to be revoked and is not."""

    @app.stages.oauth.revoke.around
    def revoke(proceed: Proceed, partner: Partner, form: Form, operation: Operation) -> RawAnswer:
        hidden = form.get("token_type_hint", "access_token") != "access_token" and "token" in form
        answer: RawAnswer = proceed(partner, {**form, "token": ""} if hidden else form, operation)
        return answer


@fault("TOK-13")
def scopes_are_granted_in_any_case(app: Application) -> None:
    """Only a scope spelt in another case is taken for the one that the partner holds."""

    @app.stages.oauth.grant_scopes.around
    def grant_scopes(proceed: Proceed, partner: Partner, form: dict[str, str]) -> tuple[str, ...]:
        held_by_name = {scope.lower(): scope for scope in partner.scopes}
        if "scope" in form:
            asked = [held_by_name.get(each.lower(), each) for each in form["scope"].split(" ")]
            form = {**form, "scope": " ".join(asked)}
        granted: tuple[str, ...] = proceed(partner, form)
        return granted


@fault("TOK-18")
def a_pair_in_the_form_revokes_nothing(app: Application) -> None:
    """Only where the pair stands in the form, a revocation is answered as done and is not."""

    @app.stages.oauth.revoke.around
    def revoke(proceed: Proceed, partner: Partner, form: dict[str, str], operation: Operation) -> RawAnswer:
        if "client_secret" in form and "token" in form:
            form = {**form, "token": form["client_secret"]}
        answer: RawAnswer = proceed(partner, form, operation)
        return answer


@fault("TOK-5")
def blanks_around_a_secret_are_overlooked(app: Application) -> None:
    """Only a right secret with blanks at its ends, in the form of a request for a token, is taken."""

    @app.stages.oauth.read_form.around
    def read_form(proceed: Proceed, request: RawRequest, raw: bytes) -> dict[str, str]:
        form: dict[str, str] = proceed(request, raw)
        if "client_secret" in form:
            form["client_secret"] = form["client_secret"].strip()
        return form
