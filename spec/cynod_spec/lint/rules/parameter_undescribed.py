"""Parameters without a word."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.registry import Found, Subject, rule


@rule(
    "parameter-undescribed",
    level="warning",
    says="the parameter {name} of {operation} has no description",
    hint="say in a sentence what it is for",
    good="- {name: cursor, in: query, description: La page suivante., schema: {type: string}}",
    bad="- {⟦name⟧: cursor, in: query, schema: {type: string}}",
)
def parameter_undescribed(subject: Subject) -> Iterator[Found]:
    """Every parameter is explained where it is declared."""
    for operation in subject.contract.operations:
        for parameter in operation.parameters:
            if not parameter.description.fr:
                words = {"name": parameter.name, "operation": operation.key}
                yield subject.below(parameter.at, "name"), words
