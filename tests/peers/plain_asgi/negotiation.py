"""Accept, Accept-Language, Content-Type: what the caller wants and what it sends."""

from __future__ import annotations

import re

_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_QVALUE = re.compile(r"(?:0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)")
_RANGE = re.compile(rf"({_TOKEN})/({_TOKEN})")
_LANGUAGE = re.compile(r"(\*|[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)(?:[ \t]*;[ \t]*[qQ]=([0-9.]+))?")


def _quality(text: str) -> float | None:
    """Read a weight; None when it is malformed."""
    return float(text) if _QVALUE.fullmatch(text) else None


def accepts_json(header: str | None) -> bool:
    """Tell whether an Accept header admits application/json; a malformed range excludes nothing."""
    if header is None or not header.strip():
        return True
    best: tuple[int, float] | None = None
    understood = False
    for piece in header.split(","):
        parts = [part.strip() for part in piece.split(";")]
        match = _RANGE.fullmatch(parts[0])
        weight: float | None = 1.0
        for part in parts[1:]:
            name, _, value = part.partition("=")
            if name.strip().lower() == "q":
                weight = _quality(value.strip())
        if match is None or weight is None:
            continue
        understood = True
        kind = (match[1].lower(), match[2].lower())
        rank = {("application", "json"): 3, ("application", "*"): 2, ("*", "*"): 1}.get(kind, 0)
        if rank and (best is None or (rank, weight) > best):
            best = (rank, weight)
    return not understood if best is None else best[1] > 0


def language(header: str | None, known: tuple[str, ...]) -> str:
    """Choose the language of messages: the heaviest range, then the first named, then the default."""
    default = known[0]
    if header is None:
        return default
    ranges: list[tuple[str, float]] = []
    for piece in header.split(","):
        if not piece.strip():
            continue
        match = _LANGUAGE.fullmatch(piece.strip())
        weight = None if match is None else _quality(match[2] or "1")
        if match is None or weight is None:
            return default
        ranges.append((match[1].lower().split("-")[0], weight))
    named = {name for name, _ in ranges}
    best, best_weight = default, 0.0
    for name, weight in ranges:
        options = (
            [name] if name in known else [lang for lang in known if lang not in named] if name == "*" else []
        )
        if options and weight > best_weight:
            best, best_weight = options[0], weight
    return best


def media_type(header: str | None) -> str:
    """Return the media type of a Content-Type header, in lower case, or an empty string."""
    if header is None or "," in header:
        return ""
    kind = header.split(";")[0].strip()
    return kind.lower() if _RANGE.fullmatch(kind) else ""
