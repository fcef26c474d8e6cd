"""The token and revocation endpoints (RFC 6749, RFC 7009): TOK clauses."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from cynod_conformance.base.outcomes import ControlFailed
from cynod_conformance.experiment.canaries import canary
from cynod_conformance.experiment.context import Answer, Lab, has
from cynod_conformance.experiment.inputs import members
from cynod_conformance.experiment.registry import Cell, probe
from cynod_conformance.experiment.token_lifecycle import PRIMARY, opened, revoke, revoking
from cynod_conformance.experiment.tokens import GRANT
from cynod_conformance.http.authorization import FORM, basic
from cynod_conformance.text.phrase import phrase
from cynod_spec.model import Operation


def granting(lab: Lab) -> Operation:
    """The token endpoint, which has just granted a token to a valid request."""
    credential = lab.credential(PRIMARY)
    if lab.tokens.grant(credential).response.status != 200:
        raise ControlFailed("no-token", name=PRIMARY, status="control")
    return lab.tokens.endpoint


def post(lab: Lab, pairs: list[tuple[str, str]], *, wrong: str = "", **more: Any) -> Answer:
    """Post *pairs* to the token endpoint with the primary pair, or with the *wrong* secret."""
    credential = lab.credential(PRIMARY)
    if wrong:
        more["authorization"] = basic(credential.key, wrong)
    elif "authorization" not in more:
        more["credential"] = credential
    return lab.oauth(lab.tokens.form(lab.tokens.endpoint, pairs, **more))


@probe("TOK-1")
def token_by_post_only(lab: Lab, cell: Cell) -> None:
    """GET on the token endpoint is answered 405."""
    operation = granting(lab)
    answer = lab.oauth(lab.tokens.form(operation, [], body=b"", media_type=None, method="GET"))
    answer.expect("method-not-allowed").expect_header("Allow", has(operation.method), operation.method)


@probe("TOK-5")
def wrong_secret(lab: Lab, cell: Cell) -> None:
    """A wrong secret is 401 invalid_client, in a form too, and be it the right one and a blank."""
    granting(lab)
    post(lab, [GRANT], wrong=canary(lab, "secret")).expect_error("invalid_client", 401)
    credential = lab.credential(PRIMARY)
    in_form = [GRANT, ("client_id", credential.key), ("client_secret", f"{credential.secret} ")]
    post(lab, in_form, authorization=None).expect_error("invalid_client", 401)


@probe("TOK-6")
def wrong_secret_is_challenged(lab: Lab, cell: Cell) -> None:
    """A failed authentication is challenged with Basic and a realm, however the pair was sent."""
    granting(lab)
    key = lab.credential(PRIMARY).key
    in_form = [GRANT, ("client_id", key), ("client_secret", canary(lab, "form"))]
    for answer in (post(lab, [GRANT], wrong=canary(lab, "secret")), post(lab, in_form, authorization=None)):
        answer.expect_status(401)
        answer.expect_header(
            "WWW-Authenticate",
            lambda v: v.lower().startswith("basic") and "realm=" in v.lower(),
            phrase("with", one="Basic", other="realm"),
        )


@probe("TOK-7")
def unknown_grant(lab: Lab, cell: Cell) -> None:
    """An unknown grant is unsupported_grant_type."""
    granting(lab)
    post(lab, [("grant_type", "cf_unknown")]).expect_error("unsupported_grant_type", 400)


@probe("TOK-8")
def grant_missing(lab: Lab, cell: Cell) -> None:
    """No grant_type is invalid_request."""
    granting(lab)
    post(lab, [("cf_other", "1")]).expect_error("invalid_request", 400)


@probe("TOK-9")
def repeated_parameter(lab: Lab, cell: Cell) -> None:
    """A parameter sent twice is invalid_request."""
    granting(lab)
    post(lab, [GRANT, GRANT]).expect_error("invalid_request", 400)


@probe("TOK-10")
def unknown_parameter(lab: Lab, cell: Cell) -> None:
    """An unknown parameter is ignored."""
    granting(lab)
    answer = post(lab, [GRANT, ("cf_unknown", "x"), ("cf_empty", "")]).expect_status(200)
    remember(lab, answer)


@probe("TOK-11")
def secret_twice(lab: Lab, cell: Cell) -> None:
    """The secret in the header and the form at once is 400; client_id beside the header is accepted."""
    granting(lab)
    credential = lab.credential(PRIMARY)
    both = [GRANT, ("client_id", credential.key), ("client_secret", credential.secret)]
    post(lab, both).expect_error("invalid_request", 400)
    remember(lab, post(lab, [GRANT, ("client_id", credential.key)]).expect_status(200))


@probe("TOK-12")
def pair_in_the_query(lab: Lab, cell: Cell) -> None:
    """The pair in the query alone gets no token."""
    granting(lab)
    credential = lab.credential(PRIMARY)
    query = f"?client_id={credential.key}&client_secret={credential.secret}&grant_type=client_credentials"
    answer = post(lab, [GRANT], authorization=None, query=query).expect_status(400, 401)
    if isinstance(answer.json, dict) and "access_token" in answer.json:
        answer.refute(phrase("without-token"), phrase("token"))


@probe("TOK-13")
def scopes_are_what_was_asked(lab: Lab, cell: Cell) -> None:
    """A scope unknown or not held is invalid_scope; a narrower one is granted, echoed and really narrower."""
    granting(lab)
    held = sorted(lab.tokens.token(PRIMARY).scopes)
    for unknown in ("cf:unknown", held[0].swapcase()):
        if unknown not in lab.contract.security.scopes:
            post(lab, [GRANT, ("scope", unknown)]).expect_error("invalid_scope", 400)
    for foreign in sorted(set(lab.contract.security.scopes) - set(held))[:1]:
        post(lab, [GRANT, ("scope", foreign)]).expect_error("invalid_scope", 400)
        post(lab, [GRANT, ("scope", f"{held[0]} {foreign}")]).expect_error("invalid_scope", 400)
    for asked in (held[:1], held[:2]):
        narrower(lab, asked, held)


def narrower(lab: Lab, asked: Sequence[str], held: Sequence[str]) -> None:
    """A token for the scopes *asked* is granted, says so, and opens no list that needs another one *held*."""
    answer = post(lab, [GRANT, ("scope", " ".join(asked))]).expect_status(200)
    remember(lab, answer)
    if sorted(answer.text("scope").split()) != sorted(asked):
        answer.refute(f"scope {' '.join(asked)}", f"scope {answer.text('scope')!r}")
    token = f"Bearer {answer.text('access_token')}"
    for operation in lab.contract.all("list"):
        if operation.scopes and not {*operation.scopes} & {*asked} and {*operation.scopes} <= {*held}:
            lab.call(lab.control(operation), authorization=token).expect("insufficient-scope")
            return


def remember(lab: Lab, answer: Answer) -> None:
    """Keep a token that an experiment got out of every report."""
    if isinstance(answer.json, dict) and isinstance(answer.json.get("access_token"), str):
        lab.redactor.add_token(answer.text("access_token"), "token_probe")


@probe("TOK-15")
def unknown_key_looks_alike(lab: Lab, cell: Cell) -> None:
    """An unknown key and a wrong secret are answered alike."""
    granting(lab)
    known = post(lab, [GRANT], wrong=canary(lab, "secret"))
    unknown = post(lab, [GRANT], authorization=basic(f"cf-{lab.world.nonce}", canary(lab, "other")))
    varying = {"content-length", "connection", "keep-alive", "date", "retry-after"}
    looks = []
    for answer in (known, unknown):
        names = {n.lower() for n, _ in answer.exchange.response.headers} - varying
        looks.append(
            (answer.status, answer.json.get("error") if isinstance(answer.json, dict) else None, names)
        )
    if looks[0] != looks[1]:
        wanted = phrase("as-wrong-secret", look=looks[0][:2])
        unknown.refute(wanted, phrase("or-other-headers", look=looks[1][:2]))


@probe("TOK-16")
def json_body(lab: Lab, cell: Cell) -> None:
    """A JSON body is invalid_request."""
    granting(lab)
    body = json.dumps({"grant_type": "client_credentials"}).encode()
    post(lab, [], body=body, media_type="application/json").expect_error("invalid_request", 400)


@probe("TOK-18")
def revoked_opens_nothing(lab: Lab, cell: Cell) -> None:
    """A revoked token opens nothing, at once, wherever the pair was, whatever the hint (RFC 7009 §2.1)."""
    credential = lab.credential(PRIMARY)
    in_form = (("client_id", credential.key), ("client_secret", credential.secret))
    body = revoking(lab).body
    knows_forms = body is not None and "client_secret" in members(lab.contract, body.schema.pointer)
    for more in ((), (("token_type_hint", "refresh_token"),), *([in_form] if knows_forms else [])):
        operation, token = opened(lab)
        revoke(lab, token, *more)
        lab.call(lab.control(operation), authorization=f"Bearer {token}").expect_status(401)


@probe("BEA-8")
def revoked_says_so(lab: Lab, cell: Cell) -> None:
    """A revoked token is refused as revoked."""
    operation, token = opened(lab)
    revoke(lab, token)
    lab.call(lab.control(operation), authorization=f"Bearer {token}").expect("token-revoked")


@probe("TOK-19")
def revoking_the_unknown(lab: Lab, cell: Cell) -> None:
    """Revoking a token that nobody has is 200."""
    pairs = [("token", canary(lab, "token"))]
    lab.oauth(lab.tokens.form(revoking(lab), pairs, lab.credential(PRIMARY), valid=True)).expect_status(200)


@probe("TOK-20")
def revoking_for_another(lab: Lab, cell: Cell) -> None:
    """A partner cannot revoke another's token."""
    operation, token = opened(lab)
    other = lab.credential("other")
    lab.oauth(lab.tokens.form(revoking(lab), [("token", token)], other)).expect_status(200, 400)
    lab.call(lab.control(operation), authorization=f"Bearer {token}").expect_success()


