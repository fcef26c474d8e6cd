"""Media types: what a request sends (``Content-Type``) and what it takes (``Accept``)."""

from __future__ import annotations

import re
from collections.abc import Sequence

_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_TYPE = re.compile(rf"^({_TOKEN})/({_TOKEN})$")
_QUALITY = re.compile(r"^(0(\.[0-9]{0,3})?|1(\.0{0,3})?)$")


def sent(header: str | None) -> tuple[str, dict[str, str]] | None:
    """The media type of a ``Content-Type`` in lower case and its parameters; None when malformed."""
    if header is None:
        return None
    kind, _, rest = header.partition(";")
    kind = kind.strip().lower()
    if not _TYPE.match(kind):
        return None
    parameters: dict[str, str] = {}
    for piece in rest.split(";"):
        name, _, value = piece.partition("=")
        if name.strip():
            parameters[name.strip().lower()] = value.strip().strip('"')
    return kind, parameters


def is_utf8(parameters: dict[str, str]) -> bool:
    """Whether the charset parameter, if there is one, says UTF-8."""
    return parameters.get("charset", "utf-8").lower() in ("utf-8", "utf8")


def acceptable(header: str | None, offered: Sequence[str]) -> bool:
    """Whether *header*, an ``Accept`` (RFC 9110 §12.5.1), takes one of the media types *offered*.

    An absent or empty header takes everything; the most specific range that fits decides, and
    quality 0 excludes. Elements that are no media range are ignored; nothing but such takes nothing.
    """
    if header is None or not header.strip(" \t,"):
        return True
    ranges: list[tuple[str, str, float]] = []
    for element in header.split(","):
        kind, *parameters = (piece.strip() for piece in element.split(";"))
        match = _TYPE.match("*/*" if kind == "*" else kind)
        if match is None:
            continue
        quality = 1.0
        for parameter in parameters:
            name, _, value = parameter.partition("=")
            if name.strip().lower() == "q":
                quality = float(value.strip()) if _QUALITY.match(value.strip()) else 0.0
        ranges.append((match[1].lower(), match[2].lower(), quality))
    return any(_quality(kind, ranges) > 0 for kind in offered)


def _quality(media_type: str, ranges: list[tuple[str, str, float]]) -> float:
    main, _, sub = media_type.partition(";")[0].strip().lower().partition("/")
    best = (-1, 0.0)
    for range_main, range_sub, quality in ranges:
        if range_main not in ("*", main) or range_sub not in ("*", sub):
            continue
        best = max(best, ((range_main != "*") + (range_sub != "*"), quality))
    return best[1]
