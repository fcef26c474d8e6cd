"""Components that nothing refers to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote

from cynod_spec.lint.discriminators import discriminators, mapped_schema
from cynod_spec.lint.registry import Found, Subject, rule
from cynod_spec.source.node import Node

_POINTER_STEPS: Final = 4  # steps of a component's pointer, the empty one before its first slash included


@rule(
    "component-unused",
    level="warning",
    says="nothing refers to {pointer}",
    hint="drop it, or refer to it",
    good="""
    Challenge:
      required: true
      schema: {type: string, minLength: 1}
    """,
    bad="""
    Challenge:
      required: true
      schema: {type: string, minLength: 1}
    ⟦Spare⟧:
      schema: {type: string}
    """,
)
def component_unused(subject: Subject) -> Iterator[Found]:
    """What stands among the components is used; codes, envelopes and resources play a role already.

    A reference to a part of a component uses it, and so does the mapping of a discriminator.
    """
    used = set(_used(subject))
    for group, components in subject.root.members("components"):
        if group == "securitySchemes" or group.startswith("x-") or not isinstance(components.value, dict):
            continue
        for _, node in components.members():
            if node.pointer not in used and not _plays(node):
                yield node.at, {"pointer": node.pointer}


def _used(subject: Subject) -> Iterator[str]:
    """The pointers of the components that are referred to as a whole or in part."""
    for mapping in subject.traversal.mappings:
        if isinstance(reference := mapping.value.get("$ref"), str):
            yield "/".join(unquote(reference.partition("#")[2]).split("/")[:_POINTER_STEPS])
    for found in discriminators(subject):
        for reference in found.mapped():
            if (schema := mapped_schema(reference)) is not None:
                yield "/".join(schema.pointer.split("/")[:_POINTER_STEPS])


def _plays(node: Node) -> bool:
    roles = node.extension()
    named = roles.value if roles is not None and isinstance(roles.value, dict) else {}
    return not named.keys().isdisjoint(("code", "envelope", "resource"))
