"""Values of a discriminator that choose nothing."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.discriminators import (
    Discriminator,
    constants,
    discriminators,
    end,
    implicit_value,
    mapped_schema,
)
from cynod_spec.lint.registry import Found, Subject, rule
from cynod_spec.source.node import Node


@rule(
    "discriminator-mapping",
    says="the value {value} of the discriminator leads to {schema}, {problem}",
    hint="map each value to the alternative in which the member {member} has it",
    good="""
    price: {$ref: '#/components/schemas/Price'}
    state: {enum: [VALID, VOID]}
    """,
    bad="""
    price:
      oneOf: [{$ref: '#/components/schemas/Price'}]
      discriminator:
        propertyName: currency
        mapping: {XOF: Price, ⟦EUR⟧: Token}
    state: {enum: [VALID, VOID]}
    """,
)
def discriminator_mapping(subject: Subject) -> Iterator[Found]:
    """What a discriminator says of a value, and what the schemas say of it, is the same.

    A mapping leads to an alternative of the `oneOf` or `anyOf` beside it, and that alternative has the value
    as a constant of its member, if it has a constant. Without a mapping the value is the component's name.
    """
    for found in discriminators(subject):
        mapped = [(each, schema) for each in found.mapped() if (schema := mapped_schema(each)) is not None]
        for reference, schema in mapped:
            problem = _problem(found, schema, "" if reference.name == "defaultMapping" else reference.name)
            if problem:
                yield reference.at, _words(found, reference.name, schema, problem)
        reached = {end(schema) for _, schema in mapped}
        for schema in found.alternatives:
            name = implicit_value(schema)
            problem = _refused(schema, found.member, name) if name and end(schema) not in reached else ""
            if problem:
                yield found.node.place("propertyName"), _words(found, name, schema, problem)


def _problem(found: Discriminator, schema: Node, value: str) -> str:
    if found.alternatives and end(schema) not in {end(each) for each in found.alternatives}:
        return "which is no alternative here"
    return _refused(schema, found.member, value) if value else ""


def _refused(schema: Node, member: str, value: str) -> str:
    allowed = constants(schema, member)
    if allowed is None or value in allowed:
        return ""
    return f"whose {member} is {' or '.join(map(str, allowed))}"


def _words(found: Discriminator, value: str, schema: Node, problem: str) -> dict[str, str]:
    where = "/".join(end(schema)[-1:])
    return {"value": value, "schema": where, "problem": problem, "member": found.member}
