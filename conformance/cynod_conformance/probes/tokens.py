"""The token and revocation endpoints (RFC 6749, RFC 7009): TOK clauses."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from cynod_conformance.base.outcomes import ControlFailed
from cynod_conformance.experiment.answer import Answer, has
from cynod_conformance.experiment.canaries import canary
from cynod_conformance.experiment.case_types import TestCase
from cynod_conformance.experiment.context import TestContext
from cynod_conformance.experiment.inputs import members
from cynod_conformance.experiment.registry import probe
from cynod_conformance.experiment.token_lifecycle import PRIMARY, proven_token, revocation_endpoint, revoke
from cynod_conformance.experiment.tokens import GRANT
from cynod_conformance.http.authorization import FORM, basic
from cynod_conformance.text.phrase import phrase
from cynod_spec.model import Operation


def granting(context: TestContext) -> Operation:
    """The token endpoint, which has just granted a token to a valid request."""
    credential = context.credential(PRIMARY)
    if context.tokens.grant(credential).response.status != 200:
        raise ControlFailed("no-token", name=PRIMARY, status="control")
    return context.tokens.endpoint


def post(context: TestContext, pairs: list[tuple[str, str]], *, wrong: str = "", **more: Any) -> Answer:
    """Post *pairs* to the token endpoint with the primary pair, or with the *wrong* secret."""
    credential = context.credential(PRIMARY)
    if wrong:
        more["authorization"] = basic(credential.key, wrong)
    elif "authorization" not in more:
        more["credential"] = credential
    return context.oauth(context.tokens.form(context.tokens.endpoint, pairs, **more))


@probe("TOK-1")
def token_by_post_only(context: TestContext, case: TestCase) -> None:
    """GET on the token endpoint is answered 405."""
    operation = granting(context)
    answer = context.oauth(context.tokens.form(operation, [], body=b"", media_type=None, method="GET"))
    answer.expect("method-not-allowed").expect_header("Allow", has(operation.method), operation.method)


@probe("TOK-5")
def wrong_secret(context: TestContext, case: TestCase) -> None:
    """A wrong secret is 401 invalid_client, in a form too, and be it the right one and a blank."""
    granting(context)
    post(context, [GRANT], wrong=canary(context, "secret")).expect_error("invalid_client", 401)
    credential = context.credential(PRIMARY)
    in_form = [GRANT, ("client_id", credential.key), ("client_secret", f"{credential.secret} ")]
    post(context, in_form, authorization=None).expect_error("invalid_client", 401)


@probe("TOK-6")
def wrong_secret_is_challenged(context: TestContext, case: TestCase) -> None:
    """A failed authentication is challenged with Basic and a realm, however the pair was sent."""
    granting(context)
    key = context.credential(PRIMARY).key
    in_form = [GRANT, ("client_id", key), ("client_secret", canary(context, "form"))]
    for answer in (
        post(context, [GRANT], wrong=canary(context, "secret")),
        post(context, in_form, authorization=None),
    ):
        answer.expect_status(401)
        answer.expect_header(
            "WWW-Authenticate",
            lambda v: v.lower().startswith("basic") and "realm=" in v.lower(),
            phrase("with", one="Basic", other="realm"),
        )


@probe("TOK-7")
def unknown_grant(context: TestContext, case: TestCase) -> None:
    """An unknown grant is unsupported_grant_type."""
    granting(context)
    post(context, [("grant_type", "cf_unknown")]).expect_error("unsupported_grant_type", 400)


@probe("TOK-8")
def grant_missing(context: TestContext, case: TestCase) -> None:
    """No grant_type is invalid_request."""
    granting(context)
    post(context, [("cf_other", "1")]).expect_error("invalid_request", 400)


@probe("TOK-9")
def repeated_parameter(context: TestContext, case: TestCase) -> None:
    """A parameter sent twice is invalid_request."""
    granting(context)
    post(context, [GRANT, GRANT]).expect_error("invalid_request", 400)


@probe("TOK-10")
def unknown_parameter(context: TestContext, case: TestCase) -> None:
    """An unknown parameter is ignored."""
    granting(context)
    answer = post(context, [GRANT, ("cf_unknown", "x"), ("cf_empty", "")]).expect_status(200)
    remember(context, answer)


@probe("TOK-11")
def secret_twice(context: TestContext, case: TestCase) -> None:
    """The secret in the header and the form at once is 400; client_id beside the header is accepted."""
    granting(context)
    credential = context.credential(PRIMARY)
    both = [GRANT, ("client_id", credential.key), ("client_secret", credential.secret)]
    post(context, both).expect_error("invalid_request", 400)
    remember(context, post(context, [GRANT, ("client_id", credential.key)]).expect_status(200))


@probe("TOK-12")
def pair_in_the_query(context: TestContext, case: TestCase) -> None:
    """The pair in the query alone gets no token."""
    granting(context)
    credential = context.credential(PRIMARY)
    query = f"?client_id={credential.key}&client_secret={credential.secret}&grant_type=client_credentials"
    answer = post(context, [GRANT], authorization=None, query=query).expect_status(400, 401)
    if isinstance(answer.json, dict) and "access_token" in answer.json:
        answer.fail(phrase("without-token"), phrase("token"))


@probe("TOK-13")
def scopes_are_what_was_asked(context: TestContext, case: TestCase) -> None:
    """A scope unknown or not held is invalid_scope; a narrower one is granted, echoed and really narrower."""
    granting(context)
    held = sorted(context.tokens.token(PRIMARY).scopes)
    if not held:
        raise ControlFailed("no-role", what="scope")
    for unknown in ("cf:unknown", held[0].swapcase()):
        if unknown not in context.contract.security.scopes:
            post(context, [GRANT, ("scope", unknown)]).expect_error("invalid_scope", 400)
    for foreign in sorted(set(context.contract.security.scopes) - set(held))[:1]:
        post(context, [GRANT, ("scope", foreign)]).expect_error("invalid_scope", 400)
        post(context, [GRANT, ("scope", f"{held[0]} {foreign}")]).expect_error("invalid_scope", 400)
    for asked in (held[:1], held[:2]):
        narrower(context, asked, held)


def narrower(context: TestContext, asked: Sequence[str], held: Sequence[str]) -> None:
    """A token for the scopes *asked* is granted, says so, and opens no list that needs another one *held*."""
    answer = post(context, [GRANT, ("scope", " ".join(asked))]).expect_status(200)
    remember(context, answer)
    if sorted(answer.text("scope").split()) != sorted(asked):
        answer.fail(f"scope {' '.join(asked)}", f"scope {answer.text('scope')!r}")
    token = f"Bearer {answer.text('access_token')}"
    for operation in context.contract.all("list"):
        if operation.scopes and not {*operation.scopes} & {*asked} and {*operation.scopes} <= {*held}:
            context.call(context.control(operation), authorization=token).expect("insufficient-scope")
            return


def remember(context: TestContext, answer: Answer) -> None:
    """Keep a token that an experiment got out of every report."""
    if isinstance(answer.json, dict) and isinstance(answer.json.get("access_token"), str):
        context.redactor.add_token(answer.text("access_token"), "token_probe")


@probe("TOK-15")
def unknown_key_looks_alike(context: TestContext, case: TestCase) -> None:
    """An unknown key and a wrong secret are answered alike."""
    granting(context)
    known = post(context, [GRANT], wrong=canary(context, "secret"))
    unknown = post(
        context, [GRANT], authorization=basic(f"cf-{context.fixtures.nonce}", canary(context, "other"))
    )
    varying = {"content-length", "connection", "keep-alive", "date", "retry-after"}
    looks = []
    for answer in (known, unknown):
        names = {n.lower() for n, _ in answer.exchange.response.headers} - varying
        looks.append(
            (answer.status, answer.json.get("error") if isinstance(answer.json, dict) else None, names)
        )
    if looks[0] != looks[1]:
        wanted = phrase("as-wrong-secret", look=looks[0][:2])
        unknown.fail(wanted, phrase("or-other-headers", look=looks[1][:2]))


@probe("TOK-16")
def json_body(context: TestContext, case: TestCase) -> None:
    """A JSON body is invalid_request."""
    granting(context)
    body = json.dumps({"grant_type": "client_credentials"}).encode()
    post(context, [], body=body, media_type="application/json").expect_error("invalid_request", 400)


@probe("TOK-18")
def revoked_opens_nothing(context: TestContext, case: TestCase) -> None:
    """A revoked token opens nothing, at once, wherever the pair was, whatever the hint (RFC 7009 §2.1)."""
    credential = context.credential(PRIMARY)
    in_form = (("client_id", credential.key), ("client_secret", credential.secret))
    body = revocation_endpoint(context).body
    knows_forms = body is not None and "client_secret" in members(context.contract, body.schema.pointer)
    for more in ((), (("token_type_hint", "refresh_token"),), *([in_form] if knows_forms else [])):
        operation, token = proven_token(context)
        revoke(context, token, *more)
        context.call(context.control(operation), authorization=f"Bearer {token}").expect_status(401)


@probe("BEA-8")
def revoked_says_so(context: TestContext, case: TestCase) -> None:
    """A revoked token is refused as revoked."""
    operation, token = proven_token(context)
    revoke(context, token)
    context.call(context.control(operation), authorization=f"Bearer {token}").expect("token-revoked")


@probe("TOK-19")
def revoking_the_unknown(context: TestContext, case: TestCase) -> None:
    """Revoking a token that nobody has is 200."""
    pairs = [("token", canary(context, "token"))]
    context.oauth(
        context.tokens.form(revocation_endpoint(context), pairs, context.credential(PRIMARY), valid=True)
    ).expect_status(200)


@probe("TOK-20")
def revoking_for_another(context: TestContext, case: TestCase) -> None:
    """A partner cannot revoke another's token."""
    operation, token = proven_token(context)
    other = context.credential("other")
    context.oauth(context.tokens.form(revocation_endpoint(context), [("token", token)], other)).expect_status(
        200, 400
    )
    context.call(context.control(operation), authorization=f"Bearer {token}").expect_success()


