"""``xml``: how a value is written where the media type is XML (OpenAPI 3.1.1 §4.8.26, 3.2 §4.23)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from cynod_spec.diff.schemas.differences import SchemaDifference
from cynod_spec.diff.schemas.shape import SchemaShape

ITEMS: Final = "*"  # in a path: any item of a list
_COMPONENTS: Final = ("components", "schemas")


def xml(old: SchemaShape, new: SchemaShape, path: tuple[str, ...]) -> Iterator[SchemaDifference]:
    """What of the value at *path* is written otherwise; a prefix is not looked at, for it names nothing."""
    before, after = _written(old, path), _written(new, path)
    for keyword in before:
        was, now = before[keyword], after[keyword]
        if was != now and (keyword != "name" or (was and now)):
            words = {"keyword": keyword, "before": was, "after": now}
            yield SchemaDifference("xml-changed", old.place("xml"), new.place("xml"), words)


def _written(shape: SchemaShape, path: tuple[str, ...]) -> dict[str, str]:
    """How *shape* is written, what nobody says included; an empty name is one that nobody knows."""
    stated = shape.first("xml")
    said: dict[str, Any] = stated.value if stated is not None and isinstance(stated.value, dict) else {}
    kind = said.get("nodeType")
    if kind is None:
        is_list = shape.types is not None and "array" in shape.types
        kind = "none" if is_list and said.get("wrapped") is not True else "element"
        kind = "attribute" if said.get("attribute") is True else kind
    name = str(said.get("name") or _implied(shape, path))
    return {"name": name, "namespace": str(said.get("namespace", "")), "nodeType": str(kind)}


def _implied(shape: SchemaShape, path: tuple[str, ...]) -> str:
    """The name of an element that ``xml`` gives none: the member's, or for a whole body the component's."""
    members = [name for name in path if name != ITEMS]
    if members:
        return members[-1]
    return shape.home.tokens[-1] if shape.home.tokens[:-1] == _COMPONENTS and not path else ""
