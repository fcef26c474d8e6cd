"""Answers that cannot grow."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.base.pointer import split
from cynod_spec.lint.fixes import Drop
from cynod_spec.lint.registry import Found, Subject, rule


@rule(
    "data-closed",
    level="warning",
    says="the data of {operation} is closed by {keyword}: one more member would break readers that validate",
    hint="leave it open; only envelopes and request bodies are closed",
    good="""
    Page:
      type: object
    """,
    bad="""
    Page:
      ⟦additionalProperties⟧: false
      type: object
    """,
    fixable=True,
)
def data_closed(subject: Subject) -> Iterator[Found]:
    """New members of the data are a minor change, so the schema of the data allows them."""
    for operation in subject.contract.operations:
        for response in operation.responses:
            for keyword in ("additionalProperties", "unevaluatedProperties"):
                if response.data and response.data.value.get(keyword) is False:
                    at = subject.below(response.data.at, keyword)
                    yield at, {"operation": operation.key, "keyword": keyword}, Drop(split(at.pointer))
