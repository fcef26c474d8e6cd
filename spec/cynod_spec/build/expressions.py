"""OpenAPI runtime expressions, as roles use them."""

from __future__ import annotations

import re
from typing import get_args

from cynod_spec.base import pointer as pointers
from cynod_spec.model import Expression, Place
from cynod_spec.source.node import Node

_EXPRESSION = re.compile(r"\$(request|response)\.(header|query|path|cookie|body)(?:\.([^#]+)|(?:#(.*))?)")


def read_expressions(node: Node | None) -> dict[str, Expression]:
    """Role → expression, for the mapping *node*; empty when there is none."""
    if node is None:
        return {}
    return {role: read_expression(member) for role, member in node.members()}


def read_expression(node: Node) -> Expression:
    """The expression in *node*. Raises DocumentError when it is none."""
    source = node.string()
    found = _EXPRESSION.fullmatch(source)
    hint = "such as $request.header.Name, $request.query.name, $request.path.name or $request.body#/a/member"
    if not found or (found[2] == "body") is not (found[3] is None):
        node.fail(f"{source!r} is no runtime expression", hint)
    try:
        path = pointers.split(found[4] or "")
    except ValueError:
        node.fail(f"{source!r} holds no JSON pointer after '#'", hint)
    place: Place = next(known for known in get_args(Place) if known == found[2])
    side = "request" if found[1] == "request" else "response"
    return Expression(
        source, "request" if side == "request" else "response", place, found[3] or "", path, node.at
    )
