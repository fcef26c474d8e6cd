"""Listed values, formats, patterns and multiples: what a scalar may be."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Final

from cynod_spec.diff.emit import shown
from cynod_spec.diff.schemas.finding import Both, Finding, Seen
from cynod_spec.diff.schemas.meaning import canonical
from cynod_spec.diff.schemas.shape import Shape
from cynod_spec.node import Node

_WIDER: Final = (("int32", "int64"), ("float", "double"))  # each admits what stands before it
_EVERYTHING: Final = frozenset(("", ".*", "^.*$", "^.*", ".*$", "^"))


def values(both: Both) -> Seen:
    """Values that ``enum`` and ``const`` list on one side alone."""
    old, new = _listed(both.old), _listed(both.new)
    if old is None and new is None:
        return
    places = both.places("enum", "const")
    if old is None or new is None:
        rule = "values-listed" if old is None else "values-unlisted"
        listed = ", ".join(shown(node.value) for node in (new or old or {}).values())
        yield Finding(rule, *places, {"values": listed})
        return
    for key in old.keys() - new.keys():
        yield Finding("value-removed", old[key], places[1], {"value": shown(old[key].value)})
    for key in new.keys() - old.keys():
        yield Finding("value-added", places[0], new[key], {"value": shown(new[key].value)})


def _listed(shape: Shape) -> dict[str, Node] | None:
    """Canonical value → its place, for what every list of *shape* admits; None when it has no list."""
    found: dict[str, Node] | None = None
    for node in shape.nodes:
        for keyword in ("enum", "const"):
            stated = node.get(keyword) if isinstance(node.value, dict) else None
            if stated is None:
                continue
            items = list(stated.items()) if keyword == "enum" else [stated]
            here = {canonical(item.value): item for item in items}
            found = here if found is None else {key: place for key, place in found.items() if key in here}
    return found


def formats(both: Both) -> Seen:
    """A format that came, went or changed."""
    old, new = _set(both.old, "format"), _set(both.new, "format")
    if old == new:
        return
    before, after = ", ".join(sorted(old)), ", ".join(sorted(new))
    words, places = {"before": before, "after": after}, both.places("format")
    if old < new:
        yield Finding("format-added", *places, words | {"after": ", ".join(sorted(new - old))})
    elif new < old:
        yield Finding("format-removed", *places, words | {"before": ", ".join(sorted(old - new))})
    elif (before, after) in _WIDER:
        yield Finding("format-widened", *places, words)
    elif (after, before) in _WIDER:
        yield Finding("format-narrowed", *places, words)
    else:
        yield Finding("format-changed", *places, words)


def patterns(both: Both) -> Seen:
    """Patterns that came, went or changed; which of two admits more is not decided."""
    old = _set(both.old, "pattern") - _EVERYTHING
    new = _set(both.new, "pattern") - _EVERYTHING
    if old == new:
        return
    words = {"before": " ∧ ".join(sorted(old - new)), "after": " ∧ ".join(sorted(new - old))}
    rule = "pattern-added" if old < new else "pattern-removed" if new < old else "pattern-changed"
    yield Finding(rule, *both.places("pattern"), words)


def multiples(both: Both) -> Seen:
    """``multipleOf``: a multiple of the former step admits less."""
    old, new = both.old.first("multipleOf"), both.new.first("multipleOf")
    before, after = _step(old), _step(new)
    if before == after:
        return
    words = {
        "before": shown(old.value) if old else "1",
        "after": shown(new.value) if new else "1",
    }
    if before is None or (after is not None and (after / before).denominator == 1):
        rule = "multiple-narrowed"
    elif after is None or (before / after).denominator == 1:
        rule = "multiple-widened"
    else:
        rule = "multiple-changed"
    yield Finding(rule, *both.places("multipleOf"), words)


def _step(node: Node | None) -> Fraction | None:
    value: Any = node.value if node else None
    if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
        return None
    return Fraction(str(value))


def _set(shape: Shape, keyword: str) -> frozenset[str]:
    return frozenset(str(node.value) for node in shape.every(keyword))
