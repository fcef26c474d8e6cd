"""Names of required members that are nearly one that the schema describes."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.base.suggestions import slip
from cynod_spec.lint.members import known_names, refused
from cynod_spec.lint.registry import Found, Subject, rule
from cynod_spec.schema.composition import branches
from cynod_spec.source.node import Node


@rule(
    "required-misspelt",
    says="the member {name} is required, and the schema describes none that is called so",
    hint="did you mean {meant!r}? A name that is meant is accepted by x-cynod-allow",
    good="""
    next: {type: [string, 'null']}
    """,
    bad="""
    next: {type: [string, 'null']}
    total:
      type: object
      required: [amount, ⟦curency⟧]
      properties: {amount: {type: integer}, currency: {type: string}}
    """,
)
def required_misspelt(subject: Subject) -> Iterator[Found]:
    """What ``required`` and ``dependentRequired`` name is described by the schema, but for a slip.

    What the schema refers to, its ``allOf`` and its alternatives describe members as well.
    """
    for node in subject.traversal.schemas:
        items = list(_required(node))
        own = known_names([node])
        if not own or all(item.value in own for item in items):
            continue
        parts = list(branches(node))
        known = known_names(branches(node, alternatives=True))
        for item in items:
            if item.value in known or refused(item.value, parts):  # required-refused reports the latter
                continue
            if meant := slip(item.value, known):
                yield item.at, {"name": item.value, "meant": meant}


def _required(node: Node) -> Iterator[Node]:
    lists = [node.get("required")]
    if isinstance(node.value.get("dependentRequired"), dict):
        lists += [listed for _, listed in node.members("dependentRequired")]
    for listed in lists:
        if listed is not None and isinstance(listed.value, list):
            yield from (item for item in listed.items() if isinstance(item.value, str))
