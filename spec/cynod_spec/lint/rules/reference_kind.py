"""References to an object of another kind."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.registry import Found, Written, rule
from cynod_spec.pointer import fragment, join
from cynod_spec.reference_kinds import WrongKind, section_of, wrong_kinds
from cynod_spec.suggesting import closest, question


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
        words = {"wanted": wrong.wanted, "given": wrong.given, "reference": wrong.reference}
        yield subject.source.place((*wrong.tokens, "$ref")), {**words, "meant": _meant(subject, wrong)}


def _meant(subject: Written, wrong: WrongKind) -> str:
    section = section_of(wrong.wanted)
    named = subject.source.value.get("components", {}).get(section)
    last = wrong.reference.rpartition("/")[2]
    other = last if isinstance(named, dict) and last in named else closest(last, named or ())
    if other:
        return question(fragment(join(("components", section, other))))
    return f"refer to an object of components/{section}" if section else f"write the {wrong.wanted} here"
