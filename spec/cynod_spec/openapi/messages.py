"""What the validator in Rust finds wrong with a document, in the words of OpenAPI."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, Final

from cynod_spec.base import pointer as pointers
from cynod_spec.base.suggestions import closest, question, slip

TYPES: Final = ("array", "boolean", "integer", "null", "number", "object", "string")
"""The types of JSON Schema (2020-12 §6.1.1)."""
MAX_CHARACTERS: Final = 200  # of one message


def message(error: Any, schema: Any) -> str:
    """What *error*, of a validator for *schema*, says, with what was probably meant."""
    said = _missing(error) or _of_alternatives(error, schema) or error.message
    options = getattr(error.kind, "options", None)
    if isinstance(error.instance, str) and isinstance(options, list):
        said = _asked(said, closest(error.instance, [each for each in options if isinstance(each, str)]))
    return said if len(said) <= MAX_CHARACTERS else said[:MAX_CHARACTERS] + "…"


def unknown_member(name: str, known: Iterable[str]) -> str:
    """That the member *name* is not one of those that its object may have; *known* are all there are."""
    return _asked(f"the member {name!r} is not known here", slip(name, known))


def member_names(schema: Any) -> frozenset[str]:
    """The names of all members that *schema*, a JSON Schema of OpenAPI, describes anywhere."""
    found: set[str] = set()
    waiting = [schema]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            if isinstance(node.get("properties"), dict):
                found.update(node["properties"])
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)
    return frozenset(found)


def _asked(said: str, meant: str) -> str:
    return f"{said}; {question(meant)}" if meant else said


def _missing(error: Any) -> str:
    return f"it lacks the member {error.kind.property!r}" if error.kind.name == "required" else ""


def _of_alternatives(error: Any, schema: Any) -> str:
    """The same for an error about alternatives, which says nothing of them; empty for any other."""
    kind, path = error.kind.name, list(error.schema_path)
    if kind == "anyOf" and path[-2:] == ["type", "anyOf"]:
        return _no_type(error.instance)
    if kind != "oneOf" or not isinstance(error.instance, dict):
        return ""
    names = _required_names(path, schema)
    if not names:
        return ""
    given = [name for name in names if name in error.instance]
    return f"it has both {' and '.join(given)}" if given else f"it lacks one of {', '.join(names)}"


def _no_type(value: Any) -> str:
    wrong = next((each for each in value if each not in TYPES), None) if isinstance(value, list) else value
    if isinstance(wrong, str) and wrong not in TYPES:
        return _asked(f"{wrong!r} is no type: one of {', '.join(TYPES)}", closest(wrong, TYPES))
    if isinstance(value, list):
        return "" if wrong is None else f"{json.dumps(wrong, ensure_ascii=False)} is no type"
    return f"{json.dumps(value, ensure_ascii=False)} is no type; between quotes it may be one"


def _required_names(path: Sequence[Any], schema: Any) -> list[str]:
    """The member that each alternative at *path* of *schema* requires; none when one asks for more."""
    try:
        alternatives = pointers.resolve(schema, tuple(map(str, path)))
    except LookupError:
        return []
    names = [
        each["required"][0] for each in alternatives if isinstance(each, dict) and each.keys() == {"required"}
    ]
    return names if len(names) == len(alternatives) else []
