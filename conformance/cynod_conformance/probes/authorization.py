"""What callers may do, by their scopes and their state: AUZ clauses; ``ownership.py`` has others of them."""

from __future__ import annotations

from dataclasses import replace

from cynod_conformance.base.outcomes import ControlFailed, NotApplicable
from cynod_conformance.experiment.answer import has
from cynod_conformance.experiment.case_types import OperationCase, ScopeCase, TestCase
from cynod_conformance.experiment.context import TestContext
from cynod_conformance.experiment.other_callers import token_without
from cynod_conformance.experiment.registry import probe
from cynod_conformance.experiment.request_builder import unknown_ids
from cynod_conformance.experiment.test_cases import each, each_scope, has_path_id, identified
from cynod_conformance.text.phrase import phrase

each_with_path = each(lambda o: has_path_id(o) and bool(o.scopes))
each_with_input = each(
    lambda o: (
        identified(o) and (o.body is not None or any(p.required and p.place == "query" for p in o.parameters))
    )
)


@probe("AUZ-1", tier="write", cases=each_scope)
def refused_without_scope(context: TestContext, case: ScopeCase) -> None:
    """A token lacking one of the operation's scopes gets insufficient-scope."""
    draft = context.control(case.operation)
    name, value = token_without(context, case.operation, case.scope)
    answer = context.call(draft, authorization=value, identity=name).expect("insufficient-scope")
    answer.expect_header("WWW-Authenticate", has('error="insufficient_scope"'), 'error="insufficient_scope"')


@probe("AUZ-5", cases=each_with_input)
def identity_before_validation(context: TestContext, case: OperationCase) -> None:
    """A bad request without credentials is refused for the credentials."""
    draft = context.control(case.operation)
    bad = replace(draft, query=(), headers=())
    if case.operation.body is not None:
        bad = bad.with_raw(b'{"cf":')
    context.call(bad, authorization=None).expect("credentials-missing")


@probe("AUZ-6", cases=each_with_path)
def scope_before_existence(context: TestContext, case: OperationCase) -> None:
    """Without the scope, an unknown resource is refused for the scope."""
    draft = context.control(case.operation)
    name, value = token_without(context, case.operation, case.operation.scopes[0])
    context.call(unknown_ids(draft), authorization=value, identity=name).expect("insufficient-scope")


@probe("AUZ-9")
def suspended_partner(context: TestContext, case: TestCase) -> None:
    """A suspended partner is refused as such."""
    operation = context.simple()
    draft = context.control(operation)
    answer = context.call(draft, authorization=context.pair("suspended"), identity="suspended")
    if answer.code is not None and answer.code.name == "basic-not-enabled":
        raise NotApplicable("not-here", what="Basic (suspended)")
    answer.expect("partner-suspended")


@probe("AUZ-10")
def refused_address(context: TestContext, case: TestCase) -> None:
    """A partner bound to another address is refused for its address."""
    operation = context.simple()
    draft = context.control(operation)
    context.credential("elsewhere")
    try:
        value = f"Bearer {context.tokens.fresh('elsewhere').value}"
    except ControlFailed:
        granted = context.oauth(context.tokens.grant(context.credential("elsewhere")))
        if granted.code is not None:
            granted.expect("address-refused")
            return
        value = context.pair("elsewhere")
    context.call(draft, authorization=value, identity="elsewhere").expect("address-refused")


@probe("AUZ-11")
def whoami_agrees(context: TestContext, case: TestCase) -> None:
    """What a caller is told about itself agrees with its token: all its scopes, or the one that it has."""
    operation = context.contract.find("whoami")
    if operation is None:
        raise NotApplicable("no-operation", what="whoami")
    for name in ("primary", "limited", "other"):
        if name not in context.config.credentials:
            continue
        whole = context.tokens.token(name)
        narrow = context.tokens.token(name, frozenset(sorted(whole.scopes)[:1]))
        for token in (whole, narrow):
            answer = context.call(
                context.fixtures.draft(operation),
                authorization=f"Bearer {token.value}",
                identity=name,
                valid=True,
            ).must_succeed()
            shown = context.fixtures.shown(answer.exchange)
            if "key" in shown and shown["key"] != context.credential(name).key:
                answer.fail(phrase("callers-key"), phrase("another-key"))
            if "scopes" in shown and set(shown["scopes"]) != token.scopes:
                answer.fail(" ".join(sorted(token.scopes)), " ".join(sorted(shown["scopes"])))
