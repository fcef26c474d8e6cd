"""Who calls: HTTP Basic and bearer tokens (RFC 7617, RFC 6750): BAS and BEA clauses."""

from __future__ import annotations

from functools import partial

from cynod_conformance.base.outcomes import NotApplicable, PreconditionMissing
from cynod_conformance.experiment.answer import Answer, has
from cynod_conformance.experiment.canaries import canary
from cynod_conformance.experiment.card_account import CardAccount
from cynod_conformance.experiment.case_types import OperationCase, TestCase
from cynod_conformance.experiment.context import TestContext
from cynod_conformance.experiment.registry import probe
from cynod_conformance.experiment.test_cases import each_identified
from cynod_conformance.experiment.token_lifecycle import expired_token, proven_token
from cynod_conformance.http.authorization import basic
from cynod_conformance.text.phrase import phrase
from cynod_spec.model import Operation


def operation_open_to_basic(context: TestContext) -> Operation:
    """An operation that the basic credential was just seen to open with its pair."""
    context.credential("basic")
    if not context.contract.security.has_basic:
        raise NotApplicable("not-here", what="Basic")
    operation = context.simple_for("basic")
    context.call(
        context.control(operation), authorization=context.pair("basic"), identity="basic", valid=True
    ).must_succeed()
    return operation


@probe("BAS-1")
def malformed_base64(context: TestContext, case: TestCase) -> None:
    """Malformed base64 is 401, never 5xx."""
    operation = operation_open_to_basic(context)
    right = context.pair("basic").partition(" ")[2]
    half = len(right) // 2
    between = f"{right[:half]}!{right[half:]}"
    context.redactor.add(between, "wrong_pair")
    for value in ("!!!", "YQ", "Y=Q=", "=", "w6k", "/////w==", between):
        context.call(context.control(operation), authorization=f"Basic {value}").expect_status(401)


@probe("BAS-2")
def basic_in_any_case(context: TestContext, case: TestCase) -> None:
    """The scheme's name may be written in any case."""
    operation = operation_open_to_basic(context)
    value = context.pair("basic").partition(" ")[2]
    for scheme in ("basic", "BASIC", "bAsIc"):
        context.call(
            context.control(operation), authorization=f"{scheme} {value}", identity="basic"
        ).expect_success()


@probe("BAS-3")
def basic_refused_for_the_right_reason(context: TestContext, case: TestCase) -> None:
    """A right pair without Basic and a wrong pair have codes of their own, never the other way."""
    operation = operation_open_to_basic(context)
    known = context.credential("basic")
    longer = f"{known.secret}:cf"  # RFC 7617 §2: the first colon ends the key, and no other the secret
    context.redactor.add(longer, "wrong_secret")
    for secret in (canary(context, "secret"), longer):
        wrong = basic(known.key, secret)
        context.call(context.control(operation), authorization=wrong).expect("basic-pair-wrong")
    unknown = basic(f"cf-{context.fixtures.nonce}", canary(context, "secret"))
    context.call(context.control(operation), authorization=unknown).expect("basic-pair-wrong")
    for name in ("primary", "other", "limited"):
        if name not in context.config.credentials:
            continue
        plain = context.simple_for(name)
        answer = context.call(context.control(plain), authorization=context.pair(name), identity=name)
        if answer.status < 300:
            continue  # this partner has Basic too
        answer.expect("basic-not-enabled")
        wrong = basic(context.credential(name).key, canary(context, "secret"))
        context.call(context.control(plain), authorization=wrong).expect("basic-pair-wrong")
        return
    raise PreconditionMissing("no-credential", name="other")


@probe("BAS-4")
def basic_is_deprecated(context: TestContext, case: TestCase) -> None:
    """Successful answers to Basic carry Deprecation and its Link (RFC 9745), those to a replay too."""
    operation = operation_open_to_basic(context)
    by_basic = partial(context.call, authorization=context.pair("basic"), identity="basic")
    expect_deprecation(context, by_basic(context.control(operation)).must_succeed())
    if not context.may_write or "core" not in context.config.credentials:
        return
    draft = CardAccount.open(context, partners=[context.credential("basic").key]).draft("credit", "top-up")
    if by_basic(draft).status < 300:
        expect_deprecation(context, by_basic(draft).must_succeed())


