"""Decodes path segments, query strings and JSON bodies."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, unquote_plus

from . import pointers

MAX_DEPTH = 64  # levels of objects and lists in a body

_SURROGATE = re.compile(r"[\ud800-\udfff]")


class Malformed(ValueError):  # noqa: N818 - an outcome, not an error
    """The text is not JSON (RFC 8259), is nested too deeply or holds a number that is too large."""


def segments(path: str) -> tuple[str, ...]:
    """The percent-decoded segments of a raw path; bytes that are not UTF-8 become U+FFFD."""
    return tuple(unquote(segment, errors="replace") for segment in path.split("/")[1:])


def query(text: str) -> dict[str, list[str]]:
    """The decoded values of each query parameter, in order; empty values are values."""
    found: dict[str, list[str]] = {}
    for piece in text.split("&"):
        if piece:
            name, _, value = piece.partition("=")
            found.setdefault(unquote_plus(name, errors="replace"), []).append(
                unquote_plus(value, errors="replace")
            )
    return found


def parse_json(body: bytes) -> Any:
    """The JSON value of *body*, in UTF-8. Whole numbers become integers however they are written.

    Raises Malformed: other encodings, NaN and infinities, numbers beyond a double, empty bodies,
    nesting deeper than MAX_DEPTH. A byte order mark is skipped (RFC 8259 §8.1).
    """
    try:
        text = body.decode("utf-8-sig")
        value = json.loads(text, parse_constant=_refuse, parse_float=_number)
    except RecursionError:
        raise Malformed("nested too deep") from None
    except (UnicodeDecodeError, ValueError):
        raise Malformed("no JSON text") from None
    if body.count(b"[") + body.count(b"{") > MAX_DEPTH and _depth_exceeds(value):
        raise Malformed("nested too deep")
    return value


def parse_text(text: str) -> Any:
    """The JSON value of *text*. Raises Malformed as ``parse_json`` does, and for a lone surrogate."""
    return _of_unicode(text.encode())


def parse_header(text: str) -> Any:
    """The same for the value of a header, each character of which stands for an octet."""
    return _of_unicode(text.encode("latin-1"))


def _of_unicode(octets: bytes) -> Any:
    value = parse_json(octets)
    if lone_surrogates(octets, value):
        raise Malformed("a lone surrogate")
    return value


def lone_surrogates(body: bytes, value: Any) -> list[str]:
    """Pointers to the texts in *value* with lone surrogates, or to the objects with such a member name."""
    if b"\\u" not in body:
        return []
    found: list[str] = []
    stack: list[tuple[tuple[str | int, ...], Any]] = [((), value)]
    while stack:
        at, node = stack.pop()
        if isinstance(node, str):
            if _SURROGATE.search(node):
                found.append(pointers.encode(at))
        elif isinstance(node, list):
            stack.extend(((*at, index), item) for index, item in enumerate(node))
        elif isinstance(node, dict):
            for name, item in node.items():
                if _SURROGATE.search(name):
                    found.append(pointers.encode(at))
                else:
                    stack.append(((*at, name), item))
    return sorted(set(found))


def canonical(value: Mapping[str, Any]) -> bytes:
    """The canonical JSON text of a value: sorted members, no spaces, ASCII."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


def _refuse(text: str) -> Any:
    raise ValueError(text)


def _number(text: str) -> int | float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("number too large")
    return int(number) if number.is_integer() else number


def _depth_exceeds(value: Any) -> bool:
    level = [value]
    for _ in range(MAX_DEPTH + 1):
        level = [node for node in level if isinstance(node, (dict, list))]
        if not level:
            return False
        level = [item for node in level for item in (node.values() if isinstance(node, dict) else node)]
    return True
