"""Examples that break their own schema."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cynod_spec.lint import values
from cynod_spec.lint.examples import beside_schemas, in_schemas
from cynod_spec.lint.registry import Found, Subject, rule
from cynod_spec.source.node import Node

_NOTHING: Final = "{} is not allowed for "
"""How the validator begins to say that a schema without a valid value refuses one."""


@rule(
    "example-invalid",
    says="the example{name} is not valid{where}: {problem}",
    hint="correct the example, or the schema",
    good="message: C’est fait, data: {state: UP}}",
    bad="message: C’est fait, data: {⟦state⟧: DOWN}}",
)
def example_invalid(subject: Subject) -> Iterator[Found]:
    """An example shows what the schema allows: readers and generated stubs copy it.

    That of a schema is read as well, under ``example`` and under ``examples``. A request need not have the
    members that are ``readOnly``, and a response has none that is ``writeOnly``. An example in a schema
    itself may be either.
    """
    for node, name, schema, judges in beside_schemas(subject):
        found = [judge.errors(schema, node.value) for judge in judges]
        for problem in min(found, key=len)[:1]:
            yield _finding(subject, node, name, problem.path, problem.message)
    either = (subject.request_validators, subject.response_validators)
    for node, schema_node in in_schemas(subject):
        refused = values.problem(subject, schema_node, node.value, judges=either)
        if refused is not None:
            yield _finding(subject, node, f"of {schema_node.name}", *refused)


def _finding(subject: Subject, node: Node, name: str, path: tuple[str, ...], problem: str) -> Found:
    where = f" at {'/'.join(path)}" if path else ""
    at = subject.source.place((*node.tokens, *path))
    if problem.startswith(_NOTHING):
        problem = (
            f"{problem.removeprefix(_NOTHING)} may not stand here: no value may, by `writeOnly` or `not`"
        )
    return at, {"name": f" {name}" if name else "", "where": where, "problem": problem}
