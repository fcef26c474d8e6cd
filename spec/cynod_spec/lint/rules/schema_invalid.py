"""Schemas that are none."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.registry import Found, Subject, rule
from cynod_spec.openapi.validity import is_quick, schema_problems

_ELSEWHERE = frozenset(("requestBody", "requestBodies", "headers", "webhooks", "callbacks", "pathItems"))


@rule(
    "schema-invalid",
    says="no JSON Schema: {problem}",
    hint="see JSON Schema 2020-12 for this keyword",
    good="""
    Challenge:
      required: true
      schema: {type: string, minLength: 1}
    """,
    bad="""
    Challenge:
      required: true
      schema: {type: string, ⟦minLength⟧: one}
    """,
)
def schema_invalid(subject: Subject) -> Iterator[Found]:
    """Schemas of bodies, headers and webhooks are valid as well.

    ``document-invalid`` looks at those of components, parameters and answers alone, as its authority does.
    """
    if not is_quick(subject.source):
        return
    for schema in subject.traversal.schemas:
        if schema.tokens[-1] in ("schema", "itemSchema") and not _ELSEWHERE.isdisjoint(schema.tokens):
            for tokens, problem in schema_problems(subject.source, schema):
                yield subject.source.place(tokens), {"problem": problem}
