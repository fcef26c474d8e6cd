"""A page of the site in one language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cynod_generators.targets.docs.text.markdown import Anchor


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its address, its template, the view that the template shows, and anchors of its sections."""

    address: str
    template: str
    title: str
    view: Any
    parts: tuple[Anchor, ...] = ()
