"""Families without an operation."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.registry import Found, Subject, rule


@rule(
    "tag-unused",
    level="warning",
    says="no operation belongs to the family {tag}",
    hint="drop it, or tag an operation with it",
    good="""
    - {name: Access, x-cynod: {actors: [shop]}}
    """,
    bad="""
    - {name: Access, x-cynod: {actors: [shop]}}
    - {⟦name⟧: Spare, x-cynod: {actors: [shop]}}
    """,
)
def tag_unused(subject: Subject) -> Iterator[Found]:
    """A family that is introduced has something to offer."""
    contract = subject.contract
    used = {operation.tag for operation in contract.operations} | {hook.tag for hook in contract.webhooks}
    for tag in contract.tags:
        if tag.name not in used:
            yield subject.below(tag.at, "name"), {"tag": tag.name}
