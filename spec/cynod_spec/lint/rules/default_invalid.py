"""Defaults that their own schema refuses."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.registry import Found, Subject, rule
from cynod_spec.lint.values import problem


@rule(
    "default-invalid",
    says="the default is not valid{where}: {problem}",
    hint="correct the default, or the schema",
    good="schema: {type: integer, minimum: 1, maximum: 100, default: 20}",
    bad="schema: {type: integer, minimum: 1, maximum: 100, ⟦default⟧: 200}",
)
def default_invalid(subject: Subject) -> Iterator[Found]:
    """What stands for a value that is left out is a value that could be sent."""
    for node in subject.traversal.schemas:
        default = node.get("default")
        if default is None:
            continue
        found = problem(subject, node, default.value)
        if found is not None:
            path, said = found
            where = f" at {'/'.join(path)}" if path else ""
            yield subject.source.place((*default.tokens, *path)), {"where": where, "problem": said}