@probe("TOK-21")
def tokens_are_unguessable(lab: Lab, cell: Cell) -> None:
    """Two tokens differ in at least 128 bits' worth of characters."""
    granted = [lab.oauth(lab.tokens.grant(lab.credential(PRIMARY))).must_succeed() for _ in range(2)]
    texts = [answer.text("access_token") for answer in granted]
    for text in texts:
        lab.redactor.add_token(text, "token_probe")
    common = next((i for i, (a, b) in enumerate(zip(*texts, strict=False)) if a != b), min(map(len, texts)))
    if min(len(text) for text in texts) - common < 22:  # 22 characters of 6 bits make 128
        granted[1].refute(phrase("past-prefix", count=22), phrase("fewer"))


@probe("TOK-22")
def revoking_without_a_pair(lab: Lab, cell: Cell) -> None:
    """Revoking without a valid pair is 401."""
    operation = revoking(lab)
    pairs = [("token", canary(lab, "token"))]
    lab.oauth(lab.tokens.form(operation, pairs, lab.credential(PRIMARY), valid=True)).must_succeed()
    lab.oauth(lab.tokens.form(operation, pairs)).expect_error("invalid_client", 401)
    wrong = basic(lab.credential(PRIMARY).key, canary(lab, "secret"))
    lab.oauth(lab.tokens.form(operation, pairs, authorization=wrong)).expect_error("invalid_client", 401)


@probe("TOK-23")
def revoking_nothing(lab: Lab, cell: Cell) -> None:
    """Revoking without a token parameter is invalid_request."""
    operation, credential = revoking(lab), lab.credential(PRIMARY)
    pairs = [("token", canary(lab, "token"))]
    lab.oauth(lab.tokens.form(operation, pairs, credential, valid=True)).must_succeed()
    answer = lab.tokens.form(operation, [("cf_other", "1")], credential, media_type=FORM)
    lab.oauth(answer).expect_error("invalid_request", 400)
