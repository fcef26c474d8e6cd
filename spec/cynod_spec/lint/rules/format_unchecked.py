"""Formats that most validators ignore."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cynod_spec.lint.fixes import Add
from cynod_spec.lint.registry import Found, Subject, rule

_PATTERNS: Final = {
    "date": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
    "date-time": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$",
}


@rule(
    "format-unchecked",
    says="the format {form} stands here without a pattern",
    hint="add a `pattern`: JSON Schema lets validators ignore formats, and many do",
    good="""
    Instant:
      type: string
      format: date-time
      pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$'
    """,
    bad="""
    Instant:
      type: string
      ⟦format⟧: date-time
    """,
    fixable=True,
)
def format_unchecked(subject: Subject) -> Iterator[Found]:
    """A format on which the contract relies has a pattern beside it."""
    for node in subject.traversal.schemas:
        form = node.value.get("format")
        if isinstance(form, str) and form in _PATTERNS and "pattern" not in node.value:
            yield (
                subject.below(node.at, "format"),
                {"form": form},
                Add(node.tokens, "pattern", _PATTERNS[form]),
            )
