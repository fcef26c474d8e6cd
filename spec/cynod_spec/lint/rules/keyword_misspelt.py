"""Keywords of schemas that are nearly one of JSON Schema."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cynod_spec.base.suggestions import slip
from cynod_spec.lint.registry import Found, Subject, rule
from cynod_spec.source.schema_keywords import HOLDING

_KEYWORDS: Final = frozenset(  # of JSON Schema 2020-12, of its earlier drafts, and of OpenAPI
    (
        *("$id", "$schema", "$ref", "$anchor", "$dynamicRef", "$dynamicAnchor", "$vocabulary", "$comment"),
        *HOLDING,
        *("$recursiveRef", "$recursiveAnchor", "dependencies", "additionalItems"),
        *("type", "enum", "const", "multipleOf", "maximum"),
        *("exclusiveMaximum", "minimum", "exclusiveMinimum", "maxLength", "minLength", "pattern", "maxItems"),
        *("minItems", "uniqueItems", "maxContains", "minContains", "maxProperties", "minProperties"),
        *("required", "dependentRequired", "format", "contentEncoding", "contentMediaType"),
        *("title", "description", "default", "deprecated", "readOnly", "writeOnly", "examples", "example"),
        *("discriminator", "xml", "externalDocs", "nullable"),
    )
)


@rule(
    "keyword-misspelt",
    says="JSON Schema has no keyword {keyword!r}, and validators ignore it",
    hint="did you mean {meant!r}? A keyword that is meant is accepted by x-cynod-allow",
    good="old_total: {type: integer,",
    bad="old_total: {type: integer, ⟦minimun⟧: 1,",
)
def keyword_misspelt(subject: Subject) -> Iterator[Found]:
    """No keyword of a schema is one of JSON Schema but for a slip: what it asks for is never checked."""
    for schema in subject.traversal.schemas:
        for keyword in schema.value.keys() - _KEYWORDS:
            if not keyword.startswith("x-") and (meant := slip(keyword, _KEYWORDS)):
                yield schema.place(keyword), {"keyword": keyword, "meant": meant}
