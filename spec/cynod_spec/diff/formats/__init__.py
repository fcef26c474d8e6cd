"""Comparisons as text, JSON, Markdown, HTML or GitHub annotations, each imported when it is asked for."""

from __future__ import annotations

from importlib import import_module

from cynod_spec.diff import Comparison
from cynod_spec.diff.formats.grouping import USUAL, Selection


def render(comparison: Comparison, form: str, language: str, selection: Selection = USUAL) -> str:
    """What *selection* shows of *comparison*, in the format *form* and in *language*; it ends a line."""
    written: str = import_module(f"{__name__}.{form}").render(comparison, language, selection)
    return written
