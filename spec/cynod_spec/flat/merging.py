"""Two schemas as the one that accepts what both accept (JSON Schema Draft 2020-12).

This is more than the view of ``schema.composition``: what is written must accept the same instances without
any ``allOf``, so each pair of keywords is intersected, or refused where one schema cannot say it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from math import lcm
from typing import Any, Final

from cynod_spec.flat.choices import only
from cynod_spec.flat.keywords import assertions, words_of

Merge = Callable[[Any, Any], Any]  # two schemas, which may be references, as one
_LOWER_BOUNDS: Final = (
    "minimum",
    "exclusiveMinimum",
    "minLength",
    "minItems",
    "minProperties",
    "minContains",
)
_UPPER_BOUNDS: Final = (
    "maximum",
    "exclusiveMaximum",
    "maxLength",
    "maxItems",
    "maxProperties",
    "maxContains",
)
_MEMBERS: Final = ("properties", "patternProperties", "additionalProperties")
_ITEMS: Final = ("prefixItems", "items")
_CONTAINING: Final = ("contains", "minContains", "maxContains")
_CONDITION: Final = ("if", "then", "else")
_WITH_SCOPE: Final = ("unevaluatedProperties", "unevaluatedItems")  # they mean less beside more


class Unmergeable(Exception):  # noqa: N818 - it says what is the case
    """Two schemas that no one schema without composition can stand for: its text says why."""


def merged(one: Any, other: Any, both: Merge) -> Any:
    """What *one* and *other* accept, no references at their tops; the words of *one* come first.

    Raises Apart when it takes composition to say that.
    """
    if one is False or other is False:
        return False
    one, other = ({} if each is True else each for each in (one, other))
    words = _words(one, other)
    first, second = assertions(one), assertions(other)
    if not second or first == second:
        said: Any = first
    elif not first:
        said = second
    elif _has_values(first) or _has_values(second):
        return _values(one, other, words)
    else:
        said = _said(first, second, both)
    return said if said is False else {**words, **said}


def _words(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """The annotations of both; of an extension that is a mapping, the members of both."""
    words = words_of(one)
    for key, value in words_of(other).items():
        mine = words.get(key)
        if key not in words:
            words[key] = value
        elif key.startswith("x-") and isinstance(mine, dict) and isinstance(value, dict):
            words[key] = {**value, **mine}
    return words


def _has_values(schema: Mapping[str, Any]) -> bool:
    return "const" in schema or "enum" in schema


def _values(one: dict[str, Any], other: dict[str, Any], words: dict[str, Any]) -> Any:
    """The values of *one*, or of *other* when it has none, that the other schema accepts."""
    owner, judge = (one, other) if _has_values(one) else (other, one)
    accepts = _judge(assertions(judge))
    if "const" in owner:
        if not accepts(owner["const"]):
            return False
        made = dict(owner)
    else:
        kept = [place for place, value in enumerate(owner["enum"]) if accepts(value)]
        if not kept:
            return False
        made = only(owner, kept)
    types = {} if "type" in made or "type" not in judge else {"type": judge["type"]}
    return {**words, **types, **made, **words_of(one), **_enumerated(made)}


def _enumerated(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in schema.items() if key.startswith("x-enum-")}


def _judge(schema: Mapping[str, Any]) -> Callable[[Any], bool]:
    import jsonschema_rs

    if any(_references(schema)):
        raise Unmergeable("values beside a schema with references")
    try:
        validator = jsonschema_rs.Draft202012Validator(dict(schema), validate_formats=True)
    except (jsonschema_rs.ValidationError, ValueError):
        raise Unmergeable("values beside what is no schema") from None
    return lambda value: bool(validator.is_valid(value))


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if "$ref" in value:
            yield str(value["$ref"])
        value = list(value.values())
    for each in value if isinstance(value, list) else ():
        yield from _references(each)


def _said(one: Mapping[str, Any], other: Mapping[str, Any], both: Merge) -> Any:
    """The assertions of both as those of one schema; False when no instance is left."""
    for key in _WITH_SCOPE:
        if key in one or key in other:
            raise Unmergeable(f"{key} in a branch")
    made: dict[str, Any] = {}
    for group, join in ((_MEMBERS, _members), (_ITEMS, _items)):
        in_one, in_other = ({key: each[key] for key in group if key in each} for each in (one, other))
        made |= join(in_one, in_other, both) if in_one and in_other else in_one | in_other
    for whole in (_CONTAINING, _CONDITION):
        in_one, in_other = ({key: each[key] for key in whole if key in each} for each in (one, other))
        if in_one and in_other and in_one != in_other:
            raise Unmergeable(f"{whole[0]} twice")
        made |= in_one | in_other
    for key in dict.fromkeys((*one, *other)):
        if key not in made and key not in (*_MEMBERS, *_ITEMS):
            value = one.get(key, other.get(key))
            if key in one and key in other and one[key] != other[key]:
                value = _joined(key, one[key], other[key], both)
            if key == "type" and value == []:
                return False
            made[key] = value
    order = dict.fromkeys((*one, *other, *made))
    return {key: made[key] for key in order if key in made}


def _joined(key: str, one: Any, other: Any, both: Merge) -> Any:
    """The two values of the keyword *key* as one."""
    if key in (*_LOWER_BOUNDS, *_UPPER_BOUNDS) and not isinstance(one, bool) and not isinstance(other, bool):
        return max(one, other) if key in _LOWER_BOUNDS else min(one, other)
    if key == "multipleOf" and isinstance(one, int) and isinstance(other, int):
        return lcm(one, other)
    if key == "type":
        return _types(one, other)
    if key == "required":
        return list(dict.fromkeys((*one, *other)))
    if key == "uniqueItems":
        return True
    if key == "propertyNames":
        return both(one, other)
    if key == "dependentRequired":
        return {
            name: list(dict.fromkeys((*one.get(name, ()), *other.get(name, ()))))
            for name in dict.fromkeys((*one, *other))
        }
    raise Unmergeable(f"{key} twice")


def _types(one: Any, other: Any) -> Any:
    """The types that both allow, an integer being a number; an empty list when there is none."""
    first, second = ([each] if isinstance(each, str) else each for each in (one, other))
    found = [kind for kind in first if kind in second or (kind == "integer" and "number" in second)]
    found += [kind for kind in second if kind == "integer" and "number" in first and kind not in found]
    return found[0] if len(found) == 1 else found


def _members(one: Mapping[str, Any], other: Mapping[str, Any], both: Merge) -> dict[str, Any]:
    """Each member as both have it: what one does not name is what its ``additionalProperties`` says."""
    bounds = [each.get("additionalProperties", True) for each in (one, other)]
    named = {**one.get("patternProperties", {}), **other.get("patternProperties", {})}
    if named and any(bound is not True for bound in bounds):
        raise Unmergeable("patternProperties beside additionalProperties")
    for pattern in one.get("patternProperties", {}).keys() & other.get("patternProperties", {}).keys():
        named[pattern] = both(one["patternProperties"][pattern], other["patternProperties"][pattern])
    rest = both(*bounds)
    mine, theirs = (each.get("properties", {}) for each in (one, other))
    members = {}
    for name in dict.fromkeys((*mine, *theirs)):
        member = both(mine.get(name, bounds[0]), theirs.get(name, bounds[1]))
        if member is not False or rest is not False:
            members[name] = member
    made: dict[str, Any] = {"properties": members} if members or mine or theirs else {}
    if named:
        made["patternProperties"] = named
    if "additionalProperties" in one or "additionalProperties" in other:
        made["additionalProperties"] = rest
    return made


def _items(one: Mapping[str, Any], other: Mapping[str, Any], both: Merge) -> dict[str, Any]:
    """Each item as both have it."""
    if "prefixItems" in one or "prefixItems" in other:
        raise Unmergeable("prefixItems beside items")
    return {"items": both(one["items"], other["items"])}
