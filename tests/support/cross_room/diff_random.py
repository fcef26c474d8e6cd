"""Small random schemas, changes of one, other spellings of one, and values to try them on.

Everything is drawn from a ``random.Random``, so that a seed gives the same schemas again.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from random import Random
from typing import Any, Final

Json = Any

COMPONENTS: Final[dict[str, Json]] = {
    "A": {"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}},
    "R": {"type": "object", "properties": {"r": {"$ref": "#/components/schemas/R"}}, "required": ["a"]},
    "V": {"enum": ["x", 1, None]},
}
SCALARS: Final[tuple[Json, ...]] = (None, True, False, 0, 1, 2, 3, 1.5, -1, "", "x", "xy", "xyz")
VALUES: Final[tuple[Json, ...]] = (
    *SCALARS,
    *([], ["x"], [1], ["x", "x"], [1, "x"], [None], [[]], [{"a": "x"}]),
    *({}, {"a": "x"}, {"a": 1}, {"b": "x"}, {"b": 1}, {"a": "x", "b": "x"}, {"a": "x", "b": 1}, {"c": True}),
    *({"a": "x", "c": 1}, {"a": 1, "b": 1, "c": 1}, {"a": None}, {"b": None, "a": "xy"}, {"xb": 1}),
    *({"a": "x", "r": {"a": "x"}}, {"a": "x", "r": {}}, {"a": {"a": "x"}}, {"a": ["x"]}),
)
TYPES: Final = ("string", "integer", "number", "boolean", "null", "array", "object")
NAMES: Final = ("a", "b", "c")
CHOICES: Final = ("anyOf", "oneOf")
LISTS: Final = ("allOf", *CHOICES)


def leaf(draw: Random) -> Json:
    """A schema without schemas in it."""
    ways: tuple[Callable[[], Json], ...] = (
        lambda: draw.choice((True, False, {})),
        lambda: {"type": draw.choice(TYPES)},
        lambda: {"type": draw.sample(TYPES, draw.choice((2, 3)))},
        lambda: {"enum": draw.sample(SCALARS, draw.choice((1, 2, 3)))},
        lambda: {"const": draw.choice(SCALARS)},
        lambda: {"$ref": f"#/components/schemas/{draw.choice(sorted(COMPONENTS))}"},
    )
    return draw.choices(ways, (1, 4, 2, 2, 1, 2))[0]()


def _keywords(draw: Random) -> dict[str, Callable[[], Json]]:
    """Keyword → a value for it."""
    small: Callable[[], Json] = partial(draw.randrange, 4)
    bound: Callable[[], Json] = partial(draw.choice, (0, 1, 1.0, 1.5, 2))
    below: Callable[[], Json] = partial(leaf, draw)

    def names() -> list[str]:
        return draw.sample(NAMES, draw.randrange(3))

    return {
        **dict.fromkeys(("minimum", "exclusiveMaximum", "exclusiveMinimum", "maximum"), bound),
        "multipleOf": lambda: draw.choice((0.5, 1, 2)),
        **dict.fromkeys(
            ("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"), small
        ),
        "pattern": lambda: draw.choice(("^x", "y", "")),
        "uniqueItems": lambda: draw.choice((True, False)),
        **dict.fromkeys(("items", "contains", "propertyNames"), below),
        "prefixItems": lambda: [leaf(draw) for _ in range(draw.choice((1, 2)))],
        "properties": lambda: {name: leaf(draw) for name in names() or ["a"]},
        "required": names,
        "additionalProperties": lambda: draw.choice((False, True, leaf(draw))),
        "unevaluatedProperties": lambda: draw.choice((False, leaf(draw))),
        "patternProperties": lambda: {"^x": leaf(draw)},
        "dependentRequired": lambda: {"a": names()},
    }


OF_TYPE: Final = {
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    "string": ("minLength", "maxLength", "pattern"),
    "array": ("items", "contains", "prefixItems", "minItems", "maxItems", "uniqueItems"),
    "object": (
        *("properties", "properties", "properties", "required", "required", "additionalProperties"),
        *("unevaluatedProperties", "patternProperties", "dependentRequired", "propertyNames"),
        *("minProperties", "maxProperties"),
    ),
}


def schema(draw: Random, depth: int = 2) -> Json:
    """A small schema, with choices, parts and conditions down to *depth*."""
    made = leaf(draw)
    if not isinstance(made, dict):
        return made
    stated = made.get("type", ["string", "number", "array", "object"])
    types = {"integer": "number"}
    kinds = [types.get(kind, kind) for kind in ([stated] if isinstance(stated, str) else stated)]
    keywords = _keywords(draw)
    for kind in kinds:
        for keyword in OF_TYPE.get(kind, ()):
            if draw.random() < 1.2 / len(OF_TYPE[kind]):
                made[keyword] = keywords[keyword]()
    if depth and draw.random() < 0.6:
        way = draw.choices((*LISTS, "not", "if"), (3, 4, 4, 1, 1))[0]
        if way in LISTS:
            made[way] = [schema(draw, depth - 1) for _ in range(draw.choice((1, 2, 2, 3)))]
        elif way == "not":
            made["not"] = schema(draw, depth - 1)
        else:
            made |= {"if": schema(draw, depth - 1), "then": schema(draw, depth - 1)}
    return made


def changed(draw: Random, whole: Json) -> Json:
    """*whole* with one keyword of it, or of a schema in it, changed, added or taken away."""
    if not isinstance(whole, dict) or not whole or draw.random() < 0.1:
        return schema(draw, 1)
    key = draw.choice(sorted(whole))
    value = whole[key]
    if key in (*LISTS, "prefixItems"):
        return _with_other_list(draw, whole, key)
    if key == "properties" and value and draw.random() < 0.7:
        name = draw.choice(sorted(value))
        return whole | {key: value | {name: changed(draw, value[name])}}
    if key in ("items", "additionalProperties", "not", "if", "then") and draw.random() < 0.6:
        return whole | {key: changed(draw, value)}
    if draw.random() < 0.4:
        return {name: each for name, each in whole.items() if name != key}
    keywords = _keywords(draw)
    keyword = key if key in keywords and draw.random() < 0.6 else draw.choice(sorted(keywords))
    return whole | {keyword: keywords[keyword]()}


def _with_other_list(draw: Random, whole: dict[str, Json], key: str) -> Json:
    value = whole[key]
    way = draw.choice(("below", "below", "more", "less", "other"))
    index = draw.randrange(len(value))
    if way == "more":
        return whole | {key: [*value, schema(draw, 0)]}
    if way == "less" and len(value) > 1:
        return whole | {key: value[1:]}
    if way == "other" and key in CHOICES:
        rest = {name: each for name, each in whole.items() if name not in CHOICES}
        return rest | {CHOICES[key == "anyOf"]: value}
    return whole | {key: [*value[:index], changed(draw, value[index]), *value[index + 1 :]]}


def respelt(draw: Random, whole: Json) -> Json:
    """Another spelling of the schema *whole*."""
    if not isinstance(whole, dict):
        return {} if whole is True else whole
    made = dict(whole)
    parts = list(made.pop("allOf", ()))
    if "const" in made and "enum" not in made and draw.random() < 0.5:
        made["enum"] = [made.pop("const")]
    if "enum" in made and draw.random() < 0.5:
        values = made.pop("enum")
        choice = draw.choice(CHOICES)
        parts.append({choice: [{"const": value} for value in draw.sample(values, len(values))]})
    if isinstance(made.get("type"), list) and "unevaluatedProperties" not in made and draw.random() < 0.5:
        parts.append({"anyOf": [{"type": kind} for kind in made.pop("type")]})
    for key in CHOICES:
        if key in made:
            made[key] = [respelt(draw, each) for each in draw.sample(made[key], len(made[key]))]
    if parts:
        made["allOf"] = [respelt(draw, each) for each in draw.sample(parts, len(parts))]
    if "properties" in made:
        made["properties"] = {name: respelt(draw, each) for name, each in made["properties"].items()}
    for keyword, idle in (
        ("minLength", 0),
        ("minItems", 0),
        ("uniqueItems", False),
        ("required", []),
        ("not", False),
    ):
        if draw.random() < 0.2:
            made.setdefault(keyword, idle)
    return draw.choice((made, made, {"allOf": [made]}, {"anyOf": [made]}, {"oneOf": [made]}))
