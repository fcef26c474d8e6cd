"""Comparisons as text, JSON, Markdown, HTML or GitHub annotations, each imported when it is asked for."""

from __future__ import annotations

from importlib import import_module

from cynod_spec.diff import Comparison


def render(comparison: Comparison, form: str, language: str) -> str:
    """*comparison* in the format *form* and in *language*, ending with a newline."""
    written: str = import_module(f"{__name__}.{form}").render(comparison, language)
    return written
