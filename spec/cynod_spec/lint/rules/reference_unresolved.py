"""References that lead nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from cynod_spec.lint.discriminators import discriminators, mapped_schema, names_file
from cynod_spec.lint.registry import Found, Subject, rule
from cynod_spec.source.references import meant_by


@rule(
    "reference-unresolved",
    says="this reference leads nowhere, outside the document's folder, or back to itself",
    hint="{meant}use a JSON pointer to a node of the document, or a file in its folder; nothing is fetched",
    good="""
    passId: {type: string}
    price: {$ref: '#/components/schemas/Price'}
    """,
    bad="""
    passId: {type: string}
    price: {⟦$ref⟧: '#/components/schemas/Cost'}
    """,
)
def reference_unresolved(subject: Subject) -> Iterator[Found]:
    """Every ``$ref`` leads to a node of the document or of a file beside it; else nothing more is judged.

    Found while the document is read, before any other rule looks at it. What the mapping of a discriminator
    names is looked for afterwards.
    """
    folder = Path(subject.source.file).parent
    for found in discriminators(subject):
        for reference in found.mapped():
            if mapped_schema(reference) is None and not names_file(reference, folder):
                meant = meant_by(subject.source.value, reference.value)
                yield reference.at, {"meant": meant and f"{meant} "}
