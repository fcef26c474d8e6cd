"""Faults of the token and revocation endpoints that show under a condition alone."""

from __future__ import annotations

from dataclasses import replace

from cynod_conformance.faults.helpers import Stage, instead
from cynod_conformance.registry import fault
from cynod_sandbox._generated.contract import Operation
from cynod_sandbox._generated.core import Application
from cynod_sandbox._generated.identity import IssuedToken, Partner
from cynod_sandbox._generated.messages import RawAnswer, RawRequest

Form = dict[str, str]


@fault("TOK-9")
def a_parameter_repeated_with_the_same_value_is_taken(app: Application) -> None:
    """Only a parameter that is named twice with one value counts once."""

    @instead(app.oauth, "read_form")
    def read_form(original: Stage, request: RawRequest, raw: bytes) -> Form:
        form: Form = original(request, b"&".join(dict.fromkeys(raw.split(b"&"))))
        return form


@fault("TOK-13")
def tokens_of_two_scopes_open_everything(app: Application) -> None:
    """Only who asks for exactly two scopes gets a token that opens all it may hold, told as those two."""

    @instead(app.identity, "issue")
    def issue(original: Stage, partner: Partner, scopes: tuple[str, ...]) -> IssuedToken:
        token: IssuedToken = original(partner, partner.scopes if len(scopes) == 2 else scopes)
        return replace(token, scopes=scopes)


@fault("TOK-18")
def a_wrong_hint_hides_the_token(app: Application) -> None:
    """Only with a hint at another kind of token, a token is said to be revoked and is not."""

    @instead(app.oauth, "revoke")
    def revoke(original: Stage, partner: Partner, form: Form, operation: Operation) -> RawAnswer:
        hidden = form.get("token_type_hint", "access_token") != "access_token" and "token" in form
        answer: RawAnswer = original(partner, {**form, "token": ""} if hidden else form, operation)
        return answer