@probe("TOK-21")
def tokens_are_unguessable(context: TestContext, case: TestCase) -> None:
    """Two tokens differ in at least 128 bits' worth of characters."""
    granted = [
        context.oauth(context.tokens.grant(context.credential(PRIMARY))).must_succeed() for _ in range(2)
    ]
    texts = [answer.text("access_token") for answer in granted]
    for text in texts:
        context.redactor.add_token(text, "token_probe")
    common = next((i for i, (a, b) in enumerate(zip(*texts, strict=False)) if a != b), min(map(len, texts)))
    if min(len(text) for text in texts) - common < 22:  # 22 characters of 6 bits make 128
        granted[1].fail(phrase("past-prefix", count=22), phrase("fewer"))


@probe("TOK-22")
def revoking_without_a_pair(context: TestContext, case: TestCase) -> None:
    """Revoking without a valid pair is 401."""
    operation = revocation_endpoint(context)
    pairs = [("token", canary(context, "token"))]
    context.oauth(
        context.tokens.form(operation, pairs, context.credential(PRIMARY), valid=True)
    ).must_succeed()
    context.oauth(context.tokens.form(operation, pairs)).expect_error("invalid_client", 401)
    wrong = basic(context.credential(PRIMARY).key, canary(context, "secret"))
    context.oauth(context.tokens.form(operation, pairs, authorization=wrong)).expect_error(
        "invalid_client", 401
    )


@probe("TOK-23")
def revoking_nothing(context: TestContext, case: TestCase) -> None:
    """Revoking without a token parameter is invalid_request."""
    operation, credential = revocation_endpoint(context), context.credential(PRIMARY)
    pairs = [("token", canary(context, "token"))]
    context.oauth(context.tokens.form(operation, pairs, credential, valid=True)).must_succeed()
    answer = context.tokens.form(operation, [("cf_other", "1")], credential, media_type=FORM)
    context.oauth(answer).expect_error("invalid_request", 400)
