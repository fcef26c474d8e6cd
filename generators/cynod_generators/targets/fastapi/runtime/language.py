"""The language of an answer, from ``Accept-Language`` (RFC 9110 §12.5.4)."""

from __future__ import annotations

import re
from collections.abc import Sequence

_RANGE = re.compile(
    r"^(?P<range>\*|[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)"
    r"(?:[ \t]*;[ \t]*[qQ]=(?P<q>0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?))?$"
)


def choose(header: str | None, languages: Sequence[str]) -> str:
    """The one of *languages* that *header* prefers; the first when it is absent, malformed or unknown.

    A range of a region (``en-GB``) stands for its language; at equal quality the first named wins;
    quality 0 excludes; ``*`` stands for the languages that are not named.
    """
    if not header:
        return languages[0]
    wanted: dict[str, float] = {}
    rest: float | None = None
    order: list[str] = []
    for element in (piece.strip(" \t") for piece in header.split(",")):
        if not element:
            continue
        match = _RANGE.match(element)
        if match is None:
            return languages[0]
        quality = float(match["q"]) if match["q"] else 1.0
        primary = match["range"].partition("-")[0].lower()
        if primary == "*":
            rest = quality if rest is None else max(rest, quality)
            order.append("*")
        elif primary in languages:
            wanted[primary] = max(wanted.get(primary, 0.0), quality)
            order.append(primary)
    candidates: list[tuple[float, int, str]] = []
    for position, name in enumerate(order):
        if name != "*":
            candidates.append((-wanted[name], position, name))
        elif rest is not None:
            unnamed = [language for language in languages if language not in wanted]
            candidates.extend((-rest, position, language) for language in unnamed[:1])
    candidates = [candidate for candidate in candidates if candidate[0] < 0]
    return min(candidates)[2] if candidates else languages[0]
