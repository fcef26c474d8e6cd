"""References to an object of another kind."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.base.pointer import fragment, join
from cynod_spec.base.suggestions import closest, question
from cynod_spec.lint.registry import Found, Written, rule
from cynod_spec.source.object_kinds import SECTIONS
from cynod_spec.source.reference_kinds import WrongKind, words, wrong_kinds
from cynod_spec.source.references import as_written


@rule(
    "reference-kind",
    says="a {wanted} belongs here, and {reference} is a {given}",
    hint="{meant}",
    good="""
    parameters:
      - $ref: '#/components/parameters/RetryKey'
    """,
    bad="""
    parameters:
      - ⟦$ref⟧: '#/components/headers/Allow'
    """,
)
def reference_kind(subject: Written) -> Iterator[Found]:
    """A ``$ref`` leads to an object of the kind that belongs where it stands: a parameter to a parameter.

    A document in which one does not cannot be read as a contract; then only this is reported of its meaning.
    """
    for wrong in wrong_kinds(subject.source):
        said = {
            "wanted": words(wrong.wanted),
            "given": words(wrong.given),
            "reference": as_written(wrong.reference),
        }
        yield subject.source.place((*wrong.tokens, "$ref")), {**said, "meant": _meant(subject, wrong)}


def _meant(subject: Written, wrong: WrongKind) -> str:
    section = SECTIONS.get(wrong.wanted, "")
    components = subject.source.value.get("components")
    named = components.get(section) if isinstance(components, dict) else None
    names = named if isinstance(named, dict) else {}
    last = wrong.reference.rpartition("/")[2]
    other = last if last in names else closest(last, names)
    if other:
        return question(fragment(join(("components", section, other))))
    return f"refer to one of components/{section}" if section else f"write the {words(wrong.wanted)} here"
