"""What callers may do, and whose things they see: AUZ clauses."""

from __future__ import annotations

from dataclasses import replace

from cynod_conformance.base.outcomes import ControlFailed, NotApplicable
from cynod_conformance.experiment.callers import without
from cynod_conformance.experiment.context import Lab, has
from cynod_conformance.experiment.registry import Cell, Cells, probe
from cynod_conformance.experiment.request_builder import unknown_ids
from cynod_conformance.experiment.test_cases import each, each_scope, has_path_id, identified
from cynod_conformance.text.phrase import phrase

each_with_path: Cells = each(lambda o: has_path_id(o) and bool(o.scopes))
each_with_input: Cells = each(
    lambda o: (
        identified(o) and (o.body is not None or any(p.required and p.place == "query" for p in o.parameters))
    )
)


@probe("AUZ-1", tier="write", over=each_scope)
def refused_without_scope(lab: Lab, cell: Cell) -> None:
    """A token lacking one of the operation's scopes gets insufficient-scope."""
    assert cell.operation is not None
    draft = lab.control(cell.operation)
    name, value = without(lab, cell.operation, cell.part)
    answer = lab.call(draft, authorization=value, identity=name).expect("insufficient-scope")
    answer.expect_header("WWW-Authenticate", has('error="insufficient_scope"'), 'error="insufficient_scope"')


@probe("AUZ-5", over=each_with_input)
def identity_before_validation(lab: Lab, cell: Cell) -> None:
    """A bad request without credentials is refused for the credentials."""
    assert cell.operation is not None
    draft = lab.control(cell.operation)
    bad = replace(draft, query=(), headers=())
    if cell.operation.body is not None:
        bad = bad.with_raw(b'{"cf":')
    lab.call(bad, authorization=None).expect("credentials-missing")


@probe("AUZ-6", over=each_with_path)
def scope_before_existence(lab: Lab, cell: Cell) -> None:
    """Without the scope, an unknown resource is refused for the scope."""
    assert cell.operation is not None
    draft = lab.control(cell.operation)
    name, value = without(lab, cell.operation, cell.operation.scopes[0])
    lab.call(unknown_ids(draft), authorization=value, identity=name).expect("insufficient-scope")


@probe("AUZ-9")
def suspended_partner(lab: Lab, cell: Cell) -> None:
    """A suspended partner is refused as such."""
    operation = lab.simple()
    draft = lab.control(operation)
    answer = lab.call(draft, authorization=lab.pair("suspended"), identity="suspended")
    if answer.code is not None and answer.code.name == "basic-not-enabled":
        raise NotApplicable("not-here", what="Basic (suspended)")
    answer.expect("partner-suspended")


@probe("AUZ-10")
def refused_address(lab: Lab, cell: Cell) -> None:
    """A partner bound to another address is refused for its address."""
    operation = lab.simple()
    draft = lab.control(operation)
    lab.credential("elsewhere")
    try:
        value = f"Bearer {lab.tokens.fresh('elsewhere').value}"
    except ControlFailed:
        granted = lab.oauth(lab.tokens.grant(lab.credential("elsewhere")))
        if granted.code is not None:
            granted.expect("address-refused")
            return
        value = lab.pair("elsewhere")
    lab.call(draft, authorization=value, identity="elsewhere").expect("address-refused")


@probe("AUZ-11")
def whoami_agrees(lab: Lab, cell: Cell) -> None:
    """What a caller is told about itself agrees with its token: all its scopes, or the one that it has."""
    operation = lab.contract.find("whoami")
    if operation is None:
        raise NotApplicable("no-operation", what="whoami")
    for name in ("primary", "limited", "other"):
        if name not in lab.config.credentials:
            continue
        whole = lab.tokens.token(name)
        narrow = lab.tokens.token(name, frozenset(sorted(whole.scopes)[:1]))
        for token in (whole, narrow):
            answer = lab.call(
                lab.world.draft(operation), authorization=f"Bearer {token.value}", identity=name, valid=True
            ).must_succeed()
            shown = lab.world.shown(answer.exchange)
            if "key" in shown and shown["key"] != lab.credential(name).key:
                answer.refute(phrase("callers-key"), phrase("another-key"))
            if "scopes" in shown and set(shown["scopes"]) != token.scopes:
                answer.refute(" ".join(sorted(token.scopes)), " ".join(sorted(shown["scopes"])))
