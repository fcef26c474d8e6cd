"""Components that nothing refers to."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote

from cynod_spec.lint.registry import Found, Subject, rule
from cynod_spec.node import Node


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
    """What stands among the components is used; codes, envelopes and resources play a role already."""
    references = (mapping.value.get("$ref") for mapping in subject.walked.mappings)
    used = {unquote(target.partition("#")[2]) for target in references if isinstance(target, str)}
    for group, components in subject.root.members("components"):
        if group == "securitySchemes" or not isinstance(components.value, dict):
            continue
        for _, node in components.members():
            if node.pointer not in used and not _plays(node):
                yield node.at, {"pointer": node.pointer}


def _plays(node: Node) -> bool:
    roles = node.extension()
    named = roles.value if roles is not None and isinstance(roles.value, dict) else {}
    return not named.keys().isdisjoint(("code", "envelope", "resource"))
