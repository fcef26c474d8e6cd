"""Refusals that an operation is bound to need, and does not list."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from cynod_spec.lint.registry import Found, Subject, rule
from cynod_spec.lint.subjects import stated
from cynod_spec.model import Operation, Parameter

_Condition = Callable[[Subject, Operation], bool]


@rule(
    "refusal-unlisted",
    says="{operation} {why}, and lists no response with the code {name} ({code})",
    hint="list the response that carries this code, or add the code to the one for its status, {status}",
    good="""
    '400': {$ref: '#/components/responses/Invalid'}
    '401': {$ref: '#/components/responses/Unknown'}
    '403': {$ref: '#/components/responses/Forbidden'}
    '429': {$ref: '#/components/responses/TooMany'}
    """,
    bad="""
    '401': {$ref: '#/components/responses/Unknown'}
    '403': {$ref: '#/components/responses/Forbidden'}
    '429': {$ref: '#/components/responses/TooMany'}
    """,
    reported_in="""
    ⟦responses⟧:
      '201':
        description: Le laissez-passer est émis
    """,
)
def refusal_unlisted(subject: Subject) -> Iterator[Found]:
    """An operation lists the refusals that follow from what it asks and does: a body, a key, a scope.

    Only codes that the catalogue has are asked for. The operations under ``/oauth2`` answer by RFC 6749.
    """
    codes = {code.name: code for code in subject.contract.codes if code.status}
    for operation in subject.contract.operations:
        if operation.is_oauth:
            continue
        listed = {code.name for code in operation.codes}
        for name, (needs, why) in _NEEDED.items():
            if name in codes and name not in listed and needs(subject, operation):
                code = codes[name]
                if code.case == "authentication" and operation.response(code.status) is None:
                    continue  # identity-unanswered says so
                words = {"operation": operation.key, "why": why, "name": name}
                at = subject.below(operation.at, "responses")
                yield at, {**words, "code": code.value, "status": code.status}


def _takes_json(_: Subject, operation: Operation) -> bool:
    body = operation.body
    return body is not None and any(name.partition(";")[0].endswith("json") for name in body.media_types)


def _needs_something(subject: Subject, operation: Operation) -> bool:
    if any(each.required and each.place == "query" for each in operation.parameters):
        return True
    return _takes_json(subject, operation) and bool(_stated(subject, operation, "required"))


def _takes_values(subject: Subject, operation: Operation) -> bool:
    return any(map(_is_bounded, operation.parameters)) or (
        _takes_json(subject, operation) and bool(_stated(subject, operation, "properties"))
    )


def _is_bounded(parameter: Parameter) -> bool:
    """Whether a value of *parameter* can be invalid; a path, a key and a cursor have codes of their own."""
    if parameter.place != "query" or parameter.role in ("key", "cursor"):
        return False
    schema = parameter.schema.value
    return schema.get("type") != "string" or not _BOUNDS.isdisjoint(schema)


def _stated(subject: Subject, operation: Operation, keyword: str) -> Any:
    return stated(subject.node(operation.body.schema.at), keyword) if operation.body else None


def _takes(*roles: str) -> _Condition:
    return lambda _, operation: not operation.request.keys().isdisjoint(roles)


def _does(*effects: str, role: str = "") -> _Condition:
    return lambda _, operation: operation.effect in effects and (not role or role in operation.request)


def _is_protected(_: Subject, operation: Operation) -> bool:
    return not operation.public


def _has_scopes(_: Subject, operation: Operation) -> bool:
    return bool(operation.scopes)


_BOUNDS: Final = frozenset(("enum", "const", "pattern", "format", "minLength", "maxLength"))
_NEEDED: Final[Mapping[str, tuple[_Condition, str]]] = {
    "json-malformed": (_takes_json, "takes a JSON body"),
    "media-type-unsupported": (_takes_json, "takes a JSON body"),
    "required-absent": (_needs_something, "asks for something that may be absent"),
    "value-invalid": (_takes_values, "takes values that may be invalid"),
    "idempotency-key-invalid": (_takes("key"), "takes an idempotency key"),
    "key-reused": (_takes("key"), "takes an idempotency key"),
    "key-in-progress": (_takes("key"), "takes an idempotency key"),
    "cursor-invalid": (_takes("cursor"), "takes a cursor"),
    "credentials-missing": (_is_protected, "asks who calls"),
    "partner-suspended": (_is_protected, "asks who calls"),
    "address-refused": (_is_protected, "asks who calls"),
    "insufficient-scope": (_has_scopes, "asks for a scope"),
    "card-unknown": (_takes("card", "number"), "names a card"),
    "card-blocked": (_does("credit", "debit", role="card"), "moves the money of a card"),
    "card-expired": (_does("credit", "debit", role="card"), "moves the money of a card"),
    "currency-mismatch": (_does("credit", "debit", role="currency"), "moves money in a currency"),
    "amount-out-of-limits": (_does("credit", "debit", role="amount"), "moves an amount"),
    "balance-insufficient": (_does("debit"), "takes money"),
    "refund-exceeds": (_does("refund"), "gives money back"),
    "state-forbids": (_does("cancel", "refund"), "undoes what was done"),
}
"""Name of a code → which operations may answer it, and what they have in common."""
