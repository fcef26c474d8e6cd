"""The bounds that schemas set to a value, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from markupsafe import Markup, escape

from cynod_generators.ir.schemas import Part, declared
from cynod_spec.i18n.catalogue import Texts
from cynod_spec.output.json_text import json_text

_CLOSING: Final = ("additionalProperties", "unevaluatedProperties")
_HELD: Final = ("items", "unevaluatedItems")

Given = dict[str, list[Any]]
"""Every value of each keyword, in schemas that apply together."""


def phrases(parts: Iterable[Part], words: Texts) -> Iterator[Markup]:
    """A phrase for each bound that *parts*, which apply together, set to a value.

    Of two comparable bounds only the stricter one is given.
    """
    parts = tuple(parts)
    given: Given = {}
    for part, _ in parts:
        for keyword, value in part.items():
            given.setdefault(keyword, []).append(value)
    yield from _constants(given, words)
    yield from _range(given, ("minimum", "maximum"), ("{}", "{}"), words)
    for keyword, stricter, phrase in (
        ("exclusiveMinimum", max, words.above),
        ("exclusiveMaximum", min, words.below),
    ):
        if numbers := _numbers(given, keyword):
            yield _filled(phrase, _json(stricter(numbers)))
    for number in dict.fromkeys(_numbers(given, "multipleOf")):
        yield _filled(words.multiple_of, _json(number))
    yield from _range(given, ("minLength", "maxLength"), (words.character, words.characters), words)
    yield from _range(given, ("minItems", "maxItems"), (words.item, words.items), words)
    yield from _range(given, ("minProperties", "maxProperties"), (words.key, words.keys), words)
    if True in given.get("uniqueItems", ()):
        yield escape(words.unique)
    for keyword in ("format", "pattern", "contentMediaType", "contentEncoding"):
        for text in dict.fromkeys(each for each in given.get(keyword, ()) if isinstance(each, str)):
            yield _filled(getattr(words, keyword), _code(text))
    yield from _closings(given, words)
    yield from _needs(parts, words)
    for default in given.get("default", ())[:1]:
        yield _filled(words.default, _code(_json(default)))


def _constants(given: Given, words: Texts) -> Iterator[Markup]:
    constants = given.get("const", ())
    for text in dict.fromkeys(map(_json, constants)):
        yield _filled(words.always, _code(text))
    listed = [each for each in given.get("enum", ()) if isinstance(each, list)]
    if listed and not constants:
        allowed = [set(map(_json, each)) for each in listed[1:]]
        kept = [text for text in map(_json, listed[0]) if all(text in each for each in allowed)]
        yield _filled(words.one_of, _codes(kept)) if kept else escape(words.no_value)


def _closings(given: Given, words: Texts) -> Iterator[Markup]:
    """A phrase for objects or arrays that allow no other members or items."""
    if any(False in given.get(keyword, ()) for keyword in _CLOSING):
        described = any(any(given.get(keyword, ())) for keyword in ("properties", "patternProperties"))
        yield escape(words.no_other_key if described else words.no_key)
    if any(False in given.get(keyword, ()) for keyword in _HELD):
        yield escape(words.no_other_item if "prefixItems" in given else words.no_item)


def _needs(parts: Sequence[Part], words: Texts) -> Iterator[Markup]:
    """Phrases for required members that are not declared here, and for ``dependentRequired``."""
    required = [name for part, _ in parts for name in _names(part.get("required"))]
    known = declared(parts) if required else {}
    if names := [name for name in required if name not in known]:
        yield _filled(words.needs, _codes(dict.fromkeys(names)))
    for schema, _ in parts:
        dependent = schema.get("dependentRequired")
        for name, needed in dependent.items() if isinstance(dependent, Mapping) else ():
            if listed := _names(needed):
                yield Markup(words.needs_with).format(_code(name), _codes(listed))


def _range(given: Given, keywords: tuple[str, str], units: tuple[str, str], words: Texts) -> Iterator[Markup]:
    """A minimum and a maximum in one phrase; *units*: singular and plural."""
    low, high = _strictest(given, keywords[0], max), _strictest(given, keywords[1], min)
    if low is None and high is None:
        return
    if low is None or high is None:
        phrase = words.at_most.format(high) if low is None else words.at_least.format(low)
    else:
        phrase = words.between.format(low, high) if low != high else str(low)
    last = low if high is None else high
    yield escape(units[last != "1"].format(phrase))


def _strictest(given: Given, keyword: str, stricter: Callable[[list[float]], float]) -> str | None:
    numbers = _numbers(given, keyword)
    return _json(stricter(numbers)) if numbers else None


def _numbers(given: Given, keyword: str) -> list[float]:
    found = given.get(keyword, ())
    return [each for each in found if isinstance(each, int | float) and not isinstance(each, bool)]


def _names(listed: Any) -> list[str]:
    return [name for name in listed if isinstance(name, str)] if isinstance(listed, list) else []


def _filled(phrase: str, value: str) -> Markup:
    return Markup(phrase).format(value)  # the phrase is from the catalogue; format escapes the value


def _json(value: Any) -> str:
    return json_text(value, indent=None)


def _code(text: str) -> Markup:
    return Markup("<code>{}</code>").format(text)


def _codes(texts: Iterable[str]) -> Markup:
    return Markup(", ").join(map(_code, texts))
