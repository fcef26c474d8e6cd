"""Escapes control characters. A generated server has a copy of the module itself here."""

from __future__ import annotations

from cynod_spec.output.control_characters import folded, json_escaped, multi_line, one_line

__all__ = ["folded", "json_escaped", "multi_line", "one_line"]
