"""The parts of a value that a schema describes: members, other keys, items, alternatives, conditions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from markupsafe import Markup

from cynod_generators.ir.schemas import Part, declared
from cynod_generators.targets.docs.localized_site import LocalizedSite
from cynod_generators.targets.docs.schema_tables import values
from cynod_generators.targets.docs.schema_tables.types import items
from cynod_generators.targets.docs.schema_tables.values import Value
from cynod_spec.base import pointer as pointers
from cynod_spec.source.references import target

ANY_KEY: Final = "*"  # stands in a path for a key that is not known in advance
ITEM: Final = "[]"
_NOTHING: Final = Markup("")
_CONDITIONS: Final = (("if", "when_so"), ("then", "then_so"), ("else", "else_so"), ("not", "excluded"))

_OBJECTS: Final = (
    *("properties", "patternProperties", "additionalProperties", "unevaluatedProperties", "propertyNames"),
    *("items", "unevaluatedItems", "contains", "dependentSchemas"),
)
_LISTS: Final = ("prefixItems", "oneOf", "anyOf")
_INNER: Final = frozenset((*_OBJECTS, *_LISTS, "if", "not"))

Described = list[tuple[Any, str]]
"""Schemas that describe one value together, each with its pointer."""


@dataclass(frozen=True, slots=True)
class SchemaPart:
    """A part of a value, or (``step`` empty) the same value under a condition.

    ``step`` continues the path of the value. ``key`` distinguishes the anchors of parts with one path.
    ``label`` names the part in words, except for members. ``required`` is None where it does not apply.
    Without ``is_always_shown``, the part has a row only if there is something to show.
    """

    described_by: Described
    step: str = ""
    key: str = ""
    label: Markup = _NOTHING
    required: bool | None = None
    bounds: tuple[Markup, ...] = ()
    is_always_shown: bool = True


def has_inner(part: Part) -> bool:
    """Whether *part* describes parts of a value, besides its bounds."""
    schema = part[0]
    return not _INNER.isdisjoint(schema) and (
        any(isinstance(schema.get(keyword), Mapping) and schema[keyword] for keyword in _OBJECTS)
        or any(isinstance(schema.get(keyword), list) for keyword in _LISTS)
        or any(schema.get(keyword) is not None for keyword in ("if", "not"))
    )


def inner(value: Value, shown: frozenset[str], site: LocalizedSite) -> Iterator[SchemaPart]:
    """The parts of *value* that its schemas describe, except schemas whose pointers are in *shown*."""
    parts = [part for part in value.all_parts if part[1] not in shown]
    if all(_INNER.isdisjoint(part) for part, _ in parts):
        return
    yield from _members(parts)
    yield from _other_keys(parts, site)
    yield from _items(parts, site)
    for part, keyword, listed in values.choices(value):
        if part[1] not in shown:
            yield from _alternatives(part, keyword, listed, site)
    for part in parts:
        yield from _conditions(part, site)


def _members(parts: Sequence[Part]) -> Iterator[SchemaPart]:
    for name, member in declared(parts).items():
        token = pointers.escape(name)
        described_by = [
            (part["properties"][name], f"{at}/properties/{token}")
            for part, at in parts
            if isinstance(part.get("properties"), Mapping) and name in part["properties"]
        ]
        yield SchemaPart(described_by, step=f".{name}", required=member.required)


def _other_keys(parts: Sequence[Part], site: LocalizedSite) -> Iterator[SchemaPart]:
    words = site.words
    named = any(part.get("properties") or part.get("patternProperties") for part, _ in parts)
    for part, at in parts:
        patterns = part.get("patternProperties")
        for pattern, schema in patterns.items() if isinstance(patterns, Mapping) else ():
            label = Markup(words.key_like).format(Markup("<code>{}</code>").format(pattern))
            there = f"{at}/patternProperties/{pointers.escape(pattern)}"
            yield SchemaPart([(schema, there)], f".{ANY_KEY}", f"keys-{pattern}", label)
    for keyword in ("additionalProperties", "unevaluatedProperties"):
        for schema, there in _schemas(parts, keyword, or_true=True):
            label = Markup(words.other_key if named else words.any_key)
            yield SchemaPart([(schema, there)], f".{ANY_KEY}", "other-keys", label)
    for schema, there in _schemas(parts, "propertyNames"):
        yield SchemaPart([(schema, there)], f".{ANY_KEY}", "names", Markup(words.key_name))


def _items(parts: Sequence[Part], site: LocalizedSite) -> Iterator[SchemaPart]:
    words, first = site.words, 0
    for part, at in parts:
        listed = part.get("prefixItems")
        for index, schema in enumerate(listed if isinstance(listed, list) else ()):
            label = Markup(words.item_number).format(index + 1)
            yield SchemaPart([(schema, f"{at}/prefixItems/{index}")], f"[{index}]", label=label)
            first = max(first, index + 1)
    held = items(parts) or next(_schemas(parts, "unevaluatedItems"), None)
    if held:
        label = Markup(words.item_after).format(first) if first else Markup(words.each_item)
        yield SchemaPart([held], ITEM, label=label, is_always_shown=bool(first))
    for part, at in parts:
        if "contains" in part:
            least, most = part.get("minContains", 1), part.get("maxContains")
            told = words.contains if most is None else words.contains_most
            label = Markup(told).format(least, most)
            yield SchemaPart([(part["contains"], f"{at}/contains")], ITEM, "contains", label)


def _alternatives(part: Part, keyword: str, listed: Described, site: LocalizedSite) -> Iterator[SchemaPart]:
    words = site.words
    numbered = words.variant if keyword == "oneOf" else words.variant_any
    for number, (schema, at) in enumerate(listed, 1):
        title = _title(schema, at, site)
        label = Markup(numbered).format(number, len(listed))
        label += Markup(words.named).format(title) if title else Markup("")
        told = tuple(_discriminated(part[0], schema, site))
        yield SchemaPart([(schema, at)], key=f"{keyword}-{number}", label=label, bounds=told)


def _title(schema: Any, pointer: str, site: LocalizedSite) -> str:
    """The name of an alternative: its title, the title of its ``$ref``'s target, or that target's name."""
    tokens = _target(schema)
    places = [pointer, pointers.join(tokens)] if tokens else [pointer]
    titles = (site.text(site.contract.words(at + "/title")) for at in places)
    return next((title for title in titles if title), tokens[-1] if tokens else "")


def _target(schema: Any) -> pointers.Tokens:
    """The target of *schema*'s ``$ref``; empty without one."""
    reference = schema.get("$ref") if isinstance(schema, Mapping) else None
    return target(reference) if isinstance(reference, str) and reference.startswith("#/") else ()


