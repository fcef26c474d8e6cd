"""Semantic versions (semver 2.0.0)."""

from __future__ import annotations

import re
from typing import Final

Version = tuple[int, int, int]
"""The three numbers of a version: major, minor, patch."""

_VERSION: Final = re.compile(
    r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?"
)


def read(version: str) -> Version | None:
    """The numbers of *version*; None when it is no semantic version."""
    found = _VERSION.fullmatch(version)
    return (int(found[1]), int(found[2]), int(found[3])) if found else None
