"""Slugs for file names and anchors: only lower-case ASCII letters, digits and hyphens."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable

_PART = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+[a-z]*")
_MAX_SLUG_CHARS = 60


def slug(text: str) -> str:
    """*text* as a slug; ``page`` when no character of it can be used."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return "-".join(_PART.findall(plain)).lower()[:_MAX_SLUG_CHARS].strip("-") or "page"


def allocate(texts: Iterable[str], taken: Collection[str] = ()) -> list[str]:
    """A slug for each of *texts*, in order, no two the same and none of those *taken*."""
    used = set(taken)
    found = []
    for text in texts:
        base = chosen = slug(text)
        number = 1
        while chosen in used:
            number += 1
            chosen = f"{base}-{number}"
        used.add(chosen)
        found.append(chosen)
    return found