def _discriminated(schema: Mapping[str, Any], alternative: Any, site: LocalizedSite) -> Iterator[Markup]:
    """A phrase for each value of *schema*'s discriminator that selects *alternative*."""
    discriminator = schema.get("discriminator")
    tokens = _target(alternative)
    if not isinstance(discriminator, Mapping) or not tokens:
        return
    mapping = discriminator.get("mapping")
    chosen = [
        str(value)
        for value, there in (mapping.items() if isinstance(mapping, Mapping) else ())
        if isinstance(there, str) and (there == tokens[-1] or _target({"$ref": there}) == tokens)
    ]
    for value in chosen or [tokens[-1]]:
        name = str(discriminator.get("propertyName", ""))
        code = Markup("<code>{}</code>").format
        yield Markup(site.words.chosen_by).format(code(name), code(value))


def _conditions(part: Part, site: LocalizedSite) -> Iterator[SchemaPart]:
    schema, at = part
    has_condition = "then" in schema or "else" in schema
    for keyword, word in _CONDITIONS:
        if keyword in schema and (keyword == "not" or ("if" in schema and has_condition)):
            label = Markup(getattr(site.words, word))
            yield SchemaPart([(schema[keyword], f"{at}/{keyword}")], key=keyword, label=label)
    dependent = schema.get("dependentSchemas")
    for name, each in dependent.items() if isinstance(dependent, Mapping) else ():
        label = Markup(site.words.when_present).format(Markup("<code>{}</code>").format(name))
        there = f"{at}/dependentSchemas/{pointers.escape(name)}"
        yield SchemaPart([(each, there)], key=f"with-{name}", label=label)


def _schemas(parts: Iterable[Part], keyword: str, *, or_true: bool = False) -> Iterator[tuple[Any, str]]:
    """The schemas under *keyword* in *parts*; the schema ``true`` only if *or_true*, ``false`` never."""
    for part, at in parts:
        schema = part.get(keyword)
        if isinstance(schema, Mapping) or (or_true and schema is True):
            yield schema, f"{at}/{keyword}"
