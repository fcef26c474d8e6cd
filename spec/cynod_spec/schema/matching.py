"""The plainest string that a regular expression matches, the same at every call.

Patterns are ECMA-262's as far as Python's ``re`` reads them, and the usual Unicode property escapes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib import import_module
from typing import Any, Final

_PROPERTIES: Final = {"L": "A-Za-z", "Lu": "A-Z", "Ll": "a-z", "N": "0-9", "Nd": "0-9"}
_CONTROLS: Final = {"C": r"\x00-\x1f", "Cc": r"\x00-\x1f\x7f-\x9f", "Cs": r"\ud800-\udfff"}
_PROPERTY = re.compile(r"\\p\{(?:\w+=)?(\w+)\}")
_PREFERRED: Final = "Aa0x1bBzZ9 -_.:/"
_CATEGORIES: Final = {
    **{"CATEGORY_DIGIT": r"\d", "CATEGORY_SPACE": r"\s", "CATEGORY_WORD": r"\w"},
    **{"CATEGORY_NOT_DIGIT": r"\D", "CATEGORY_NOT_SPACE": r"\S", "CATEGORY_NOT_WORD": r"\W"},
}


def matching(pattern: str, least: int = 0, most: float = float("inf")) -> str:
    """A string of *least* to *most* characters that *pattern* matches. LookupError when none is found."""
    readable = _PROPERTY.sub(_characters, pattern)
    try:
        compiled = re.compile(readable)
        tree: Any = import_module("re._parser").parse(readable)
    except (re.error, OverflowError, RecursionError) as error:
        raise LookupError(pattern) from error
    for generosity in (*range(0, 33), least):
        text = _sequence(tree, generosity, {})
        if not _is_anchored(tree):
            text += "x" * (least - len(text))
        if least <= len(text) <= most and compiled.search(text):
            return text
    raise LookupError(pattern)


def _characters(found: re.Match[str]) -> str:
    known = _PROPERTIES.get(found[1]) or _CONTROLS.get(found[1])
    if known is None:
        return found[0]
    inside = found.string.rfind("[", 0, found.start()) > found.string.rfind("]", 0, found.start())
    return known if inside else f"[{known}]"


def _is_anchored(tree: Any) -> bool:
    return bool(len(tree)) and str(tree[-1][0]) == "AT" and str(tree[-1][1]).startswith("AT_END")


def _sequence(tree: Any, generosity: int, groups: dict[int, str]) -> str:
    return "".join(_item(str(kind), value, generosity, groups) for kind, value in tree)


def _item(kind: str, value: Any, generosity: int, groups: dict[int, str]) -> str:
    """One part of a parsed pattern; a repeated part as often as *generosity* says and its bounds allow."""
    if kind == "LITERAL":
        return chr(value)
    if kind == "NOT_LITERAL":
        return next(char for char in _PREFERRED if ord(char) != value)
    if kind == "ANY":
        return "x"
    if kind == "IN":
        return _of_class(value)
    if kind in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
        low, high, repeated = value
        return "".join(
            _sequence(repeated, generosity, groups) for _ in range(min(int(high), low + generosity))
        )
    if kind == "SUBPATTERN":
        groups[value[0] or 0] = _sequence(value[-1], generosity, groups)
        return groups[value[0] or 0]
    if kind == "BRANCH":
        return _sequence(value[1][0], generosity, groups)
    if kind == "GROUPREF":
        return groups.get(value, "")
    if kind == "ATOMIC_GROUP":
        return _sequence(value, generosity, groups)
    return ""  # anchors and assertions take no characters


def _of_class(parts: Sequence[tuple[Any, Any]]) -> str:
    negated = str(parts[0][0]) == "NEGATE"
    if negated:
        return next((char for char in _PREFERRED if not any(_has(part, char) for part in parts[1:])), "~")
    for char in _PREFERRED:
        if any(_has(part, char) for part in parts):
            return char
    kind, value = str(parts[0][0]), parts[0][1]
    return chr(value[0] if kind == "RANGE" else value) if kind in ("RANGE", "LITERAL") else "x"


def _has(part: tuple[Any, Any], char: str) -> bool:
    kind, value = str(part[0]), part[1]
    if kind == "LITERAL":
        return ord(char) == int(value)
    if kind == "RANGE":
        return bool(value[0] <= ord(char) <= value[1])
    category = _CATEGORIES.get(str(value), ".")
    return re.fullmatch(category, char) is not None
