"""Provocations of the codes about who calls: credentials, tokens, partners, scopes."""

from __future__ import annotations

from functools import partial

from cynod_conformance.base.outcomes import NotApplicable, PreconditionMissing
from cynod_conformance.experiment.answer import SUCCESS
from cynod_conformance.experiment.canaries import canary
from cynod_conformance.experiment.context import TestContext
from cynod_conformance.experiment.memo import MemoKey
from cynod_conformance.experiment.other_callers import find_token_without, token_without
from cynod_conformance.experiment.provocations.request_under_test import RequestUnderTest
from cynod_conformance.experiment.token_lifecycle import expired_token, revoked_token
from cynod_conformance.http.authorization import basic
from cynod_spec.model import Operation

UNKNOWN_SCHEME = "Cf-Unknown x"
PARTNER_WITHOUT_BASIC = MemoKey[str]("partner without Basic")
WITHOUT_BASIC = ("primary", "other", "limited")  # credentials of partners to whom Basic may be closed


def no_credentials(context: TestContext, request: RequestUnderTest) -> RequestUnderTest:
    """No Authorization."""
    return request.called_by(None)


def invented_token(context: TestContext, request: RequestUnderTest) -> RequestUnderTest:
    """A token that was never granted."""
    return request.called_by(f"Bearer {canary(context, 'token')}")


def revoked_bearer(context: TestContext, request: RequestUnderTest) -> RequestUnderTest:
    """A token that its partner has revoked."""
    return request.called_by(f"Bearer {revoked_token(context)}")


def expired_bearer(context: TestContext, request: RequestUnderTest) -> RequestUnderTest:
    """A token past its life and the tolerance."""
    return request.called_by(f"Bearer {expired_token(context)}")


def wrong_secret(context: TestContext, request: RequestUnderTest) -> RequestUnderTest:
    """The key of a partner to whom Basic is open, with a wrong secret."""
    return request.called_by(basic(context.credential("basic").key, canary(context, "secret")))


def pair_without_basic(context: TestContext, request: RequestUnderTest) -> RequestUnderTest:
    """The right pair of a partner to whom Basic is not open.

    Raises PreconditionMissing when it is open to every configured partner.
    """
    name = context.memo.once(PARTNER_WITHOUT_BASIC, partial(partner_without_basic, context))
    return request.called_by(context.pair(name), name)


def partner_without_basic(context: TestContext) -> str:
    """The first credential whose right pair is refused. Raises PreconditionMissing when there is none."""
    draft = context.control(context.simple())
    for name in WITHOUT_BASIC:
        answer = context.call(draft, authorization=context.pair(name), identity=name)
        lacks_scope = answer.code is not None and answer.code.name == "insufficient-scope"
        if answer.status not in SUCCESS and not lacks_scope:
            return name
    raise PreconditionMissing("no-credential", name="other")


def unknown_scheme(context: TestContext, request: RequestUnderTest) -> RequestUnderTest:
    """A scheme of authentication that does not exist."""
    return request.called_by(UNKNOWN_SCHEME)


def another_address(context: TestContext, request: RequestUnderTest) -> RequestUnderTest:
    """A partner that may call from another address only: by its token, or by its pair when it gets none."""
    name = "elsewhere"
    if context.tokens.grant(context.credential(name)).response.status == 200:
        return request.called_by(f"Bearer {context.tokens.token(name).value}", name)
    return request.called_by(context.pair(name), name, needs_basic=True)


def suspended_partner(context: TestContext, request: RequestUnderTest) -> RequestUnderTest:
    """A partner that the operator has suspended."""
    return request.called_by(context.pair("suspended"), "suspended", needs_basic=True)


def missing_scope(context: TestContext, request: RequestUnderTest) -> RequestUnderTest:
    """A token without the operation's first scope. Raises PreconditionMissing when nobody can have one."""
    operation = request.draft.operation
    if not operation.scopes:
        raise NotApplicable("not-here", what=operation.key)
    name, value = token_without(context, operation, operation.scopes[0])
    return request.called_by(value, name)


def can_lack_scope(context: TestContext, operation: Operation) -> bool:
    """Whether a configured caller can have a token without the operation's first scope."""
    return bool(operation.scopes) and find_token_without(context, operation, operation.scopes[0]) is not None
