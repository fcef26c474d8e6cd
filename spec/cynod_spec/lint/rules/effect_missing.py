"""Operations whose effect is unknown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cynod_spec.lint.registry import Subject, rule
from cynod_spec.model import At


@rule(
    "effect-missing",
    level="warning",
    says="{operation} does not say what its effect is",
    hint="write `x-cynod: {{effect: …}}`; without it the suite judges its answers but not what it does",
)
def effect_missing(subject: Subject) -> Iterator[tuple[At, dict[str, Any]]]:
    """An operation without an effect is served and documented, but no business clause reaches it."""
    for operation in subject.contract.operations:
        if not operation.effect:
            yield operation.at, {"operation": operation.key}
