"""JSON values as JSON Schema compares them: 1 is 1.0 but not true, and the order of members is nothing."""

from __future__ import annotations

import json
import math
from typing import Any, Final

_TYPES: Final = {
    bool: "boolean",
    int: "integer",
    float: "number",
    str: "string",
    list: "array",
    dict: "object",
}


def canonical(value: Any) -> str:
    """*value* as a text that is the same for equal values and for no others."""
    return json.dumps(_plain(value), sort_keys=True, ensure_ascii=False)


def json_type(value: Any) -> str:
    """The type of *value* in JSON Schema 2020-12, where 1.0 is an integer; ``null`` for what has none."""
    if isinstance(value, float) and value.is_integer():
        return "integer"
    return _TYPES.get(type(value), "null")


def is_number(value: Any) -> bool:
    """Whether *value* is a finite number; true and false are none."""
    if isinstance(value, bool):
        return False
    return isinstance(value, int) or (isinstance(value, float) and math.isfinite(value))


def _plain(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return value
