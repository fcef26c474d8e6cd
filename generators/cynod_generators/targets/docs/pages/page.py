"""A page of one edition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cynod_generators.targets.docs.text.markdown import Anchor


@dataclass(frozen=True, slots=True)
class Page:
    """A page of one edition: its place, its template, what that shows, and its own sections."""

    address: str
    template: str
    title: str
    view: Any
    parts: tuple[Anchor, ...] = ()
