"""Operations: methods of paths, with the roles that the document gives them."""

from __future__ import annotations

from cynod_spec.build.codes import body_media
from cynod_spec.build.expressions import read_expressions
from cynod_spec.build.guide import read_servers
from cynod_spec.build.parameters import read_parameters
from cynod_spec.build.responses import Responses, read_examples, read_summaries
from cynod_spec.build.security import Requirement, read_requirement
from cynod_spec.model import Body, Operation, Schema, Webhook
from cynod_spec.source.node import Node
from cynod_spec.source.operations import methods, statuses

EFFECTS = (
    *("issue", "credit", "cancel", "debit", "refund", "read", "list", "set-state"),
    *("whoami", "health", "token", "revoke"),
)


def read_operations(root: Node, responses: Responses) -> tuple[Operation, ...]:
    """Every operation below ``paths``, in order."""
    found = []
    for path, written in root.members("paths"):
        if path.startswith("/"):
            item = written.resolved()
            for method, node in methods(item):
                found.append(_operation(root, path, item, method, node, responses))
    return tuple(found)


def read_webhooks(root: Node) -> tuple[Webhook, ...]:
    """Every request that the application sends, in order."""
    found = []
    for name, written in root.members("webhooks"):
        item = written.resolved()
        for method, node in methods(item):
            request = read_expressions(node.extension("request"))
            found.append(
                Webhook(
                    name=name,
                    method=method,
                    tag=_tag(node),
                    summary=node.text("summary"),
                    description=node.text("description"),
                    parameters=read_parameters(item, node, request),
                    body=_body(node),
                    request=request,
                    at=node.at,
                )
            )
    return tuple(found)


def _tag(node: Node) -> str:
    return next((tag.string() for tag in node.items("tags")), "")


def _operation(root: Node, path: str, item: Node, method: str, node: Node, responses: Responses) -> Operation:
    effect, resource = node.extension("effect"), node.extension("resource")
    request = read_expressions(node.extension("request"))
    security = node.get("security") or root.get("security")
    needs = read_requirement(root, security) if security else Requirement(True, (), ())
    return Operation(
        id=node.need("operationId", "a name that stays the same when the path changes").string(),
        method=method,
        path=path,
        tag=_tag(node),
        summary=node.text("summary"),
        description=node.text("description"),
        effect=effect.one_of(EFFECTS) if effect else "",
        resource=resource.string() if resource else "",
        public=needs.public,
        scopes=needs.scopes,
        schemes=needs.schemes,
        servers=read_servers(node) or read_servers(item) or read_servers(root),
        parameters=read_parameters(item, node, request),
        body=_body(node),
        responses=tuple(responses.read(status, answer) for status, answer in statuses(node)),
        request=request,
        answer=read_expressions(node.extension("answer")),
        at=node.at,
    )


def _body(operation: Node) -> Body | None:
    written = operation.get("requestBody")
    if written is None:
        return None
    node = written.resolved()
    media = body_media(node)
    schema = media.get("schema") if media else None
    required = node.get("required")
    return Body(
        required=required.boolean() if required else False,
        media_types=tuple(name for name, _ in node.members("content")),
        schema=schema.schema() if schema else Schema({}, node.at),
        examples=read_examples(media),
        summaries=read_summaries(media),
        at=node.at,
    )
