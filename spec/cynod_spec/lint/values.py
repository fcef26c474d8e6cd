"""Values that stand in a schema, against that schema: enumerations, constants, defaults, examples."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, Final

from cynod_spec.lint.registry import Subject
from cynod_spec.schema.validation import Validators
from cynod_spec.source.node import Node

_ANNOTATIONS: Final = frozenset(
    (
        *("title", "description", "default", "example", "examples", "deprecated", "readOnly", "writeOnly"),
        *("$comment", "$anchor", "$defs", "$schema", "xml", "externalDocs", "format", "nullable"),
    )
)


def problem(
    subject: Subject, schema: Node, value: Any, *, own: str = "", judges: Sequence[Validators] = ()
) -> tuple[tuple[str, ...], str] | None:
    """Why *schema* refuses *value*: where in the value, and a sentence; None when it does not.

    *own* is the keyword that gives the value, which is not asked. Of *judges*, where there are any, only one
    need accept the value.
    """
    asked = [
        key for key in schema.value if key not in _ANNOTATIONS and key != own and not key.startswith("x-")
    ]
    if not asked and "format" not in schema.value:
        return None
    is_old = subject.contract.openapi.startswith("3.0")
    if is_old and value is None and schema.value.get("nullable") is True:
        return None
    kinds = _types(schema.value.get("type"))
    if kinds and not has_type(value, kinds):
        return (), f"{_json(value)} is not of type {', '.join(kinds)}"
    if is_old or (asked == ["type"] and "format" not in schema.value):  # 3.0 has keywords of another meaning
        return None
    asked_ones = judges or (subject.validators,)
    found = min((judge.errors(schema.pointer, value) for judge in asked_ones), key=len)
    return (found[0].path, found[0].message) if found else None


def own_types(schema: Node) -> tuple[str, ...]:
    """The types that *schema* itself names."""
    return _types(schema.value.get("type"))


def has_type(value: Any, kinds: tuple[str, ...]) -> bool:
    """Whether *value* is of one of the JSON types *kinds* (JSON Schema 2020-12 §6.1.1)."""
    return any(kind in kinds for kind in _types_of(value))


def _types(written: Any) -> tuple[str, ...]:
    listed = written if isinstance(written, list) else [written]
    return tuple(kind for kind in listed if isinstance(kind, str))


def _types_of(value: Any) -> Iterator[str]:
    if isinstance(value, bool):
        yield "boolean"
    elif isinstance(value, int):
        yield from ("integer", "number")
    elif isinstance(value, float):
        yield from ("integer", "number") if value.is_integer() else ("number",)
    elif value is None:
        yield "null"
    else:
        yield "string" if isinstance(value, str) else "array" if isinstance(value, list) else "object"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
