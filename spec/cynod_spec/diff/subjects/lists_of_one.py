"""Parameters that take more, where what was sent before is written as before: any text, or a list.

In a query, one value is written like a list of one, as in ``q=a``. This holds for the style ``form`` with
``explode``, the default of query and cookie parameters: a list is written ``q=a&q=b`` (OpenAPI 3.1.1
§4.8.12.4).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cynod_spec.diff.changes import ApiLocation, Change
from cynod_spec.diff.emit import change
from cynod_spec.diff.schemas.conjuncts import saying
from cynod_spec.diff.schemas.shape import home
from cynod_spec.diff.subjects.bodies import ITEMS
from cynod_spec.diff.subjects.both import Documents
from cynod_spec.schema.composition import branches
from cynod_spec.source.node import Node

_SINGLE: Final = frozenset(("string", "integer", "number", "boolean"))
_PLACES: Final = ("query", "cookie")
_ABOUT_THE_LIST: Final = frozenset(("prefixItems", "contains", "minItems", "maxItems"))


def became_list(both: Documents, old: Node, new: Node, location: ApiLocation) -> Iterator[Change] | None:
    """What differs between two parameters of which one is a list of what the other is; None for others."""
    if not (_repeats(old) and _repeats(new)):
        return None
    was, now = old.get("schema"), new.get("schema")
    if was is None or now is None:
        return None
    if _is_single(was) and (items := _items(now)) is not None:
        return _told(both, "parameter-became-list", (was, now), (was, items), location)
    if _is_single(now) and (items := _items(was)) is not None:
        return _told(both, "parameter-became-single", (was, now), (items, now), location)
    return None


def became_text(old: Node, new: Node, location: ApiLocation) -> Iterator[Change] | None:
    """What differs where the schema *old* takes single values and *new* any text, or lists of them.

    None for others. A number and a boolean are sent as their text, in a path, a query, a header or a cookie.
    """
    if _says_only(old, "type", "items") and _says_only(new, "type", "items"):
        items = _items(old), _items(new)
        if items[0] is not None and items[1] is not None:
            return became_text(items[0], items[1], location.below((ITEMS,)))
    types = _types(old)
    if not types or not types <= _SINGLE - {"string"}:
        return None
    if not _says_only(new, "type") or _types(new) != {"string"}:
        return None
    words = {"before": ", ".join(sorted(types)), "after": "string"}
    return iter((change("type-widened", "request", old, new, location, **words),))


def _says_only(schema: Node, *keywords: str) -> bool:
    value = home(schema).value
    return isinstance(value, dict) and saying(value) == set(keywords)


def _told(
    both: Documents, rule: str, at: tuple[Node, Node], values: tuple[Node, Node], location: ApiLocation
) -> Iterator[Change]:
    yield change(rule, "request", at[0], at[1], location, name=location.name)
    below = location.below((ITEMS,))
    text = became_text(*values, below)
    yield from both.schemas.compare(*values, "request", below) if text is None else text


def _repeats(parameter: Node) -> bool:
    """Whether a list is written by repeating the name."""
    style, explode = parameter.get("style"), parameter.get("explode")
    has_style = style is None or style.value == "form"
    return parameter.value.get("in") in _PLACES and has_style and (explode is None or explode.value is True)


def _is_single(schema: Node) -> bool:
    types = _types(schema)
    return bool(types) and types <= _SINGLE


def _items(schema: Node) -> Node | None:
    """The schema of each item of a list that may hold one item of any kind; None for what is none."""
    parts = [part.value for part in branches(schema)]
    if _types(schema) != {"array"} or any(_ABOUT_THE_LIST & part.keys() for part in parts):
        return None
    found = [items for part in branches(schema) if (items := part.get("items")) is not None]
    return found[0] if len(found) == 1 else None


def _types(schema: Node) -> set[str]:
    """The types that *schema* names; null aside, which a parameter cannot be."""
    found: set[str] = set()
    for part in branches(schema):
        named = part.value.get("type", [])
        found.update([named] if isinstance(named, str) else named)
    return found - {"null"}
