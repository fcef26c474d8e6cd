"""Types and null: ``type``, ``nullable``, and what listed values imply."""

from __future__ import annotations

from typing import Any, Final

from cynod_spec.diff.schemas.finding import Both, Finding, Seen
from cynod_spec.diff.schemas.shape import Shape, is_3_0
from cynod_spec.model import Text

Types = frozenset[str]
NULL: Final = "null"
ANY: Final = Text("tout", "anything")


def types(both: Both) -> Seen:
    """How the types differ; null by rules of its own."""
    if not both.old.every("type") and not both.new.every("type"):
        return
    old, new = allowed(both.old), allowed(both.new)
    if old == new:
        return
    places = both.places("type", "nullable", "enum", "const")
    words = {"before": _shown(both.old), "after": _shown(both.new)}
    if old is None or new is None:
        yield Finding("type-narrowed" if old is None else "type-widened", *places, words)
        return
    before, after = old - {NULL}, new - {NULL}
    if before != after:
        if before and after < before:
            yield Finding("type-narrowed", *places, words)
        elif before < after and before:
            yield Finding("type-widened", *places, words)
        else:
            yield Finding("type-changed", *places, words)
    if (NULL in old) != (NULL in new):
        rule = "null-allowed" if NULL in new else "null-refused"
        yield Finding(rule, *both.places("nullable", "type"))


def allowed(shape: Shape) -> Types | None:
    """The JSON types that *shape* admits, integers also by number; None when it says nothing of them."""
    found: Types | None = None
    for node in shape.nodes:
        if isinstance(node.value, dict) and "type" in node.value:
            stated = node.value["type"]
            names = set(map(str, stated)) if isinstance(stated, list) else {str(stated)}
            if is_3_0(node) and node.value.get("nullable") is True:
                names.add(NULL)
            if "number" in names:
                names.add("integer")
            found = frozenset(names) if found is None else found & names
    return found if found is not None else _implied(shape)


def _implied(shape: Shape) -> Types | None:
    """The types of the values that *shape* lists, if it does."""
    listed = [node.value for node in shape.every("enum") if isinstance(node.value, list)]
    listed += [[node.value] for node in shape.every("const")]
    if not listed:
        return None
    return frozenset().union(*({_type(value) for value in values} for values in listed))


def _type(value: Any) -> str:
    names = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}
    return names.get(type(value), NULL)


def _shown(shape: Shape) -> str | Text:
    names = allowed(shape)
    if names is None:
        return ANY
    return ", ".join(sorted(names - {"integer"} if "number" in names else names))
