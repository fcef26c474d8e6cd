"""Roles that lead nowhere."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.base.pointer import join, split
from cynod_spec.base.suggestions import did_you_mean
from cynod_spec.lint.registry import Found, Subject, rule
from cynod_spec.model import Expression, Operation, Schema, Webhook
from cynod_spec.schema.composition import branches, member
from cynod_spec.source.node import Node


@rule(
    "role-nowhere",
    says="the role {role} leads nowhere: {where}",
    hint="{meant}correct the place, or declare what it names",
    good="amount: $request.body#/price/units",
    bad="⟦amount⟧: $request.body#/price/sum",
)
def role_nowhere(subject: Subject) -> Iterator[Found]:
    """What plays a role exists: a declared parameter, or a member that the schema describes."""
    for operation in subject.contract.operations:
        for roles in (operation.request, operation.answer):
            for role, expression in roles.items():
                if not _leads(subject.root, operation, expression):
                    meant = _meant(subject.root, operation, expression)
                    yield expression.at, {"role": role, "where": expression.source, "meant": meant}
    for webhook in subject.contract.webhooks:
        for role, expression in webhook.request.items():
            if expression.side != "request" or not _asks(subject.root, webhook, expression):
                meant = _meant(subject.root, webhook, expression)
                yield expression.at, {"role": role, "where": expression.source, "meant": meant}
    for resource in subject.contract.resources.values():
        for role, path in resource.members.items():
            if not _described(subject.root, resource.schema, path):
                meant = _near([subject.node(resource.at)], path)
                yield resource.at, {"role": role, "where": join(path), "meant": meant}


def _meant(root: Node, request: Operation | Webhook, expression: Expression) -> str:
    """The question for the parameter, header or member that *expression* was probably meant to name."""
    successes = [] if isinstance(request, Webhook) else [r for r in request.responses if r.status < 300]
    if expression.place == "body":
        bodies = [request.body.schema] if expression.side == "request" and request.body else []
        if expression.side == "response":
            bodies = [answer.schema for answer in successes if answer.schema]
        nodes = (root.get(*split(schema.pointer)) for schema in bodies)
        return _near([node for node in nodes if node is not None], expression.path)
    if expression.side == "response":
        known = [header.name for answer in successes for header in answer.headers]
    else:
        known = [each.name for each in request.parameters if each.place == expression.place]
    meant = did_you_mean(expression.name, known)
    return meant and f"{meant} "


def _near(schemas: list[Node], path: tuple[str, ...]) -> str:
    """The question for the member of *schemas* that the first unknown name of *path* resembles."""
    for depth, name in enumerate(path):
        above = [node for schema in schemas for node in member(schema, path[:depth], alternatives=True)]
        known = [
            each
            for node in above
            for branch in branches(node, alternatives=True)
            for each, _ in branch.members("properties")
        ]
        if name not in known:
            meant = did_you_mean(name, known)
            return meant and f"{meant} "
    return ""


def _leads(root: Node, operation: Operation, expression: Expression) -> bool:
    if expression.side == "request":
        return _asks(root, operation, expression)
    successes = [answer for answer in operation.responses if 200 <= answer.status < 300]
    if expression.place == "header":
        return any(h.name.lower() == expression.name.lower() for answer in successes for h in answer.headers)
    return any(answer.schema and _described(root, answer.schema, expression.path) for answer in successes)


def _asks(root: Node, request: Operation | Webhook, expression: Expression) -> bool:
    if expression.place != "body":
        names = {_comparable(p.place, p.name) for p in request.parameters}
        return _comparable(expression.place, expression.name) in names
    return request.body is not None and _described(root, request.body.schema, expression.path)


def _comparable(place: str, name: str) -> tuple[str, str]:
    """*place* and *name* of a parameter as they are compared: headers without regard to case."""
    return place, name.lower() if place == "header" else name


def _described(root: Node, schema: Schema, path: tuple[str, ...]) -> bool:
    node = root.get(*split(schema.pointer))
    return node is not None and next(member(node, path, alternatives=True), None) is not None
