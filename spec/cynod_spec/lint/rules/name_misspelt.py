"""Names of roles, resources, states and codes that are nearly one that programs ask for."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.base.pointer import split
from cynod_spec.lint.fixes import Put
from cynod_spec.lint.known_names import nearly
from cynod_spec.lint.registry import Found, Subject, rule
from cynod_spec.source.node import Node

_Named = tuple[Node, str, str, str]  # what bears the name, what it is, the name, the list that may hold it


@rule(
    "name-misspelt",
    says="no program asks for the {what} {name!r}",
    hint="did you mean {meant!r}? A name that is meant is accepted by x-cynod-allow",
    good="date: /issuedAt",
    bad="⟦datte⟧: /issuedAt",
)
def name_misspelt(subject: Subject) -> Iterator[Found]:
    """No role, resource, state, type or code has a name that is one of the vocabulary's but for a slip.

    Generators, servers and the suite ask for these by name; what is misspelt would be missing in silence. A
    name that resembles none is the document's own.
    """
    for node, what, name, listed in _names(subject):
        meant = nearly(name, listed)
        if meant:
            guess = Put(node.tokens, meant) if node.value == name else None
            yield node.at, {"what": what, "name": name, "meant": meant}, None, guess


def _names(subject: Subject) -> Iterator[_Named]:
    for operation in subject.contract.operations:
        node = subject.node(operation.at)
        yield from _keys(node, "role", "request-role", "x-cynod", "request")
        yield from _keys(node, "role", "answer-role", "x-cynod", "answer")
    for webhook in subject.contract.webhooks:
        yield from _keys(subject.node(webhook.at), "role", "webhook-role", "x-cynod", "request")
    for mapping in subject.traversal.mappings:
        role = mapping.extension("role")
        if role is not None and isinstance(role.value, str):
            listed = "header-role" if mapping.tokens[-2:-1] == ("headers",) else "request-role"
            yield role, "role", role.value, listed
    for resource in subject.contract.resources.values():
        node = subject.node(resource.at)
        name = node.need("x-cynod").need("resource").need("name")
        yield name, "resource", resource.name, "resource-name"
        for member, listed, what in (
            ("members", "member-role", "role"),
            ("states", "state-name", "state"),
            ("types", "type-name", "type"),
        ):
            yield from _keys(node, what, listed, "x-cynod", "resource", member)
    for code in subject.contract.codes:
        named = subject.root.get(*split(code.at.pointer), "x-cynod", "code", "name")
        if named is not None:
            yield named, "code", code.name, "code-name"


def _keys(holder: Node, what: str, listed: str, *path: str) -> Iterator[_Named]:
    for name, node in holder.members(*path):
        yield node, what, name, listed
