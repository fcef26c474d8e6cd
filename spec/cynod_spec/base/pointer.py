"""JSON pointers (RFC 6901) as tuples of unescaped tokens."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

Tokens = tuple[str, ...]


def escape(token: str) -> str:
    """*token* as it stands in a pointer."""
    if "~" in token or "/" in token:
        return token.replace("~", "~0").replace("/", "~1")
    return token


def join(tokens: Iterable[str]) -> str:
    """The pointer that leads along *tokens*; the empty string is the whole document."""
    tokens = ("", *tokens)
    plain = "/".join(tokens)
    if "~" not in plain and plain.count("/") == len(tokens) - 1:
        return plain
    return "/".join(map(escape, tokens))


def split(pointer: str) -> Tokens:
    """The unescaped tokens of *pointer*. Raises ValueError when it is no pointer."""
    if pointer == "":
        return ()
    if not pointer.startswith("/"):
        raise ValueError(f"{pointer!r} does not begin with '/'")
    if "~" not in pointer:
        return tuple(pointer[1:].split("/"))
    return tuple(token.replace("~1", "/").replace("~0", "~") for token in pointer[1:].split("/"))


def fragment(pointer: str) -> str:
    """*pointer* as the fragment of a URI (RFC 6901 §6), with its ``#``."""
    return "#" + quote(pointer, safe="/~!$&'()*+,;=:@?-._")


def child(value: Any, token: str) -> Any:
    """The member or item of *value* that *token* names. Raises LookupError when there is none."""
    if isinstance(value, dict):
        return value[token]
    if isinstance(value, list) and token.isascii() and token.isdigit():
        return value[int(token)]
    raise LookupError(token)


def resolve(value: Any, tokens: Iterable[str]) -> Any:
    """What stands in *value* at *tokens*. Raises LookupError when nothing does."""
    for token in tokens:
        value = child(value, token)
    return value