def expect_deprecation(context: TestContext, answer: Answer) -> None:
    """*answer* says since when Basic is deprecated, and where to read of it."""
    stamp = f"@{context.contract.security.deprecated_at}"
    answer.expect_header("Deprecation", lambda v: v.strip() == stamp, stamp)
    link = context.contract.security.deprecation_link
    answer.expect_header("Link", lambda v: "deprecation" in v and link in v, f'{link}; rel="deprecation"')


@probe("BEA-1", cases=each_identified)
def no_credentials(context: TestContext, case: OperationCase) -> None:
    """Without credentials: 401 and a Bearer challenge."""
    answer = context.call(context.control(case.operation), authorization=None).expect("credentials-missing")
    answer.expect_header("WWW-Authenticate", lambda v: v.lower().startswith("bearer"), "Bearer")


@probe("BEA-2", cases=each_identified)
def no_error_attribute(context: TestContext, case: OperationCase) -> None:
    """The challenge of a request without credentials names no error (RFC 6750 §3.1)."""
    answer = context.call(context.control(case.operation), authorization=None).expect_status(401)
    wanted = phrase("no-error-attribute")
    answer.expect_header("WWW-Authenticate", lambda v: "error=" not in v.lower(), wanted)


@probe("BEA-3", cases=each_identified)
def token_that_is_none(context: TestContext, case: OperationCase) -> None:
    """Garbage, a token cut, altered, in another case or with more behind it, and none are invalid_token."""
    draft = context.control(case.operation)
    value = context.token(case.operation).value
    middle = len(value) // 2
    altered = value[:middle] + ("A" if value[middle] != "A" else "B") + value[middle + 1 :]
    for wrong in (canary(context, "token"), value[:-4], altered, value.swapcase(), f"{value} cf", ""):
        if wrong:
            context.redactor.add_token(wrong, "wrong_token")
        answer = context.call(draft, authorization=f"Bearer {wrong}").expect("token-invalid")
        answer.expect_header("WWW-Authenticate", has('error="invalid_token"'), 'error="invalid_token"')


@probe("BEA-4", last=True)
def token_expires(context: TestContext, case: TestCase) -> None:
    """A token is refused as expired once its life and the tolerance are over."""
    token = expired_token(context)
    context.call(context.control(context.simple_for("primary")), authorization=f"Bearer {token}").expect(
        "token-expired"
    )


@probe("BEA-5")
def token_in_the_wrong_place(context: TestContext, case: TestCase) -> None:
    """A token in the query or a form body alone counts for nothing."""
    operation, token = proven_token(context)
    draft = context.control(operation)
    path = draft.target + ("&" if "?" in draft.target else "?") + f"access_token={token}"
    context.call(draft, authorization=None, path=path).expect("credentials-missing")
    for writing in context.contract.operations:
        if writing.method == "POST" and not writing.is_oauth and not writing.public:
            url = context.fixtures.bare(writing).target
            form = (("Content-Type", "application/x-www-form-urlencoded"),)
            body = f"access_token={token}".encode()
            context.raw("POST", url, operation=writing, headers=form, body=body).expect("credentials-missing")
            return


@probe("BEA-6")
def bearer_in_any_case(context: TestContext, case: TestCase) -> None:
    """The scheme's name may be written in any case."""
    operation, token = proven_token(context)
    for scheme in ("bearer", "BEARER", "bEaReR"):
        context.call(
            context.control(operation), authorization=f"{scheme} {token}", identity="primary"
        ).expect_success()


@probe("BEA-7")
def unknown_scheme(context: TestContext, case: TestCase) -> None:
    """A scheme that the contract does not know is refused as such."""
    operation, token = proven_token(context)
    for value in (f"Digest {token}", f"Token {token}", "Cf-Unknown x"):
        context.call(context.control(operation), authorization=value).expect("scheme-unsupported")
