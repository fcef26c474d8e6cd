"""What limits the values of a schema, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import SimpleNamespace
from typing import Any, Final

from markupsafe import Markup, escape

from cynod_generators.schemas import Part, declared
from cynod_spec.output.json_text import json_text

_CLOSING: Final = ("additionalProperties", "unevaluatedProperties")
_HELD: Final = ("items", "unevaluatedItems")


def phrases(parts: Iterable[Part], words: SimpleNamespace) -> Iterator[Markup]:
    """A phrase for each bound that *parts*, which hold together, set to a value.

    Of two bounds of a kind the stricter one is told; of those that cannot be compared, both.
    """
    parts = tuple(parts)
    schemas = [part for part, _ in parts]
    yield from _constants(schemas, words)
    yield from _range(schemas, ("minimum", "maximum"), ("{}", "{}"), words)
    for keyword, stricter, phrase in (
        ("exclusiveMinimum", max, words.above),
        ("exclusiveMaximum", min, words.below),
    ):
        if numbers := _numbers(schemas, keyword):
            yield _filled(phrase, _json(stricter(numbers)))
    for number in dict.fromkeys(_numbers(schemas, "multipleOf")):
        yield _filled(words.multiple_of, _json(number))
    yield from _range(schemas, ("minLength", "maxLength"), (words.character, words.characters), words)
    yield from _range(schemas, ("minItems", "maxItems"), (words.item, words.items), words)
    yield from _range(schemas, ("minProperties", "maxProperties"), (words.key, words.keys), words)
    if any(schema.get("uniqueItems") is True for schema in schemas):
        yield escape(words.unique)
    for keyword in ("format", "pattern", "contentMediaType", "contentEncoding"):
        for text in dict.fromkeys(each for each in _all(schemas, keyword) if isinstance(each, str)):
            yield _filled(getattr(words, keyword), _code(text))
    yield from _closings(schemas, words)
    yield from _needs(parts, words)
    for default in _all(schemas, "default")[:1]:
        yield _filled(words.default, _code(_json(default)))


def _constants(schemas: Sequence[Mapping[str, Any]], words: SimpleNamespace) -> Iterator[Markup]:
    constants = _all(schemas, "const")
    for text in dict.fromkeys(map(_json, constants)):
        yield _filled(words.always, _code(text))
    listed = [each for each in _all(schemas, "enum") if isinstance(each, list)]
    if listed and not constants:
        allowed = [set(map(_json, each)) for each in listed[1:]]
        kept = [text for text in map(_json, listed[0]) if all(text in each for each in allowed)]
        yield _filled(words.one_of, _codes(kept)) if kept else escape(words.no_value)


def _closings(schemas: Sequence[Mapping[str, Any]], words: SimpleNamespace) -> Iterator[Markup]:
    """That a value has no members, or items, besides those described."""
    described = any(schema.get("properties") or schema.get("patternProperties") for schema in schemas)
    if any(schema.get(keyword) is False for keyword in _CLOSING for schema in schemas):
        yield escape(words.no_other_key if described else words.no_key)
    if any(schema.get(keyword) is False for keyword in _HELD for schema in schemas):
        yield escape(words.no_other_item if _all(schemas, "prefixItems") else words.no_item)


def _needs(parts: Sequence[Part], words: SimpleNamespace) -> Iterator[Markup]:
    """The members that are required here and described elsewhere, and those that another one asks for."""
    known = declared(parts)
    names = [name for part, _ in parts for name in _names(part.get("required")) if name not in known]
    if names:
        yield _filled(words.needs, _codes(dict.fromkeys(names)))
    for schema, _ in parts:
        dependent = schema.get("dependentRequired")
        for name, needed in dependent.items() if isinstance(dependent, Mapping) else ():
            if listed := _names(needed):
                yield Markup(words.needs_with).format(_code(name), _codes(listed))


def _range(
    schemas: Sequence[Mapping[str, Any]],
    keywords: tuple[str, str],
    units: tuple[str, str],
    words: SimpleNamespace,
) -> Iterator[Markup]:
    """A least and a greatest bound in one phrase; *units* are for one and for many."""
    low, high = _strictest(schemas, keywords[0], max), _strictest(schemas, keywords[1], min)
    if low is None and high is None:
        return
    if low is None or high is None:
        phrase = words.at_most.format(high) if low is None else words.at_least.format(low)
    else:
        phrase = words.between.format(low, high) if low != high else str(low)
    last = low if high is None else high
    yield escape(units[last != "1"].format(phrase))


def _strictest(
    schemas: Sequence[Mapping[str, Any]], keyword: str, stricter: Callable[[list[float]], float]
) -> str | None:
    numbers = _numbers(schemas, keyword)
    return _json(stricter(numbers)) if numbers else None


def _numbers(schemas: Sequence[Mapping[str, Any]], keyword: str) -> list[float]:
    return [
        each
        for each in _all(schemas, keyword)
        if isinstance(each, int | float) and not isinstance(each, bool)
    ]


def _all(schemas: Iterable[Mapping[str, Any]], keyword: str) -> list[Any]:
    return [schema[keyword] for schema in schemas if keyword in schema]


def _names(listed: Any) -> list[str]:
    return [name for name in listed if isinstance(name, str)] if isinstance(listed, list) else []


def _filled(phrase: str, value: str) -> Markup:
    return Markup(phrase).format(value)  # the phrase is our own; format escapes the value


def _json(value: Any) -> str:
    return json_text(value, indent=None)


def _code(text: str) -> Markup:
    return Markup("<code>{}</code>").format(text)


def _codes(texts: Iterable[str]) -> Markup:
    return Markup(", ").join(map(_code, texts))
