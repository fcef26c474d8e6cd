"""The path prefix under which a proxy publishes the server (``/api/v1``).

A proxy may remove the prefix from requests or keep it; both work. Addresses in answers are right in either
case: ``Location`` is relative to the request (RFC 3986 §4.2), and references to the root of the server get
the prefix.
"""

from __future__ import annotations

import re

from . import decoding

MAX_PREFIX_CHARS = 256

_PREFIX = re.compile(r"(?:/(?:[A-Za-z0-9._~!$&'()*+;=:@-]|%[0-9A-Fa-f]{2})+)*")
_UNSAFE_CHARACTERS = frozenset("/\\\0\ufffd")  # in a decoded segment, these would change the path


def read_prefix(text: str) -> str | None:
    """The prefix in *text*, without a slash at its end; empty for the root; None when it is not one.

    It is an absolute path of plain segments: no query, no ``.`` or ``..``, no empty segment, no list.
    """
    prefix = text.strip(" \t").removesuffix("/")
    if len(prefix) > MAX_PREFIX_CHARS or not _PREFIX.fullmatch(prefix):
        return None
    for segment in decoding.segments(prefix):
        if segment in (".", "..") or not _UNSAFE_CHARACTERS.isdisjoint(segment):
            return None
    return prefix


def below(segments: tuple[str, ...], prefix: str) -> tuple[str, ...] | None:
    """The decoded *segments* of a path that stand below *prefix*; None when the path is not below it."""
    above = decoding.segments(prefix)
    if not prefix or segments[: len(above)] != above:
        return None
    return segments[len(above) :] or ("",)


def rooted(reference: str, prefix: str) -> str:
    """*reference*, with *prefix* added when it is a path from the root of the server."""
    return prefix + reference if is_rooted(reference) else reference


def is_rooted(reference: str) -> bool:
    """Whether *reference* is a path from the root of the server it is read on."""
    return reference.startswith("/") and not reference.startswith("//")


def relative(path: str, target: str) -> str:
    """The relative reference to *target*, a path of the contract, from an answer of an operation at *path*.

    *path* is a template, so that every request of the operation gets the same reference.
    """
    here, there = path.split("/")[1:], target.split("/")[1:]
    shared = 0
    for one, other in zip(here[:-1], there[:-1], strict=False):
        if one != other or "{" in one:
            break
        shared += 1
    reference = "/".join([".."] * (len(here) - 1 - shared) + there[shared:])
    first = reference.partition("/")[0]
    return f"./{reference}" if not first or ":" in first else reference  # else it is a root, or has a scheme
