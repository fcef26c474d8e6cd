"""What limits the values of a schema, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import SimpleNamespace
from typing import Any

from markupsafe import Markup, escape

from cynod_spec.output.json_text import json_text


def phrases(schema: Mapping[str, Any], words: SimpleNamespace) -> Iterator[Markup]:
    """A phrase for each keyword of *schema* that bounds its values."""
    if "const" in schema:
        yield _filled(words.always, _code(schema["const"]))
    if isinstance(schema.get("enum"), list):
        yield _filled(words.one_of, Markup(", ").join(_code(each) for each in schema["enum"]))
    yield from _range(schema, "minimum", "maximum", ("{}", "{}"), words)
    for keyword, phrase in (("exclusiveMinimum", words.above), ("exclusiveMaximum", words.below)):
        if keyword in schema:
            yield _filled(phrase, str(schema[keyword]))
    yield from _range(schema, "minLength", "maxLength", (words.character, words.characters), words)
    yield from _range(schema, "minItems", "maxItems", (words.item, words.items), words)
    if schema.get("uniqueItems") is True:
        yield escape(words.unique)
    for keyword in ("format", "pattern"):
        if isinstance(schema.get(keyword), str):
            yield _filled(getattr(words, keyword), Markup("<code>{}</code>").format(schema[keyword]))
    if "default" in schema:
        yield _filled(words.default, _code(schema["default"]))


def _range(
    schema: Mapping[str, Any], least: str, most: str, units: tuple[str, str], words: SimpleNamespace
) -> Iterator[Markup]:
    """The bounds *least* and *most* in one phrase; *units* are for one and for many."""
    low, high = schema.get(least), schema.get(most)
    if low is None and high is None:
        return
    if low is None or high is None:
        phrase = words.at_most.format(high) if low is None else words.at_least.format(low)
    else:
        phrase = words.between.format(low, high) if low != high else str(low)
    last = low if high is None else high
    yield escape(units[last != 1].format(phrase))


def _filled(phrase: str, value: str) -> Markup:
    return Markup(phrase).format(value)  # the phrase is our own; format escapes the value


def _code(value: Any) -> Markup:
    return Markup("<code>{}</code>").format(json_text(value))
