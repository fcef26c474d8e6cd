"""Resources: the schemas that represent a card, a top-up, a page's entry…"""

from __future__ import annotations

from cynod_spec.base import pointer as pointers
from cynod_spec.model import Resource, Schema, State
from cynod_spec.source.node import Node


def read_resources(root: Node) -> dict[str, Resource]:
    """Name → resource, for each schema that represents one."""
    found: dict[str, Resource] = {}
    for _, node in root.members("components", "schemas"):
        extension = node.extension("resource") if isinstance(node.value, dict) else None
        if extension is None:
            continue
        name = extension.need("name").string()
        if name in found:
            extension.fail(
                f"a second schema represents the resource {name!r}", f"the first: {found[name].at}"
            )
        found[name] = Resource(
            name=name,
            schema=Schema(node.value, node.at),
            members={role: _path(member) for role, member in extension.members("members")},
            states=tuple(_state(state, node) for state, node in extension.members("states")),
            at=node.at,
        )
    return found


def _path(node: Node) -> tuple[str, ...]:
    try:
        return pointers.split(node.string())
    except ValueError:
        node.fail(f"{node.value!r} is no JSON pointer", "such as /montant/valeur")


def _state(name: str, node: Node) -> State:
    following = node.get("to")
    return State(name, node.need("value").string(), following.strings() if following else ())
