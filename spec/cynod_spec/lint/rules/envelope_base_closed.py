"""Envelopes that refuse their own extension."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cynod_spec.lint.registry import Subject, rule
from cynod_spec.model import At


@rule(
    "envelope-base-closed",
    says="the envelope of the case {case} is closed by {keyword}, so no response can compose it",
    hint="leave the base open and close each response's outermost schema with `unevaluatedProperties: false`",
)
def envelope_base_closed(subject: Subject) -> Iterator[tuple[At, dict[str, Any]]]:
    """A base that is closed refuses what a composing schema adds to it."""
    for case, envelope in subject.contract.envelopes.items():
        for keyword in ("additionalProperties", "unevaluatedProperties"):
            if envelope.schema.value.get(keyword) is False:
                yield envelope.at, {"case": case, "keyword": keyword}
