"""Parameters that OpenAPI knows and no command here can write or read."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.registry import Found, Subject, rule


@rule(
    "parameter-unsupported",
    says="the parameter {name}: {problem}",
    hint="{hint}",
    good="- {name: cursor, in: query, description: La page suivante., schema: {type: string}}",
    bad=(
        "- {name: cursor, in: query, description: La page suivante., ⟦allowReserved⟧: true,"
        " schema: {type: string}}"
    ),
)
def parameter_unsupported(subject: Subject) -> Iterator[Found]:
    """What a parameter's text means is certain.

    Generated servers, the suite and the samples write and read every parameter alike. What OpenAPI leaves
    undefined is refused: objects in objects or lists, `allowReserved`, `spaceDelimited` or `pipeDelimited`
    with `explode`, `deepObject` for anything but an object, and values that may be both a list and a text.
    """
    for parameter in subject.contract.parameters():
        for problem in parameter.unsupported:
            if not problem.is_refused_by_openapi:
                words = {"name": parameter.name, "problem": problem.message, "hint": problem.hint}
                yield problem.at, words
