"""Walking a schema: its branches, and the subschemas that describe one member."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cynod_spec.base.pointer import Tokens
from cynod_spec.source.node import Node

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
"""The methods for which a Path Item Object has a member of their own."""
_MORE_METHODS: Final = "additionalOperations"  # OpenAPI 3.2: method as it is sent → operation


def answers(root: Node) -> Iterator[tuple[int, Node]]:
    """Status and response of every operation, references followed, then of the general answers."""
    for operation in operations(root):
        yield from statuses(operation)
    yield from general(root)


def general(root: Node) -> Iterator[tuple[int, Node]]:
    """Status and response of the answers that belong to no operation, references followed.

    They are listed by status, or one after the other when each states its status itself.
    """
    listed = root.get("x-cynod", "general", "responses")
    if listed is None:
        return
    if isinstance(listed.value, dict):
        yield from _by_status(listed)
    else:
        for item in listed.items():
            yield general_status(item), item.resolved()


def statuses(operation: Node) -> Iterator[tuple[int, Node]]:
    """Status and response of one operation, references followed."""
    responses = operation.get("responses")
    if responses is not None:
        yield from _by_status(responses)


def _by_status(responses: Node) -> Iterator[tuple[int, Node]]:
    for key, node in responses.members():
        if key.startswith("x-"):
            continue
        if not (len(key) == 3 and key.isdigit()):
            hint = "list one response for each status"
            node.fail(f"a response for {key!r} does not say which status it has", hint)
        yield int(key), node.resolved()


def general_status(item: Node) -> int:
    """The status of a general answer: beside its reference, or in the ``x-cynod`` of the response."""
    node = item.get("status") or item.extension("status") or item.resolved().extension("status")
    if node is None:
        item.fail("this general answer has no status", "write `status: 404` beside its $ref")
    return node.integer()


def operations(root: Node) -> Iterator[Node]:
    """Every operation below ``paths``, in order."""
    for path, item in root.members("paths"):
        if path.startswith("/"):
            yield from (node for _, node in methods(item.resolved()))


def methods(item: Node) -> Iterator[tuple[str, Node]]:
    """Each operation of the Path Item Object *item* with its method as it is sent, in order."""
    for key, node in item.members():
        if key in METHODS:
            yield key.upper(), node
        elif key == _MORE_METHODS:
            yield from node.members()


def path_item(operation: Tokens) -> Tokens | None:
    """The tokens of the path item in which *operation* stands; None when these are no operation's tokens."""
    if operation and operation[-1] in METHODS:
        return operation[:-1]
    return operation[:-2] if operation[-2:-1] == (_MORE_METHODS,) else None
