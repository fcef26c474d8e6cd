"""Envelopes that refuse their own extension."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.base.pointer import split
from cynod_spec.lint.fixes import Drop
from cynod_spec.lint.registry import Found, Subject, rule


@rule(
    "envelope-base-closed",
    says="the envelope of the case {case} is closed by {keyword}, so no response can compose it",
    hint="leave the base open and close each response's outermost schema with `unevaluatedProperties: false`",
    good="""
    Broken:
      type: object
    """,
    bad="""
    Broken:
      ⟦additionalProperties⟧: false
      type: object
    """,
    fixable=True,
)
def envelope_base_closed(subject: Subject) -> Iterator[Found]:
    """A base that is closed refuses what a composing schema adds to it."""
    for case, envelope in subject.contract.envelopes.items():
        for keyword in ("additionalProperties", "unevaluatedProperties"):
            if envelope.schema.value.get(keyword) is False:
                at = subject.below(envelope.at, keyword)
                yield at, {"case": case, "keyword": keyword}, Drop(split(at.pointer))
