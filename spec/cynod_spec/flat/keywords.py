"""What the keywords of a schema are for (JSON Schema Validation 2020-12 §6, §9; OpenAPI 3.1 §4.8.24)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

_ANNOTATIONS: Final = frozenset(
    (
        *("title", "description", "default", "example", "examples", "deprecated", "readOnly", "writeOnly"),
        *("$comment", "externalDocs", "xml", "discriminator", "contentEncoding", "contentMediaType"),
    )
)


def is_annotation(key: str) -> bool:
    """Whether the keyword *key* accepts every instance."""
    return key in _ANNOTATIONS or key.startswith("x-")


def words_of(schema: Mapping[str, Any]) -> dict[str, Any]:
    """What *schema* says beside what it accepts."""
    return {key: value for key, value in schema.items() if is_annotation(key)}


def assertions(schema: Any) -> Any:
    """*schema* without annotations: two that are equal here accept the same."""
    if not isinstance(schema, Mapping):
        return schema
    return {key: value for key, value in schema.items() if not is_annotation(key)}
