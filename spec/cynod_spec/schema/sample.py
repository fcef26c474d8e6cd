"""A valid instance of a schema: the document's own examples first, else the plainest value built by type."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, Final

from cynod_spec.base.errors import CynodError
from cynod_spec.model import Contract, Parameter, Schema
from cynod_spec.model.serialization import Unwritable, write
from cynod_spec.schema.composition import joined
from cynod_spec.schema.matching import matching
from cynod_spec.schema.validation import Validators

_MAX_NESTING: Final = 24
_FORMATS: Final[Mapping[str, str]] = {
    "date": "2026-01-31",
    "date-time": "2026-01-31T12:00:00Z",
    "time": "12:00:00Z",
    "duration": "P1D",
    "uuid": "00000000-0000-4000-8000-000000000000",
    "uri": "https://example.org/",
    "uri-reference": "/",
    "email": "someone@example.org",
    "hostname": "example.org",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
}
_ANY: Final = object()


def sample(contract: Contract, schema: Schema) -> Any:
    """A valid instance of *schema* with its required members alone; the same one at every call.

    Raises CynodError when none could be found (contradictory bounds, an unusual combination of keywords).
    """
    validators = Validators(contract)
    for candidate in _candidates(contract.document, schema.value):
        if validators.is_valid(schema, candidate):
            return candidate
    raise CynodError(f"no example of {schema.pointer} could be made", "give the schema an example", schema.at)


def parameter_sample(contract: Contract, parameter: Parameter) -> Any:
    """The example of *parameter*, else a valid value that can be written; the same one at every call.

    Lists and objects have an item or a member: an empty one is not sent at all. Raises CynodError when no
    such value could be found.
    """
    if parameter.example is not None:
        return parameter.example
    if parameter.serialization.is_plain:
        return sample(contract, parameter.schema)
    validators = Validators(contract)
    filled = {"allOf": [{"minItems": 1, "minProperties": 1}, parameter.schema.value]}
    for candidate in (
        *_candidates(contract.document, filled),
        *_candidates(contract.document, parameter.schema.value),
    ):
        if validators.is_valid(parameter.schema, candidate) and _is_written(parameter, candidate):
            return candidate
    raise CynodError(
        f"no example of the parameter {parameter.name} could be made", "give it an example", parameter.at
    )


def _is_written(parameter: Parameter, value: Any) -> bool:
    try:
        return write(parameter.serialization, value) is not None
    except Unwritable:
        return False


def _candidates(document: Mapping[str, Any], schema: Any) -> Iterator[Any]:
    merged = _merged(document, schema, 0)
    yield from _stated(merged)
    for choice in range(4):  # which branch of each oneOf or anyOf is tried
        try:
            yield _built(document, merged, choice, 0)
        except LookupError:
            continue


def _stated(schema: Mapping[str, Any]) -> Iterator[Any]:
    if "example" in schema:
        yield schema["example"]
    if isinstance(schema.get("examples"), list):
        yield from schema["examples"]
    if "default" in schema:
        yield schema["default"]
    if "const" in schema:
        yield schema["const"]
    if isinstance(schema.get("enum"), list):
        yield from schema["enum"]


def _merged(document: Mapping[str, Any], schema: Any, depth: int) -> dict[str, Any]:
    """*schema* with its reference and its ``allOf`` folded in; members of objects are folded one by one."""
    if depth > _MAX_NESTING or not isinstance(schema, Mapping):
        return {}
    result = {key: value for key, value in schema.items() if key not in ("$ref", "allOf")}
    for part in joined(document, schema):
        result = _both(result, _merged(document, part.value, depth + 1))
    return result


def _both(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    result = {**other, **one}
    if "required" in one and "required" in other:
        result["required"] = list(dict.fromkeys([*other["required"], *one["required"]]))
    if "properties" in one and "properties" in other:
        members = dict(other["properties"])
        for name, schema in one["properties"].items():
            members[name] = {"allOf": [schema, members[name]]} if name in members else schema
        result["properties"] = members
    if "type" in one and "type" in other:
        kinds = [kind for kind in _types(one) if kind in _types(other)]
        result["type"] = kinds or one["type"]
    for keyword, choose in (
        ("minimum", max),
        ("minLength", max),
        ("minItems", max),
        ("maximum", min),
        ("maxLength", min),
    ):
        if keyword in one and keyword in other:
            result[keyword] = choose(one[keyword], other[keyword])
    for keyword in ("oneOf", "anyOf"):
        if keyword in one and keyword in other:
            result.setdefault("anyOf" if keyword == "oneOf" else "oneOf", other[keyword])
    return result


def _types(schema: Mapping[str, Any]) -> list[str]:
    kinds = schema.get("type", [])
    return [kinds] if isinstance(kinds, str) else list(kinds)


def _value(document: Mapping[str, Any], schema: Any, choice: int, depth: int) -> Any:
    merged = _merged(document, schema, depth)
    for stated in _stated(merged):
        return stated
    return _built(document, merged, choice, depth)


def _built(document: Mapping[str, Any], schema: dict[str, Any], choice: int, depth: int) -> Any:
    """A value by type and bounds. Raises LookupError when the schema nests without end."""
    if depth > _MAX_NESTING:
        raise LookupError("too deep")
    if "const" in schema:
        return schema["const"]
    if schema.get("enum"):
        return schema["enum"][0]
    for keyword in ("oneOf", "anyOf"):
        branches = schema.get(keyword)
        if isinstance(branches, list) and branches:
            rest = {key: value for key, value in schema.items() if key != keyword}
            branch = branches[min(choice, len(branches) - 1)]
            return _value(document, {"allOf": [branch, rest]}, choice, depth + 1)
    kinds = _types(schema) or [_guessed(schema)]
    kind = kinds[0] if kinds[0] != "null" or len(kinds) == 1 else kinds[1]
    if kind == "object":
        return _object(document, schema, choice, depth)
    if kind == "array":
        items = schema.get("items", {})
        return [_value(document, items, choice, depth + 1) for _ in range(schema.get("minItems", 0))]
    if kind in ("integer", "number"):
        return _number(schema, whole=kind == "integer")
    return {"boolean": True, "null": None}.get(kind, _ANY) if kind != "string" else _string(schema)


def _guessed(schema: Mapping[str, Any]) -> str:
    if "properties" in schema or "required" in schema:
        return "object"
    if "items" in schema:
        return "array"
    if "minimum" in schema or "maximum" in schema:
        return "number"
    return "string"


def _object(
    document: Mapping[str, Any], schema: Mapping[str, Any], choice: int, depth: int
) -> dict[str, Any]:
    members = schema.get("properties", {})
    wanted = list(schema.get("required", ()))
    least = schema.get("minProperties", 0)
    wanted += [name for name in members if name not in wanted][: max(0, least - len(wanted))]
    return {name: _value(document, members.get(name, {}), choice, depth + 1) for name in wanted}


def _number(schema: Mapping[str, Any], *, whole: bool) -> int | float:
    step = schema.get("multipleOf", 1 if whole else None)
    low = schema.get("minimum", schema.get("exclusiveMinimum"))
    high = schema.get("maximum", schema.get("exclusiveMaximum"))
    start = low if low is not None else min(0, high) if high is not None else 0
    value = math.ceil(start) if whole else start
    if step:
        value = math.ceil(value / step) * step
    if value == schema.get("exclusiveMinimum", _ANY):
        value = value + (step or 1)
    if value == schema.get("exclusiveMaximum", _ANY):
        value = value - (step or 1)
    if high is not None and value > high:
        value = (low + high) / 2 if low is not None else high
    return value


def _string(schema: Mapping[str, Any]) -> str:
    form = str(schema.get("format", ""))
    if form in _FORMATS:
        return _FORMATS[form]
    least, most = schema.get("minLength", 0), schema.get("maxLength", math.inf)
    if "pattern" in schema:
        return matching(schema["pattern"], least, most)
    return "x" * int(max(least, min(1, most)))
