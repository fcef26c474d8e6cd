"""Resources that no schema represents."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.base.pointer import split
from cynod_spec.base.suggestions import closest, question
from cynod_spec.lint.fixes import Put
from cynod_spec.lint.known_names import known
from cynod_spec.lint.registry import Found, Subject, rule


@rule(
    "resource-unknown",
    says="{operation} acts on the resource {name!r}, which no schema represents",
    hint="{meant}",
    good="""
    effect: issue
    resource: pass
    """,
    bad="""
    effect: issue
    ⟦resource⟧: pas
    """,
)
def resource_unknown(subject: Subject) -> Iterator[Found]:
    """The resource of an operation is one that a schema's ``x-cynod`` names, or one of the vocabulary."""
    declared = tuple(subject.contract.resources)
    common = known("resource-name")
    for operation in subject.contract.operations:
        name = operation.resource
        if name and name not in declared and name not in common:
            meant = closest(name, (*declared, *common))
            there_are = "declare it in the schema that represents it; there are: " + ", ".join(declared)
            words = {"operation": operation.key, "name": name}
            guess = Put((*split(operation.at.pointer), "x-cynod", "resource"), meant) if meant else None
            at = subject.below(operation.at, "x-cynod", "resource")
            yield at, {**words, "meant": question(meant) if meant else there_are}, None, guess
