"""JSON pointers (RFC 6901) over plain JSON values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

MISSING: Any = object()


def encode(tokens: Iterable[str | int]) -> str:
    """The pointer that leads through *tokens*: ``("a", 0)`` gives ``/a/0``."""
    return "".join("/" + str(token).replace("~", "~0").replace("/", "~1") for token in tokens)


def decode(pointer: str) -> tuple[str, ...]:
    """The unescaped tokens of *pointer*."""
    return tuple(token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:])


def get(value: Any, path: Sequence[str], default: Any = None) -> Any:
    """What stands at *path* in *value*, or *default* when nothing does."""
    for token in path:
        if isinstance(value, dict) and token in value:
            value = value[token]
        elif isinstance(value, list) and token.isdigit() and int(token) < len(value):
            value = value[int(token)]
        else:
            return default
    return value


def put(value: dict[str, Any], path: Sequence[str], new: Any) -> None:
    """Set what stands at *path* (not empty) in *value*, making the objects on the way."""
    for token in path[:-1]:
        below = value.get(token)
        if not isinstance(below, dict):
            below = value[token] = {}
        value = below
    value[path[-1]] = new


def remove(value: Any, paths: Iterable[Sequence[str]]) -> None:
    """Take the members that *paths* lead to out of *value*; a path that leads nowhere changes nothing."""
    for path in paths:
        holder = get(value, path[:-1])
        if path and isinstance(holder, dict):
            holder.pop(path[-1], None)
