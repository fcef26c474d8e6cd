"""Operations of no family."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.base.suggestions import did_you_mean
from cynod_spec.lint.registry import Found, Subject, rule


@rule(
    "tag-undeclared",
    says="{operation} belongs to {what}",
    hint="{meant}name one of: {known}",
    good="""
    tags: [Access]
    summary: Lire la santé
    """,
    bad="""
    ⟦tags⟧: [Acces]
    summary: Lire la santé
    """,
)
def tag_undeclared(subject: Subject) -> Iterator[Found]:
    """Every operation belongs to a family that the document introduces."""
    known = [tag.name for tag in subject.contract.tags]
    for operation in subject.contract.operations:
        if operation.tag not in known:
            what = f"the family {operation.tag}, which is not declared" if operation.tag else "no family"
            words = {"operation": operation.key, "what": what, "known": ", ".join(known)}
            meant = did_you_mean(operation.tag, known)
            words["meant"] = meant and f"{meant} "
            yield subject.below(operation.at, "tags"), words
