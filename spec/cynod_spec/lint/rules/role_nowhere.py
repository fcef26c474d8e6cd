"""Roles that lead nowhere."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.build.schemas import member
from cynod_spec.lint.registry import Found, Subject, rule
from cynod_spec.model import Expression, Operation, Schema, Webhook
from cynod_spec.node import Node
from cynod_spec.pointer import join, split


@rule(
    "role-nowhere",
    says="the role {role} leads nowhere: {where}",
    hint="correct the place, or declare what it names",
    good="amount: $request.body#/price/units",
    bad="⟦amount⟧: $request.body#/price/sum",
)
def role_nowhere(subject: Subject) -> Iterator[Found]:
    """What plays a role exists: a declared parameter, or a member that the schema describes."""
    for operation in subject.contract.operations:
        for roles in (operation.request, operation.answer):
            for role, expression in roles.items():
                if not _leads(subject.root, operation, expression):
                    yield expression.at, {"role": role, "where": expression.source}
    for webhook in subject.contract.webhooks:
        for role, expression in webhook.request.items():
            if expression.side != "request" or not _asks(subject.root, webhook, expression):
                yield expression.at, {"role": role, "where": expression.source}
    for resource in subject.contract.resources.values():
        for role, path in resource.members.items():
            if not _described(subject.root, resource.schema, path):
                yield resource.at, {"role": role, "where": join(path)}


def _leads(root: Node, operation: Operation, expression: Expression) -> bool:
    if expression.side == "request":
        return _asks(root, operation, expression)
    successes = [answer for answer in operation.responses if 200 <= answer.status < 300]
    if expression.place == "header":
        return any(h.name.lower() == expression.name.lower() for answer in successes for h in answer.headers)
    return any(answer.schema and _described(root, answer.schema, expression.path) for answer in successes)


def _asks(root: Node, request: Operation | Webhook, expression: Expression) -> bool:
    if expression.place != "body":
        names = {(p.place, p.name.lower()) for p in request.parameters}
        return (expression.place, expression.name.lower()) in names
    return request.body is not None and _described(root, request.body.schema, expression.path)


def _described(root: Node, schema: Schema, path: tuple[str, ...]) -> bool:
    node = root.get(*split(schema.pointer))
    return node is not None and next(member(node, path, alternatives=True), None) is not None
