"""Discriminators by a member that need not be there."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.discriminators import Discriminator, discriminators, of_member, requires
from cynod_spec.lint.registry import Found, Subject, rule
from cynod_spec.lint.subjects import types
from cynod_spec.source.node import Node


@rule(
    "discriminator-undeclared",
    says="the discriminator chooses by the member {member}, {problem} {schema}",
    hint="describe it in every alternative, and require it there",
    good="""
    price: {$ref: '#/components/schemas/Price'}
    state: {enum: [VALID, VOID]}
    """,
    bad="""
    price:
      oneOf: [{$ref: '#/components/schemas/Price'}]
      discriminator: {⟦propertyName⟧: kind}
    state: {enum: [VALID, VOID]}
    """,
)
def discriminator_undeclared(subject: Subject) -> Iterator[Found]:
    """A reader who is told to look at a member finds it in every alternative.

    From OpenAPI 3.2 on it may be left out where `defaultMapping` says what that means.
    """
    for found in discriminators(subject):
        may_miss = "defaultMapping" in found.node.value
        for schema in found.alternatives or (found.schema,):
            problem = _problem(found, schema, may_miss=may_miss)
            if problem:
                words = {"member": found.member, "problem": problem, "schema": _called(schema)}
                yield found.node.place("propertyName"), words


def _problem(found: Discriminator, schema: Node, *, may_miss: bool) -> str:
    if types(schema) == ("null",) or not isinstance(schema.value, dict):
        return ""
    holders = (schema, found.schema)
    if not any(True for holder in holders for _ in of_member(holder, found.member)):
        return "" if _is_union(schema) else "which is no member of"
    if may_miss or any(requires(holder, found.member) for holder in holders):
        return ""
    return "which is not required in"


def _is_union(schema: Node) -> bool:
    """Whether *schema* is a choice of its own, which may have a discriminator of its own."""
    schema = schema.resolved()
    return isinstance(schema.value, dict) and any(keyword in schema.value for keyword in ("oneOf", "anyOf"))


def _called(schema: Node) -> str:
    reference = schema.value.get("$ref") if isinstance(schema.value, dict) else None
    return reference.removeprefix("#") if isinstance(reference, str) else schema.pointer
