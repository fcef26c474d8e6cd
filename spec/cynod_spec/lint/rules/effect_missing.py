"""Operations whose effect is unknown."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.registry import Found, Subject, rule


@rule(
    "effect-missing",
    level="warning",
    says="{operation} does not say what its effect is",
    hint="write `x-cynod: {{effect: …}}`; without it the suite judges its answers but not what it does",
    good="x-cynod: {effect: health, resource: health,",
    bad="x-cynod: {resource: health,",
    reported_in="""
    ⟦get⟧:
      operationId: readHealth
    """,
)
def effect_missing(subject: Subject) -> Iterator[Found]:
    """An operation without an effect is served and documented, but no business clause reaches it."""
    for operation in subject.contract.operations:
        if not operation.effect:
            yield operation.at, {"operation": operation.key}
