"""Listed values, formats, patterns and multiples: what a scalar may be."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Final

from cynod_spec.diff.emit import shown
from cynod_spec.diff.schemas.differences import Differences, SchemaDifference, ShapePair
from cynod_spec.diff.schemas.listed_values import refuses
from cynod_spec.diff.schemas.numbers import step
from cynod_spec.diff.schemas.relevance import MATCHES_ALL

# Each admits what stands before it (OpenAPI 3.1 §4.4, JSON Schema 2020-12 Validation §7.3).
_WIDER: Final = (
    *(("int32", "int64"), ("float", "double")),
    *(("email", "idn-email"), ("hostname", "idn-hostname")),
    *(("uri", "uri-reference"), ("uri", "iri"), ("uri", "iri-reference")),
    *(("uri-reference", "iri-reference"), ("iri", "iri-reference")),
)


def values(both: ShapePair) -> Differences:
    """Values that are listed on one side only, by ``enum``, ``const`` or a choice between values."""
    old, new = both.old.listed, both.new.listed
    if old is None and new is None:
        return
    places = both.places("enum", "const", "oneOf", "anyOf")
    if old is None or new is None:
        if both.old.types and both.new.types and not both.old.types & both.new.types:
            return  # that the type changed says it all
        rule = "values-listed" if old is None else "values-unlisted"
        yield SchemaDifference(rule, *places, {"values": ", ".join(map(_shown, new or old or {}))})
        for text, node in (old or {}).items():
            if refuses(both.new, text):
                yield SchemaDifference("value-removed", node, places[1], {"value": _shown(text)})
        for text, node in (new or {}).items():
            if refuses(both.old, text):
                yield SchemaDifference("value-added", places[0], node, {"value": _shown(text)})
        return
    for text in old.keys() - new.keys():
        yield SchemaDifference("value-removed", old[text], places[1], {"value": _shown(text)})
    for text in new.keys() - old.keys():
        yield SchemaDifference("value-added", places[0], new[text], {"value": _shown(text)})


def _shown(text: str) -> str:
    return shown(json.loads(text))


def formats(both: ShapePair) -> Differences:
    """A format that came, went or changed."""
    old, new = both.old.texts("format"), both.new.texts("format")
    if old == new:
        return
    before, after = ", ".join(sorted(old)), ", ".join(sorted(new))
    words, places = {"before": before, "after": after}, both.places("format")
    if old < new:
        yield SchemaDifference("format-added", *places, words | {"after": ", ".join(sorted(new - old))})
    elif new < old:
        yield SchemaDifference("format-removed", *places, words | {"before": ", ".join(sorted(old - new))})
    elif (before, after) in _WIDER:
        yield SchemaDifference("format-widened", *places, words)
    elif (after, before) in _WIDER:
        yield SchemaDifference("format-narrowed", *places, words)
    else:
        yield SchemaDifference("format-changed", *places, words)


def patterns(both: ShapePair) -> Differences:
    """Patterns that came, went or changed; which of two admits more is not decided."""
    old, new = (side.texts("pattern") - MATCHES_ALL for side in (both.old, both.new))
    if old == new:
        return
    words = {"before": " ∧ ".join(sorted(old - new)), "after": " ∧ ".join(sorted(new - old))}
    rule = "pattern-added" if old < new else "pattern-removed" if new < old else "pattern-changed"
    yield SchemaDifference(rule, *both.places("pattern"), words)


def multiples(both: ShapePair) -> Differences:
    """``multipleOf``: a multiple of the former step admits less."""
    before, after = step(both.old), step(both.new)
    if before == after:
        return
    words = {"before": _number(before), "after": _number(after)}
    if before is None or (after is not None and (after / before).denominator == 1):
        rule = "multiple-narrowed"
    elif after is None or (before / after).denominator == 1:
        rule = "multiple-widened"
    else:
        rule = "multiple-changed"
    yield SchemaDifference(rule, *both.places("multipleOf"), words)


def _number(size: Fraction | None) -> str:
    """*size* as a document writes it; a step that nobody states is 1."""
    if size is None:
        return "1"
    return str(size.numerator) if size.denominator == 1 else str(float(size))
